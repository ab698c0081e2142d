"""A job once more, with the same inputs: where that can end otherwise than before."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from leaderboard.protocol import Code
from leaderboard.queue.broker import TaskName, ring
from leaderboard.runs.models import Job
from leaderboard.runs.quota import take_place
from leaderboard.runs.states import OPEN_JOB, JobState
from leaderboard.submissions.selectors import model_of, private_part
from leaderboard.submissions.services import Checked, Refused
from leaderboard.submissions.validating import validate

INVALID_INPUT = frozenset({Code.CANNOT_LOAD, Code.CONTRACT_MISMATCH, Code.WRONG_OUTPUT})
"""What the same file on the same benchmark will end with again."""


class NotRetried(Exception):
    """The job cannot be retried as it is; the text says why."""


def not_retried(job: Job) -> str:
    """Return why a job cannot be retried as it is; empty where it can."""
    if job.purpose != Job.Purpose.ENTRY:
        return "A health check is asked for again by the server itself."
    if job.state in OPEN_JOB:
        return "The job is not over."
    if job.state == JobState.PUBLISHED:
        return "The job was published; its model can be submitted again."
    if job.code in INVALID_INPUT:
        return "The same inputs would end the same way."
    return ""


def body_of(job: Job) -> dict[str, Any]:
    """Return what was asked for, as REST takes it."""
    place = {"device": job.device.slug} if job.device else {"device_class": job.device_class}
    options = {"batch": job.submission.batch, "threads": job.submission.threads}
    model, private = model_of(job.submission), private_part(job.submission)
    return {"model": model, "benchmark": job.benchmark.slug, "options": options, **place, **private}


def retry(*, job: Job, now: datetime, device: str | None = None) -> Job:
    """Queue the job's one retry, or return it where there is one; raises NotRetried, and Refused as `submit` does.

    `device` names another place than before. Whoever asks, it stays a job of the one who submitted it.
    """
    known = _known(job, device)
    if known is not None:
        return known
    if why := not_retried(job):
        raise NotRetried(why)
    body = body_of(job)
    if device is not None:
        body = {**body, "device": device, "device_class": None}
    _request, checked = validate(body)
    if checked.benchmark != job.benchmark:
        raise NotRetried(f"Its benchmark has a newer version, {checked.benchmark.version}.")
    try:
        with transaction.atomic():
            take_place(job.submission.submitted_by, now=now)
            return _queue(job, checked, now=now)
    except (IntegrityError, Refused):
        # It may have been asked for twice at once, and the other one have been faster, or have taken the last place.
        known = _known(job, device)
        if known is None:
            raise
        return known


def _known(job: Job, device: str | None) -> Job | None:
    found = Job.objects.filter(retry_of=job).select_related("device").first()
    if found is None or device is None or (found.device and found.device.slug == device):
        return found
    place = found.device.slug if found.device else f"any {found.device_class}"
    raise NotRetried(f"It was retried already, on {place}, as {found.uuid}.")


def _queue(job: Job, checked: Checked, *, now: datetime) -> Job:
    made = Job.objects.create(
        submission=job.submission,
        benchmark=job.benchmark,
        device=checked.device,
        device_class="" if checked.device else job.device_class,
        protocol_version=job.benchmark.measuring_protocol().version,
        repeat_index=job.repeat_index,
        retry_of=job,
        created_at=now,
        state_since=now,
    )
    ring(TaskName.DISPATCH)
    return made
