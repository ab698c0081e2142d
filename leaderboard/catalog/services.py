"""Benchmarks and artefacts come in here."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from leaderboard.accounts.models import User
from leaderboard.catalog import blobs
from leaderboard.catalog.models import Benchmark, ModelArtefact, Price
from leaderboard.catalog.onnx_file import read_signature
from leaderboard.protocol import MeasuringProtocol, ModelContract

MAX_ITEM_FILE_BYTES = 1024**3


class BadBenchmark(Exception):
    """The benchmark's folder contradicts itself, or a version that exists already."""


def load_benchmark(*, folder: Path, now: datetime) -> Benchmark:
    """Read `benchmark.json` and its files; the same folder again changes nothing.

    Raises BadBenchmark where a file does not have the digest that is stated, or where this version is known with
    other content: a version never changes.
    """
    spec = json.loads((folder / "benchmark.json").read_text(encoding="utf-8"))
    inputs, answers = (_store_checked(folder, spec[name]) for name in ("inputs", "answers"))
    if len(blobs.read_array(answers.sha256)) != spec["n"]:
        raise BadBenchmark(f"{spec['answers']['file']} does not hold one answer for each of the {spec['n']} items.")
    values: dict[str, Any] = {name: spec[name] for name in ("title", "description", "modality", "task", "grader", "n")}
    values |= {
        "licence": spec["licence"],
        "citation": spec["citation"],
        "inputs_sha256": inputs.sha256,
        "inputs_bytes": inputs.size_bytes,
        "answers_sha256": answers.sha256,
        "contract": ModelContract.model_validate(spec["contract"]).model_dump(mode="json"),
        "protocol": MeasuringProtocol.model_validate(spec.get("protocol", {})).model_dump(mode="json"),
    }
    benchmark, created = Benchmark.objects.get_or_create(slug=spec["slug"], version=spec["version"], defaults=values)
    changed = [] if created else [name for name, value in values.items() if not _is_same(benchmark, name, value)]
    if changed:
        raise BadBenchmark(f"{benchmark} is known with another {', '.join(changed)}; give it a new version.")
    _load_prices(spec.get("prices", []), now=now)
    return benchmark


def _is_same(benchmark: Benchmark, name: str, value: Any) -> bool:
    """A protocol that was stored before it had some field is the same where a new one has its default."""
    if name == "protocol":
        return benchmark.measuring_protocol() == MeasuringProtocol.model_validate(value)
    return bool(getattr(benchmark, name) == value)


def _store_checked(folder: Path, part: dict[str, str]) -> blobs.Stored:
    content = (folder / part["file"]).read_bytes()
    if hashlib.sha256(content).hexdigest() != part["sha256"]:
        raise BadBenchmark(f"{part['file']} does not have the digest that benchmark.json states.")
    return blobs.store([content], limit=MAX_ITEM_FILE_BYTES)


def load_price_book(*, file: Path, now: datetime) -> None:
    """Read the bundled price book; prices that an operator has entered are left alone."""
    _load_prices(json.loads(file.read_text(encoding="utf-8")), now=now)


def _load_prices(rows: list[dict[str, Any]], *, now: datetime) -> None:
    for row in rows:
        Price.objects.get_or_create(
            kind=row["kind"],
            value=row["value"],
            device_slug=row.get("device", ""),
            citation=row["citation"],
            defaults={"valid_from": now},
        )


def store_artefact(*, chunks: Iterable[bytes], by: User, now: datetime) -> ModelArtefact:
    """Keep a model file under its digest and read what it declares; the same bytes again are the same artefact.

    Raises TooLarge, NotOnnx, OSError. A file that is refused is not kept.
    """
    with blobs.arriving(chunks, limit=settings.MAX_ARTEFACT_BYTES) as (stored, file):
        known = ModelArtefact.objects.filter(sha256=stored.sha256).first()
        if known is not None:
            return known
        signature = read_signature(file)
    artefact, _ = ModelArtefact.objects.get_or_create(
        sha256=stored.sha256,
        defaults={
            "format": "onnx",
            "size_bytes": stored.size_bytes,
            "parameters": signature.parameters,
            "precision": signature.precision,
            "signature": asdict(signature),
            "uploaded_by": by,
            "uploaded_at": now,
        },
    )
    return artefact
