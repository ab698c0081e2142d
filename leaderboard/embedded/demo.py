"""Submits the bundled models, once each: started again, `up` finds what it submitted before."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from leaderboard.accounts.models import User
from leaderboard.catalog.services import store_artefact
from leaderboard.devices.models import Device
from leaderboard.embedded.errors import CannotStart
from leaderboard.protocol import FAILURES, Code, FailureKind, Options
from leaderboard.runs.models import Job
from leaderboard.runs.states import JobState
from leaderboard.runs.submitting import submit
from leaderboard.submissions.models import Submission
from leaderboard.submissions.requests import SubmissionRequest, SubmittedModel, SubmittedOptions
from leaderboard.submissions.services import Refused

CHUNK_BYTES = 1024**2
MAX_TRIES = 20


@dataclass(frozen=True)
class BundledModel:
    """A model of `fixtures/models/<benchmark>/manifest.json` in one configuration."""

    benchmark: str
    name: str
    family: str
    licence: str
    file: Path
    sha256: str
    options: Options

    def key(self, device: Device, number: int) -> str:
        """Return the idempotency key of try `number` on a device."""
        facts = (self.benchmark, self.name, self.sha256, self.options.batch, self.options.threads, device.slug, number)
        return f"up-{hashlib.sha256(repr(facts).encode()).hexdigest()[:40]}"


def bundled_models(benchmark: str) -> tuple[BundledModel, ...]:
    """Return what the manifest lists; raises CannotStart for a manifest that does not fit its files."""
    manifest = settings.CATALOG_DIR.parent / "models" / benchmark / "manifest.json"
    if not manifest.exists():
        return ()
    try:
        rows = json.loads(manifest.read_text(encoding="utf-8"))
        return tuple(_bundled(benchmark, manifest.parent, row, options) for row in rows for options in row["options"])
    except (KeyError, ValueError) as error:
        raise CannotStart(f"{manifest} cannot be used: {error}") from None


def _bundled(benchmark: str, folder: Path, row: dict[str, str], options: object) -> BundledModel:
    return BundledModel(
        benchmark=benchmark,
        name=row["name"],
        family=row.get("family", ""),
        licence=row["licence"],
        file=folder / row["file"],
        sha256=row["sha256"],
        options=Options.model_validate(options),
    )


@dataclass(frozen=True)
class Submitted:
    """What became of the bundled models; `refused` holds those that this machine cannot take, with the reason."""

    submissions: tuple[Submission, ...]
    refused: tuple[tuple[BundledModel, str], ...]


def submit_bundled(models: Sequence[BundledModel], *, device: Device, by: User, now: datetime) -> Submitted:
    """Submit each model unless it was before; raises CannotStart when a file is not what the manifest promises."""
    submissions, refused = [], []
    for model in models:
        try:
            submissions.append(_submit(model, device=device, by=by, now=now))
        except Refused as error:
            refused.append((model, str(error)))
    return Submitted(tuple(submissions), tuple(refused))


def _submit(model: BundledModel, *, device: Device, by: User, now: datetime) -> Submission:
    number = 0
    while number < MAX_TRIES:
        earlier = Submission.objects.filter(submitted_by=by, idempotency_key=model.key(device, number)).first()
        if earlier is None or not _deserves_another_try(earlier):
            break
        number += 1
    if earlier is not None:
        return earlier
    artefact = store_artefact(chunks=_chunks(model.file), by=by, now=now)
    if artefact.sha256 != model.sha256:
        raise CannotStart(f"{model.file} does not have the digest that its manifest states.")
    request = SubmissionRequest(
        model=SubmittedModel(name=model.name, sha256=model.sha256, licence=model.licence, family=model.family),
        benchmark=model.benchmark,
        device=device.slug,
        options=SubmittedOptions(batch=model.options.batch, threads=model.options.threads),
    )
    return submit(request=request, by=by, idempotency_key=model.key(device, number), now=now)


def _deserves_another_try(submission: Submission) -> bool:
    """Say whether it failed through no fault of the model; starting `up` again is then reason to try again."""
    jobs = Job.objects.filter(submission=submission, state=JobState.FAILED)
    codes = [Code(code) for code in jobs.values_list("code", flat=True) if code]
    return any(FAILURES[code].kind == FailureKind.INFRA for code in codes)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
