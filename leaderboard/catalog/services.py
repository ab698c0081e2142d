"""Artefacts and prices come in here."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from leaderboard.accounts.models import User
from leaderboard.catalog import blobs
from leaderboard.catalog.model_file import read_model_file
from leaderboard.catalog.models import ModelArtefact, Price


def load_price_book(*, file: Path, now: datetime) -> None:
    """Read the bundled price book; prices that an operator has entered are left alone."""
    load_prices(json.loads(file.read_text(encoding="utf-8")), now=now)


def load_prices(rows: list[dict[str, Any]], *, now: datetime) -> None:
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

    Raises TooLarge, NotOnnx, NotGguf, OSError. A file that is refused is not kept.
    """
    with blobs.arriving(chunks, limit=settings.MAX_ARTEFACT_BYTES) as (stored, file):
        known = ModelArtefact.objects.filter(sha256=stored.sha256).first()
        if known is not None:
            return known
        found = read_model_file(file)
    artefact, _ = ModelArtefact.objects.get_or_create(
        sha256=stored.sha256,
        defaults={"size_bytes": stored.size_bytes, "uploaded_by": by, "uploaded_at": now} | asdict(found),
    )
    return artefact


def note_reference(*, format: str, reference: str, by: User, now: datetime) -> ModelArtefact:  # noqa: A002 - one noun
    """Return the artefact of what is served elsewhere: nothing of it is known here but its name."""
    artefact, _ = ModelArtefact.objects.get_or_create(
        format=format, reference=reference, defaults={"uploaded_by": by, "uploaded_at": now}
    )
    return artefact
