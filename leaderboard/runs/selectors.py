"""Jobs as a reader sees them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, OuterRef, Prefetch, QuerySet, Subquery

from leaderboard.accounts.models import User
from leaderboard.devices.models import Device
from leaderboard.runs.models import Attempt, Job
from leaderboard.runs.overdue import Lateness, Overdue
from leaderboard.runs.quota import counts, is_limited
from leaderboard.runs.reasons import Reason, devices_in_service, fault_of, reason_of
from leaderboard.runs.retrying import not_retried
from leaderboard.runs.states import OPEN_JOB, STOPPABLE_JOB, AttemptState, JobState


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

    `fault` of a failed job says who can put it right: the `user` with another model, or the `system`. `overdue` is None
    of a job that is not late, or of which nothing is expected.
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
    overdue: Overdue | None
    attempts: tuple[AttemptView, ...]
    entry: UUID | None
    retry_of: UUID | None
    retried_as: UUID | None
    # Why it can't be retried as it is; empty where it can.
    not_retried: str
    is_over: bool
    is_mine: bool
    # Shown to its owner and to staff alone.
    private: bool
    # Toward its submitter's quota, from its first measured run on. None: no quota is about it.
    counts: bool | None

    @property
    def current(self) -> AttemptView | None:
        return self.attempts[-1] if self.attempts else None


def _jobs() -> QuerySet[Job]:
    rows = Job.objects.select_related("submission__submitted_by", "submission__artefact", "benchmark", "device")
    newer = Job.objects.filter(retry_of=OuterRef("pk")).values("uuid")
    return rows.select_related("entry").annotate(retried_as=Subquery(newer), retry_of_uuid=F("retry_of__uuid"))


def may_manage(job: Job, user: User | None) -> bool:
    """Log, cancel and retry belong to the owner and to staff."""
    return job.submission.belongs_to(user)


def find_job(uuid: UUID, *, user: User | None = None) -> Job | None:
    """Return the job if `user` may know of it; None where there is none, or a private one of somebody else."""
    job = _jobs().filter(uuid=uuid).first()
    return job if job is not None and job.submission.is_shown_to(user) else None


def job_view(uuid: UUID, *, user: User | None, now: datetime) -> JobView | None:
    """Return the job as `user` may see it, or None when there is none for them."""
    job = find_job(uuid, user=user)
    if job is None:
        return None
    mine = may_manage(job, user)
    rows = Attempt.objects.filter(job=job).select_related("device").order_by("number")
    attempts = tuple(rows if mine else rows.defer("log"))
    return _view(job, attempts, _around([(job, attempts)], Lateness(), now=now), mine=mine)


def jobs_of(
    user: User, *, now: datetime, limit: int = 100, offset: int = 0, states: Iterable[str] = tuple(JobState)
) -> tuple[JobView, ...]:
    """Return the newest jobs of a user, without logs: in a fixed number of queries, however many there are."""
    mine = _jobs().filter(submission__submitted_by=user, state__in=tuple(states)).order_by("-created_at", "-pk")
    return _without_logs(mine[offset : offset + limit], Lateness(), mine=True, now=now)


def views_of(uuids: Collection[UUID], *, now: datetime, lateness: Lateness | None = None) -> tuple[JobView, ...]:
    """Return the jobs that are there, without logs and whoever may know of them: in a fixed number of queries."""
    return _without_logs(_jobs().filter(uuid__in=uuids), lateness or Lateness(), mine=False, now=now)


def _without_logs(rows: QuerySet[Job], lateness: Lateness, *, mine: bool, now: datetime) -> tuple[JobView, ...]:
    attempts = Attempt.objects.select_related("device").defer("log").order_by("number")
    jobs = [(job, tuple(job.attempts.all())) for job in rows.prefetch_related(Prefetch("attempts", attempts))]
    around = _around(jobs, lateness, now=now)
    return tuple(_view(job, tried, around, mine=mine) for job, tried in jobs)


def job_counts(user: User) -> dict[str, int]:
    """Return how many jobs of a user are in each state that has some."""
    rows = Job.objects.filter(submission__submitted_by=user).values_list("state")
    return dict(rows.annotate(n=Count("pk")).order_by("state"))


def submission_jobs(submission_id: int) -> tuple[UUID, ...]:
    return tuple(Job.objects.filter(submission_id=submission_id).order_by("pk").values_list("uuid", flat=True))


@dataclass(frozen=True, slots=True)
class _Around:
    """What a view needs besides its job: the devices in service, and which jobs are late now."""

    devices: tuple[Device, ...]
    late: Mapping[int, Overdue]
    now: datetime


def _around(jobs: Collection[tuple[Job, tuple[Attempt, ...]]], lateness: Lateness, *, now: datetime) -> _Around:
    waits = any(job.state == JobState.QUEUED for job, _attempts in jobs)
    late = lateness.of([(job, attempts[-1] if attempts else None) for job, attempts in jobs], now=now)
    return _Around(devices_in_service() if waits else (), late, now)


def _view(job: Job, attempts: tuple[Attempt, ...], around: _Around, *, mine: bool) -> JobView:
    views = tuple(_attempt_view(attempt) for attempt in attempts)
    is_offered = bool(attempts) and attempts[-1].state == AttemptState.DISPATCHED
    entry = getattr(job, "entry", None)
    return JobView(
        id=job.uuid,
        state=job.state,
        reason=reason_of(job, around.devices, is_offered=is_offered, now=around.now),
        fault=fault_of(job),
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
        overdue=around.late.get(job.pk),
        attempts=views,
        entry=entry.uuid if entry else None,
        retry_of=getattr(job, "retry_of_uuid", None),
        retried_as=getattr(job, "retried_as", None),
        not_retried=not_retried(job),
        is_over=job.state not in OPEN_JOB,
        is_mine=mine,
        private=job.submission.private,
        counts=any(counts(attempt, job) for attempt in attempts) if is_limited(job) else None,
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
