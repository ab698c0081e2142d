"""When a device is checked: at enrolment, after changes and gaps, daily, every fifty jobs, and again after trouble."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from leaderboard.devices.models import CHECKABLE, Device, Health
from leaderboard.health.models import Cause, HealthCheck, Verdict
from leaderboard.health.reference import reference
from leaderboard.protocol import FAILURES, Code, FailureKind
from leaderboard.runs.models import Job
from leaderboard.runs.states import OPEN_JOB, AttemptState, JobState
from leaderboard.submissions.models import Submission

DAILY = timedelta(days=1)
EVERY_JOBS = 50
AGAIN_AFTER = timedelta(minutes=10)
PRIORITY = 100


def plan_checks(*, now: datetime) -> int:
    """Close the checks whose job came to nothing and ask for those that are due; return how many were asked for."""
    submission = reference()
    if submission is None:
        return 0
    _close_failed(now=now)
    asked = 0
    for device in _candidates(submission):
        cause = due(device, now=now)
        asked += cause is not None and ask(device=device, submission=submission, cause=cause, now=now)
    return asked


def due(device: Device, *, now: datetime) -> Cause | None:
    """Return why a device without an open check needs one now. It carries what `_candidates` annotates."""
    last_at: datetime | None = getattr(device, "last_at", None)
    if last_at is None:
        return Cause.ENROLMENT
    if getattr(device, "last_verdict", "") != Verdict.GOOD:
        return Cause.AGAIN if now - last_at >= AGAIN_AFTER else None
    causes = (
        (Cause.CHANGED, getattr(device, "last_fingerprint", "") != device.agent.fingerprint),
        (Cause.GAP, device.agent.back_at is not None and device.agent.back_at > last_at),
        (Cause.DAILY, now - last_at >= DAILY),
        (Cause.JOBS, getattr(device, "jobs_since", 0) >= EVERY_JOBS),
    )
    return next((cause for cause, is_so in causes if is_so), None)


def ask(*, device: Device, submission: Submission, cause: Cause, now: datetime) -> bool:
    """Queue a reference job before everything else; false where a check is open already."""
    try:
        with transaction.atomic():
            job = Job.objects.create(
                submission=submission,
                benchmark=submission.benchmark,
                device=device,
                purpose=Job.Purpose.REFERENCE,
                priority=PRIORITY,
                protocol_version=submission.benchmark.measuring_protocol().version,
                created_at=now,
                state_since=now,
            )
            HealthCheck.objects.create(device=device, job=job, cause=cause, asked_at=now)
    except IntegrityError:
        return False
    return True


def _candidates(submission: Submission) -> QuerySet[Device]:
    """Return the devices in service that can run the reference and have no open check, with their last one."""
    checks = HealthCheck.objects.filter(device=OuterRef("pk"))
    last = checks.order_by("-asked_at")
    done = Q(attempts__state=AttemptState.DONE, attempts__finished_at__gt=F("last_at"))
    rows = (
        Device.objects.filter(reported=True, health__in=CHECKABLE, agent__health=Health.GOOD)
        .exclude(Exists(checks.filter(verdict=Verdict.ASKED)))
        .annotate(
            last_at=Subquery(last.values("done_at")[:1]),
            last_verdict=Subquery(last.values("verdict")[:1]),
            last_fingerprint=Subquery(last.values("fingerprint")[:1]),
        )
        .annotate(jobs_since=Count("attempts", filter=done))
    )
    able = [device.pk for device in rows.only("runtimes") if submission.artefact.runtime in device.runtimes]
    return rows.filter(pk__in=able).select_related("agent").order_by("pk")


def _close_failed(*, now: datetime) -> None:
    """A reference job that ended without a result: what fails on a model that is known to run is the device."""
    for check in HealthCheck.objects.filter(verdict=Verdict.ASKED).exclude(job__state__in=OPEN_JOB):
        job = Job.objects.only("state", "code", "message").get(pk=check.job_id)
        if job.state == JobState.PUBLISHED:
            continue  # its result is being judged
        conclude_failed(check=check, job=job, now=now)


def conclude_failed(*, check: HealthCheck, job: Job, now: datetime) -> None:
    failure = FAILURES[Code(job.code)] if job.code else None
    blames_model = failure is not None and failure.kind is FailureKind.OUTCOME
    verdict = Verdict.FAILED if blames_model else Verdict.INCONCLUSIVE
    sentence = f"The reference job ended as {job.code or job.state}. {failure.sentence if failure else ''}".strip()
    with transaction.atomic():
        closed = HealthCheck.objects.conclude(check.pk, verdict, now=now, sentence=sentence[:300])
        if closed and verdict == Verdict.FAILED:
            mark_failing(device_id=check.device_id, reason=sentence)


def mark_failing(*, device_id: int, reason: str) -> None:
    """Take a device out of the queue until a check finds it good; one that an operator took out stays as it is."""
    rows = Device.objects.filter(pk=device_id, health__in=CHECKABLE)
    rows.update(health=Health.FAILING, health_reason=reason[:200])
