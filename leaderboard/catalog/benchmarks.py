"""Benchmarks come in here: a folder that ships with Perwatt, or a file of items that a lab wrote."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from leaderboard.catalog import blobs
from leaderboard.catalog.items import BadItems, answers_file, inputs_file, read_items, split_items
from leaderboard.catalog.models import Benchmark
from leaderboard.catalog.services import load_prices
from leaderboard.grading import UnknownGrader, grader
from leaderboard.protocol import GenerationContract, MeasuringProtocol, ModelContract

MAX_ITEM_FILE_BYTES = 1024**3


class BadBenchmark(Exception):
    """The benchmark's files contradict themselves, or a version that exists already."""


@dataclass(frozen=True)
class NewBenchmark:
    """What somebody says of their own items; blank texts are filled with what the file itself says."""

    slug: str
    grader: str
    generation: GenerationContract
    version: int = 1
    title: str = ""
    description: str = ""
    contamination: str = ""
    task: str = "question answering"
    licence: str = "not stated"
    citation: str = ""


def load_benchmark(*, folder: Path, now: datetime) -> Benchmark:
    """Read `benchmark.json` and its files; the same folder again changes nothing.

    Another contamination note takes the place of the one that is known. Raises BadBenchmark where a file does not
    have the digest that is stated, or where this version is known with other content: a version never changes.
    """
    spec = json.loads((folder / "benchmark.json").read_text(encoding="utf-8"))
    inputs, answers = (_checked(folder, spec[name]) for name in ("inputs", "answers"))
    values: dict[str, Any] = {name: spec[name] for name in ("title", "description", "modality", "task", "grader", "n")}
    values |= {"licence": spec["licence"], "citation": spec["citation"], **_asked(spec)}
    _check_items(spec, inputs, answers)
    values |= _stored(inputs, answers)
    values["protocol"] = MeasuringProtocol.model_validate(spec.get("protocol", {})).model_dump(mode="json")
    benchmark = _remembered(spec["slug"], spec["version"], values, spec.get("contamination", ""))
    load_prices(spec.get("prices", []), now=now)
    return benchmark


def load_items(*, file: Path, new: NewBenchmark) -> Benchmark:
    """Make a benchmark of one file of JSON lines with prompts and answers, which are kept apart from then on.

    The same file again changes nothing, but for a contamination note that is said with it. Raises BadBenchmark, with
    the line where one is wrong.
    """
    content = _read(file)
    digest = hashlib.sha256(content).hexdigest()
    try:
        asked = grader(new.grader)
        items = read_items(content.decode("utf-8-sig").split("\n"), asked)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadBenchmark(f"{file.name} cannot be used: line {line} is not UTF-8.") from None
    except BadItems as error:
        raise BadBenchmark(f"{file.name} cannot be used: {error}") from None
    except UnknownGrader as error:
        raise BadBenchmark(str(error)) from None
    values: dict[str, Any] = {
        "title": new.title or new.slug.replace("-", " ").capitalize(),
        "description": new.description or f"{len(items)} prompts of {file.name}. {asked.rule}",
        "modality": "text",
        "task": new.task,
        "grader": asked.name,
        "n": len(items),
        "licence": new.licence,
        "citation": new.citation or f"{file.name}, SHA-256 {digest}",
        "contract": None,
        "generation": new.generation.model_dump(mode="json"),
        "protocol": MeasuringProtocol().model_dump(mode="json"),
    }
    _check_lengths(values | {"slug": new.slug})
    values |= _stored(inputs_file(items), answers_file(items))
    return _remembered(new.slug, new.version, values, new.contamination)


def answer_key(benchmark: Benchmark) -> tuple[str, ...]:
    """Return the answers of a benchmark that asks for text, in item order."""
    rows = blobs.path(benchmark.answers_sha256).read_text(encoding="utf-8").split("\n")
    return tuple(str(json.loads(row)["answer"]) for row in rows if row)


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > MAX_ITEM_FILE_BYTES:
            raise BadBenchmark(f"{file} is larger than {MAX_ITEM_FILE_BYTES} bytes.")
        return file.read_bytes()
    except OSError as error:
        raise BadBenchmark(f"{file} cannot be read: {error.strerror}.") from None


def _checked(folder: Path, part: dict[str, str]) -> bytes:
    content = (folder / part["file"]).read_bytes()
    if hashlib.sha256(content).hexdigest() != part["sha256"]:
        raise BadBenchmark(f"{part['file']} does not have the digest that benchmark.json states.")
    return content


def _asked(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns that say what a model is asked for: tensors, or text."""
    if ("contract" in spec) == ("generation" in spec):
        raise BadBenchmark("benchmark.json has a contract, for tensors, or a generation, for text, and one of them.")
    contract, generation = spec.get("contract"), spec.get("generation")
    return {
        "contract": contract and ModelContract.model_validate(contract).model_dump(mode="json"),
        "generation": generation and GenerationContract.model_validate(generation).model_dump(mode="json"),
    }


def _check_items(spec: Mapping[str, Any], inputs: bytes, answers: bytes) -> None:
    n = _texts(spec, inputs, answers) if "generation" in spec else len(blobs.array_of(answers))
    if n != spec["n"]:
        raise BadBenchmark(f"{spec['answers']['file']} does not hold one answer for each of the {spec['n']} items.")


def _texts(spec: Mapping[str, Any], inputs: bytes, answers: bytes) -> int:
    try:
        return len(split_items(inputs.decode(), answers.decode(), grader(spec["grader"])))
    except (BadItems, UnknownGrader, UnicodeDecodeError) as error:
        raise BadBenchmark(f"The items of {spec['slug']} cannot be used: {error}") from None


def _stored(inputs: bytes, answers: bytes) -> dict[str, Any]:
    asked, key = (blobs.store([content], limit=MAX_ITEM_FILE_BYTES) for content in (inputs, answers))
    return {"inputs_sha256": asked.sha256, "inputs_bytes": asked.size_bytes, "answers_sha256": key.sha256}


def _check_lengths(values: dict[str, Any]) -> None:
    for name, value in values.items():
        column = Benchmark._meta.get_field(name)  # noqa: SLF001 - Django's documented door to a model's columns
        limit = getattr(column, "max_length", None)
        if limit and isinstance(value, str) and len(value) > limit:
            raise BadBenchmark(f"The {name} has {len(value)} characters; {limit} is the limit.")


def _remembered(slug: str, version: int, values: dict[str, Any], contamination: str) -> Benchmark:
    said = {"contamination": contamination.strip()}
    benchmark, created = Benchmark.objects.get_or_create(slug=slug, version=version, defaults=values | said)
    changed = [] if created else [name for name, value in values.items() if not _is_same(benchmark, name, value)]
    if changed:
        raise BadBenchmark(f"{benchmark} is known with another {', '.join(changed)}; give it a new version.")
    if said["contamination"] not in {"", benchmark.contamination}:
        Benchmark.objects.filter(pk=benchmark.pk).update(**said)
        benchmark.contamination = said["contamination"]
    return benchmark


def _is_same(benchmark: Benchmark, name: str, value: Any) -> bool:
    """A protocol that was stored before it had some field is the same where a new one has its default."""
    if name == "protocol":
        return benchmark.measuring_protocol() == MeasuringProtocol.model_validate(value)
    return bool(getattr(benchmark, name) == value)
