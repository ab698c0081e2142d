"""The job that an address names, for who may see or manage it; else the problem that says why not."""

from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

from leaderboard.accounts.models import User
from leaderboard.api import problems
from leaderboard.api.jobs import one_job_values
from leaderboard.runs.models import Job
from leaderboard.runs.overdue import overdue
from leaderboard.runs.selectors import JobView, find_job, job_view, may_manage


def seen_job(job_id: UUID, user: User | None, *, now: datetime) -> JobView:
    """Return the job as the user may see it. Raises ProblemError 404."""
    view = job_view(job_id, user=user, now=now)
    if view is None:
        _no_job(job_id)
    return view


def managed_job(job_id: UUID, user: User) -> Job:
    """Return the job of the user, or any to staff. Raises ProblemError 403 or 404."""
    job = find_job(job_id)
    if job is None:
        _no_job(job_id)
    if not may_manage(job, user):
        not_yours()
    return job


def told_job(job_id: UUID, user: User | None, *, now: datetime) -> dict[str, Any]:
    """Return what `shapes.JobAnswer` is made of. Raises ProblemError 404."""
    return one_job_values(seen_job(job_id, user, now=now), overdue(job_id, now=now))


def not_yours() -> NoReturn:
    hint = "Its log, cancel and retry belong to whoever submitted it, and to staff."
    problems.refuse(403, "not_yours", "This job was submitted by somebody else.", hint=hint)


def _no_job(job_id: UUID) -> NoReturn:
    problems.refuse(404, "unknown_job", f"There is no job {job_id}.", hint="GET /api/v1/jobs lists yours.")
