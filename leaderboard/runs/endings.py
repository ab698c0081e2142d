"""How attempts end without a result, and what that means for their job."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from leaderboard.protocol import FAILURES, Code, FailureKind
from leaderboard.queue.broker import TaskName, ring
from leaderboard.queue.tickets import tear_up
from leaderboard.runs.models import Attempt, AttemptQuerySet, Job
from leaderboard.runs.states import STOPPABLE_JOB, AttemptState, JobState
from leaderboard.runs.timers import MAX_CLAIMS, MAX_INFRA_TRIES

_NO_TRY = frozenset({Code.NEVER_CLAIMED, Code.AGENT_STOPPED})


def end_attempt(
    *, attempt: Attempt, code: Code, message: str, now: datetime, among: AttemptQuerySet | None = None
) -> bool:
    """End an active attempt for `code`, and settle its job; false when it had ended already.

    `among` says what must still be true of it: an attempt that was claimed, or whose lease was extended, since the
    caller looked is left alone. An outcome fails the job; a cancel that was asked for cancels it; infra sends it back
    to the queue, up to MAX_INFRA_TRIES. An offer that nobody took is not a try, nor is one whose agent was stopped: a
    machine may be restarted as often as it must, and MAX_CLAIMS ends a model that takes its agent down each time.
    """
    kind = FAILURES[code].kind
    target = _attempt_target(code, kind)
    rows = Attempt.objects.active() if among is None else among.active()
    with transaction.atomic():
        Job.objects.hold(attempt.job_id)
        if not rows.move(attempt.pk, target, now=now, code=code, message=message):
            return False
        tear_up(task_id=str(attempt.uuid))
        _settle_job(attempt.job_id, code, kind, message, now=now)
    return True


def _attempt_target(code: Code, kind: FailureKind) -> AttemptState:
    if code in {Code.LOST, Code.NEVER_CLAIMED}:
        return AttemptState.LOST
    return AttemptState.CANCELLED if kind == FailureKind.CANCEL else AttemptState.FAILED


def _settle_job(job_id: int, code: Code, kind: FailureKind, message: str, *, now: datetime) -> None:
    if kind == FailureKind.OUTCOME:
        Job.objects.move(job_id, JobState.FAILED, now=now, code=code, message=message)
        return
    if kind == FailureKind.INFRA and code not in _NO_TRY:
        Job.objects.filter(pk=job_id).update(infra_tries=F("infra_tries") + 1)
    job = Job.objects.get(pk=job_id)
    if job.cancel_requested_at is not None:
        Job.objects.move(job_id, JobState.CANCELLED, now=now, code=Code.CANCELLED, message="")
    elif job.infra_tries >= MAX_INFRA_TRIES or _claims(job) >= MAX_CLAIMS:
        Job.objects.move(job_id, JobState.FAILED, now=now, code=code, message=message)
    else:
        Job.objects.move(job_id, JobState.QUEUED, now=now, code=code, message=message)
        ring(TaskName.DISPATCH)


def _claims(job: Job) -> int:
    return job.attempts.exclude(claimed_at=None).count()


def request_cancel(*, job: Job, now: datetime) -> JobState:
    """Cancel a job now if nothing measures it, else ask its agent to stop; return the state it has then.

    Repeatable. A job that is over, or measured and only waiting for its scores, stays as it is.
    """
    stoppable = Job.objects.filter(state__in=STOPPABLE_JOB)
    with transaction.atomic():
        stoppable.filter(pk=job.pk, cancel_requested_at=None).update(cancel_requested_at=now)
        attempt = Attempt.objects.active().filter(job=job).first()
        if attempt is None:
            Job.objects.filter(state=JobState.QUEUED).move(
                job.pk, JobState.CANCELLED, now=now, code=Code.CANCELLED, message=""
            )
        elif attempt.state == AttemptState.DISPATCHED:
            end_attempt(attempt=attempt, code=Code.CANCELLED, message="", now=now)
    return JobState(Job.objects.values_list("state", flat=True).get(pk=job.pk))
