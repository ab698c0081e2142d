"""Jobs as a reader sees them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from leaderboard.accounts.models import User
from leaderboard.devices.models import Connection, Device, Health
from leaderboard.protocol import FAILURES, Code
from leaderboard.runs.models import Attempt, Job
from leaderboard.runs.states import OPEN_JOB, AttemptState, JobState


@dataclass(frozen=True)
class Reason:
    """Why a job ended or waits: a stable code, whose fault it is, what happened and what to do."""

    code: str
    sentence: str
    fault: str
    hint: str


@dataclass(frozen=True)
class AttemptView:
    id: UUID
    number: int
    device: str
    state: str
    phase: str
    progress: float
    detail: str
    dispatched_at: datetime
    claimed_at: datetime | None
    finished_at: datetime | None
    code: str
    message: str
    log: str | None


@dataclass(frozen=True)
class JobView:
    """A job with its attempts, newest last. `log` of an attempt is None for those who may not read it."""

    id: UUID
    state: str
    reason: Reason | None
    message: str
    submission: UUID
    model: str
    model_slug: str
    benchmark: str
    device: str | None
    device_class: str | None
    batch: int
    threads: int
    submitted_by: str
    infra_tries: int
    cancelling: bool
    created_at: datetime
    state_since: datetime
    attempts: tuple[AttemptView, ...]
    entry: UUID | None
    is_over: bool
    is_mine: bool

    @property
    def current(self) -> AttemptView | None:
        return self.attempts[-1] if self.attempts else None


def _jobs() -> QuerySet[Job]:
    return Job.objects.select_related("submission__submitted_by", "benchmark", "device", "entry")


def may_manage(job: Job, user: User | None) -> bool:
    """Log, cancel and retry belong to the owner and to staff."""
    return user is not None and (user.is_staff or job.submission.submitted_by_id == user.pk)


def find_job(uuid: UUID) -> Job | None:
    return _jobs().filter(uuid=uuid).first()


def job_view(uuid: UUID, *, user: User | None, now: datetime) -> JobView | None:
    """Return the job as `user` may see it, or None when there is none."""
    job = find_job(uuid)
    return None if job is None else _view(job, user=user, now=now)


def jobs_of(user: User, *, now: datetime, limit: int = 100) -> tuple[JobView, ...]:
    rows = _jobs().filter(submission__submitted_by=user).order_by("-created_at", "-pk")[:limit]
    return tuple(_view(job, user=user, now=now, attempts=False) for job in rows)


def submission_jobs(submission_id: int) -> tuple[UUID, ...]:
    return tuple(Job.objects.filter(submission_id=submission_id).order_by("pk").values_list("uuid", flat=True))


def _view(job: Job, *, user: User | None, now: datetime, attempts: bool = True) -> JobView:
    mine = may_manage(job, user)
    rows = Attempt.objects.filter(job=job).select_related("device").order_by("number") if attempts else ()
    views = tuple(_attempt_view(attempt, with_log=mine) for attempt in rows)
    entry = getattr(job, "entry", None)
    return JobView(
        id=job.uuid,
        state=job.state,
        reason=_reason(job, views, now=now),
        message=job.message,
        submission=job.submission.uuid,
        model=job.submission.model_name,
        model_slug=job.submission.model_slug,
        benchmark=job.benchmark.slug,
        device=job.device.slug if job.device else None,
        device_class=job.device_class or None,
        batch=job.submission.batch,
        threads=job.submission.threads,
        submitted_by=job.submission.submitted_by.username,
        infra_tries=job.infra_tries,
        cancelling=job.cancel_requested_at is not None and job.state in OPEN_JOB,
        created_at=job.created_at,
        state_since=job.state_since,
        attempts=views,
        entry=entry.uuid if entry else None,
        is_over=job.state not in OPEN_JOB,
        is_mine=mine,
    )


def _attempt_view(attempt: Attempt, *, with_log: bool) -> AttemptView:
    return AttemptView(
        id=attempt.uuid,
        number=attempt.number,
        device=attempt.device.slug,
        state=attempt.state,
        phase=attempt.phase,
        progress=attempt.progress,
        detail=attempt.detail,
        dispatched_at=attempt.dispatched_at,
        claimed_at=attempt.claimed_at,
        finished_at=attempt.finished_at,
        code=attempt.code,
        message=attempt.message,
        log=attempt.log if with_log else None,
    )


def _reason(job: Job, attempts: tuple[AttemptView, ...], *, now: datetime) -> Reason | None:
    if job.state == JobState.QUEUED:
        offered = bool(attempts) and attempts[-1].state == AttemptState.DISPATCHED
        return _why_waiting(job, offered=offered, now=now)
    if not job.code:
        return None
    failure = FAILURES[Code(job.code)]
    return Reason(job.code, failure.sentence, failure.fault, failure.hint)


def _why_waiting(job: Job, *, offered: bool, now: datetime) -> Reason:
    if offered:
        return Reason("offered", "A device was offered the job and is about to take it.", "nobody", "")
    fitting = Device.objects.select_related("agent").exclude(health=Health.RETIRED)
    wanted = fitting.filter(pk=job.device_id) if job.device_id else fitting.filter(kind=job.device_class)
    devices = list(wanted)
    if not devices:
        return Reason("no_device", "No device fits any more.", "nobody", "Submit it again for another device.")
    online = [device for device in devices if device.agent.connection(now=now) == Connection.ONLINE]
    if not online:
        names = ", ".join(device.slug for device in devices[:3])
        return Reason("device_offline", f"No fitting device is online ({names}).", "the device", "Start its agent.")
    healthy = [device for device in online if Health.GOOD == device.health == device.agent.health]
    if not healthy:
        why = online[0].health_reason or online[0].agent.health_reason or "its health is not good"
        return Reason("device_unhealthy", f"{online[0].slug} takes no jobs: {why}.", "the device", "See its page.")
    return Reason("device_busy", "Every fitting device is busy; the job is in line.", "nobody", "")
