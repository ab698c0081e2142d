"""The jobs in line as pages and data tell them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from leaderboard.runs.models import Job
from leaderboard.runs.rivals import InLine


@dataclass(frozen=True, slots=True)
class Waiting:
    """`place` is the one of `of` that wait for devices which this job waits for. One of `device` and `device_class` is
    set. Of a private job neither id, model nor submitter is told.
    """

    place: int
    of: int
    id: UUID | None
    model: str | None
    benchmark: str
    by: str | None
    device: str | None
    device_class: str | None
    is_health_check: bool
    since: datetime


def waiting_of(standing: Sequence[InLine]) -> tuple[Waiting, ...]:
    """Return these of the line, in their order; one query."""
    rows = Job.objects.filter(uuid__in=[one.id for one in standing])
    rows = rows.select_related("submission__submitted_by", "benchmark")
    jobs = {job.uuid: job for job in rows}
    return tuple(_waiting(one, jobs[one.id]) for one in standing if one.id in jobs)


def told_of(job: Job) -> dict[str, Any]:
    """Return what everybody may know of whose job it is."""
    if job.submission.private:
        return {"id": None, "model": None, "by": None}
    return {"id": job.uuid, "model": job.submission.model_name, "by": job.submission.submitted_by.username}


def _waiting(one: InLine, job: Job) -> Waiting:
    return Waiting(
        place=one.position,
        of=one.of,
        **told_of(job),
        benchmark=job.benchmark.slug,
        device=one.wish.device,
        device_class=one.wish.device_class,
        is_health_check=one.wish.is_health_check,
        since=job.created_at,
    )
