"""Jobs as a reader sees them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, OuterRef, Prefetch, QuerySet, Subquery

from leaderboard.accounts.models import User
from leaderboard.devices.models import Connection, Device, Health
from leaderboard.protocol import FAILURES, Code, FailureKind
from leaderboard.runs.models import Attempt, Job
from leaderboard.runs.retrying import not_retried
from leaderboard.runs.states import OPEN_JOB, STOPPABLE_JOB, AttemptState, JobState


@dataclass(frozen=True)
class Reason:
    """Why a job ended or waits: a stable code, whose fault it is, what happened and what to do."""

    code: str
    sentence: str
    fault: str
    hint: str


@dataclass(frozen=True)
class PhaseStart:
    """`at` is when the server first heard of the phase, a heartbeat late at most."""

    phase: str
    at: datetime


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
    deadline_at: datetime | None
    phases: tuple[PhaseStart, ...]
    code: str
    message: str
    log: str | None


@dataclass(frozen=True)
class JobView:
    """A job with its attempts, newest last. `log` of an attempt is None for those who may not read it.

    `fault` of a failed job says who can put it right: the `user` with another model, or the `system`.
    """

    id: UUID
    state: str
    reason: Reason | None
    fault: str | None
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
    retry_of: UUID | None
    retried_as: UUID | None
    # Why it can't be retried as it is; empty where it can.
    not_retried: str
    is_over: bool
    is_mine: bool

    @property
    def current(self) -> AttemptView | None:
        return self.attempts[-1] if self.attempts else None


def _jobs() -> QuerySet[Job]:
    rows = Job.objects.select_related("submission__submitted_by", "submission__artefact", "benchmark", "device")
    newer = Job.objects.filter(retry_of=OuterRef("pk")).values("uuid")
    return rows.select_related("entry").annotate(retried_as=Subquery(newer), retry_of_uuid=F("retry_of__uuid"))


def may_manage(job: Job, user: User | None) -> bool:
    """Log, cancel and retry belong to the owner and to staff."""
    return user is not None and (user.is_staff or job.submission.submitted_by_id == user.pk)


def find_job(uuid: UUID) -> Job | None:
    return _jobs().filter(uuid=uuid).first()


def job_view(uuid: UUID, *, user: User | None, now: datetime) -> JobView | None:
    """Return the job as `user` may see it, or None when there is none."""
    job = find_job(uuid)
    if job is None:
        return None
    mine = may_manage(job, user)
    attempts = Attempt.objects.filter(job=job).select_related("device").order_by("number")
    attempts = attempts if mine else attempts.defer("log")
    return _view(job, attempts, devices=_devices_if(job.state == JobState.QUEUED), mine=mine, now=now)


def jobs_of(
    user: User, *, now: datetime, limit: int = 100, offset: int = 0, states: Iterable[str] = tuple(JobState)
) -> tuple[JobView, ...]:
    """Return the newest jobs of a user, without logs: in a fixed number of queries, however many there are."""
    mine = _jobs().filter(submission__submitted_by=user, state__in=tuple(states)).order_by("-created_at", "-pk")
    return _without_logs(mine[offset : offset + limit], mine=True, now=now)


def views_of(uuids: Collection[UUID], *, now: datetime) -> tuple[JobView, ...]:
    """Return the jobs that are there, as anybody may see them: in a fixed number of queries."""
    return _without_logs(_jobs().filter(uuid__in=uuids), mine=False, now=now)


def _without_logs(rows: QuerySet[Job], *, mine: bool, now: datetime) -> tuple[JobView, ...]:
    attempts = Attempt.objects.select_related("device").defer("log").order_by("number")
    jobs = list(rows.prefetch_related(Prefetch("attempts", attempts)))
    devices = _devices_if(any(job.state == JobState.QUEUED for job in jobs))
    return tuple(_view(job, job.attempts.all(), devices=devices, mine=mine, now=now) for job in jobs)


def job_counts(user: User) -> dict[str, int]:
    """Return how many jobs of a user are in each state that has some."""
    rows = Job.objects.filter(submission__submitted_by=user).values_list("state")
    return dict(rows.annotate(n=Count("pk")).order_by("state"))


def submission_jobs(submission_id: int) -> tuple[UUID, ...]:
    return tuple(Job.objects.filter(submission_id=submission_id).order_by("pk").values_list("uuid", flat=True))


def _devices_if(needed: bool) -> tuple[Device, ...]:
    """Return the devices in service: why a job waits is a question about them."""
    in_service = Device.objects.select_related("agent").exclude(health=Health.RETIRED).order_by("slug")
    return tuple(in_service) if needed else ()


def _view(job: Job, attempts: Iterable[Attempt], *, devices: tuple[Device, ...], mine: bool, now: datetime) -> JobView:
    views = tuple(_attempt_view(attempt) for attempt in attempts)
    entry = getattr(job, "entry", None)
    return JobView(
        id=job.uuid,
        state=job.state,
        reason=_reason(job, views, devices, now=now),
        fault=_fault(job),
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
        cancelling=job.cancel_requested_at is not None and job.state in STOPPABLE_JOB,
        created_at=job.created_at,
        state_since=job.state_since,
        attempts=views,
        entry=entry.uuid if entry else None,
        retry_of=getattr(job, "retry_of_uuid", None),
        retried_as=getattr(job, "retried_as", None),
        not_retried=not_retried(job),
        is_over=job.state not in OPEN_JOB,
        is_mine=mine,
    )


def _attempt_view(attempt: Attempt) -> AttemptView:
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
        deadline_at=attempt.deadline_at,
        phases=tuple(PhaseStart(phase, datetime.fromisoformat(at)) for phase, at in attempt.phase_marks),
        code=attempt.code,
        message=attempt.message,
        log=None if "log" in attempt.get_deferred_fields() else attempt.log,
    )


def _reason(
    job: Job, attempts: tuple[AttemptView, ...], devices: tuple[Device, ...], *, now: datetime
) -> Reason | None:
    if job.state == JobState.QUEUED:
        if attempts and attempts[-1].state == AttemptState.DISPATCHED:
            return Reason("offered", "A device was offered the job and is about to take it.", "nobody", "")
        return _why_waiting([device for device in devices if _fits(device, job)], now=now)
    if not job.code:
        return None
    failure = FAILURES[Code(job.code)]
    return Reason(job.code, failure.sentence, failure.fault, failure.hint)


def _fault(job: Job) -> str | None:
    if job.state != JobState.FAILED or not job.code:
        return None
    return "user" if FAILURES[Code(job.code)].kind == FailureKind.OUTCOME else "system"


def _fits(device: Device, job: Job) -> bool:
    here = device.pk == job.device_id if job.device_id else device.kind == job.device_class
    return here and device.can_run(job.submission.artefact.runtime, threads=job.submission.threads)


def _why_waiting(devices: list[Device], *, now: datetime) -> Reason:
    if not devices:
        return Reason("no_device", "No device fits any more.", "nobody", "Submit it again for another device.")
    online = [device for device in devices if device.agent.connection(now=now) == Connection.ONLINE]
    if not online:
        names = ", ".join(device.slug for device in devices[:3])
        return Reason("device_offline", f"No fitting device is online ({names}).", "the device", "Start its agent.")
    healthy = [device for device in online if device.takes_jobs()]
    if not healthy:
        why = online[0].health_reason or online[0].agent.health_reason or "its health is not good"
        return Reason("device_unhealthy", f"{online[0].slug} takes no jobs: {why}.", "the device", "See its page.")
    return Reason("device_busy", "Every fitting device is busy; the job is in line.", "nobody", "")
