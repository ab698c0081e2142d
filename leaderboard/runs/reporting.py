"""Results: at most one counts, none is thrown away."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from pydantic import ValidationError

from leaderboard.devices.models import Agent
from leaderboard.protocol import FAILURES, SUPPORTED_PROTOCOLS, Code, FailureKind, Report, ResultRequest
from leaderboard.queue.broker import TaskName, ring
from leaderboard.queue.tickets import tear_up
from leaderboard.runs.attempts import NotYours
from leaderboard.runs.models import Attempt, Job, Result
from leaderboard.runs.states import AttemptState, JobState
from leaderboard.runs.timers import RESCORE_AFTER, RESCORE_AT_LEAST_EVERY


class BadReport(Exception):
    """The payload is not what its digest says, or not a report; the message says where."""


class NotCounted(Exception):
    """The result is kept, but another one counts for this job, or the job is over."""


def take_result(*, agent: Agent, attempt_id: UUID, request: ResultRequest, now: datetime) -> bool:
    """Keep a result; return True when it is new and counts, False when these very bytes counted already.

    Raises BadReport, NotYours, NotCounted. A late result of a lost attempt counts if no newer attempt was claimed.
    """
    mine = Attempt.objects.filter(uuid=attempt_id, agent=agent, claim_key=request.claim_key)
    attempt = mine.only("job_id", "number").first()
    if attempt is None:
        raise NotYours("There is no such attempt for this agent and key.")
    report = _read(request, attempt_id)
    if _count(attempt, report, request, now=now):
        return True
    # Either the job went on without it, or the same bytes were sent twice at once and the others won.
    if _came_before(attempt, request):
        return False
    _keep(attempt, request, now=now)
    raise NotCounted("The result is kept, but it does not count: the job went on without it.")


def _came_before(attempt: Attempt, request: ResultRequest) -> bool:
    """Say whether these very bytes count already; raises NotCounted when the attempt's kept result is another."""
    known = Result.objects.filter(attempt=attempt).defer("payload").first()
    if known is None:
        return False
    if known.accepted and known.sha256 == request.sha256:
        return True
    raise NotCounted("A result of this attempt is kept already.")


def _read(request: ResultRequest, attempt_id: UUID) -> Report:
    if hashlib.sha256(request.payload.encode()).hexdigest() != request.sha256:
        raise BadReport("The payload does not have the digest that came with it.")
    try:
        report = Report.model_validate_json(request.payload)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadReport(f"The report cannot be read at {where or 'its start'}: {first['msg']}.") from None
    if report.protocol_version not in SUPPORTED_PROTOCOLS:
        raise BadReport(f"The report is of protocol {report.protocol_version}, which this server does not read.")
    if report.attempt_id != attempt_id:
        raise BadReport("The report is of another attempt.")
    if (report.measured is None) == (report.failed is None):
        raise BadReport("A report holds either a measurement or a failure.")
    if report.failed is not None and FAILURES[report.failed.code].kind != FailureKind.OUTCOME:
        raise BadReport(f"{report.failed.code} is no outcome of a model; abandon the attempt instead.")
    return report


def _count(attempt: Attempt, report: Report, request: ResultRequest, *, now: datetime) -> bool:
    """Write the result as the one that counts, with all that follows from it; False when something forbids it."""
    try:
        with transaction.atomic():
            if not _finish(attempt, report, now=now):
                transaction.set_rollback(True)
                return False
            result = _write(attempt, request, accepted=True, now=now)
            # One ring for both: whoever scores a result then gives its machine the next job.
            if report.measured is None:
                ring(TaskName.DISPATCH)
            else:
                ring(TaskName.SCORE, result_id=result.pk)
    except IntegrityError:
        return False
    return True


def _finish(attempt: Attempt, report: Report, *, now: datetime) -> bool:
    """Move the job, which holds it as `hold` would, and then the attempt."""
    if report.failed is None:
        verifying = Job.objects.move(attempt.job_id, JobState.VERIFYING, now=now, code="", message="")
        return verifying and _end(attempt, AttemptState.DONE, now=now)
    reason = {"code": report.failed.code, "message": report.failed.message}
    failed = Job.objects.move(attempt.job_id, JobState.FAILED, now=now, **reason)
    return failed and _end(attempt, AttemptState.FAILED, now=now, **reason)


def _end(attempt: Attempt, target: AttemptState, *, now: datetime, **reason: str) -> bool:
    """End the attempt if it is the last. One still claimed is: the database lets no other begin beside it."""
    claimed = Attempt.objects.filter(state=AttemptState.CLAIMED)
    return claimed.move(attempt.pk, target, now=now, **reason) or (
        _is_last(attempt, now=now) and Attempt.objects.move(attempt.pk, target, now=now, **reason)
    )


def _is_last(attempt: Attempt, *, now: datetime) -> bool:
    """Say whether no newer attempt was claimed, and take back what is on offer."""
    others = Attempt.objects.filter(job_id=attempt.job_id).exclude(pk=attempt.pk).defer("log")
    newer = [other for other in others if other.number > attempt.number or other.state == AttemptState.DISPATCHED]
    if any(other.claimed_at is not None for other in newer):
        return False
    for offer in newer:
        why = "An earlier attempt's result came late and counts."
        if Attempt.objects.move(offer.pk, AttemptState.CANCELLED, now=now, code=Code.CANCELLED, message=why):
            tear_up(task_id=str(offer.uuid))
    return True


def _write(attempt: Attempt, request: ResultRequest, *, accepted: bool, now: datetime) -> Result:
    return Result.objects.create(
        attempt=attempt,
        job_id=attempt.job_id,
        sha256=request.sha256,
        payload=request.payload,
        accepted=accepted,
        received_at=now,
    )


def _keep(attempt: Attempt, request: ResultRequest, *, now: datetime) -> None:
    try:
        with transaction.atomic():
            _write(attempt, request, accepted=False, now=now)
    except IntegrityError:
        # The same bytes came twice at once; one copy is enough.
        return


def put_off_scoring(*, result: Result, reason: str, now: datetime) -> None:
    """Say at the job why it is not scored, and when it will be tried again: later each time, and never not at all."""
    failures = result.score_failures + 1
    pause = min(RESCORE_AFTER * 2 ** min(failures, 20), RESCORE_AT_LEAST_EVERY)
    rows = Result.objects.filter(pk=result.pk, score_failures=result.score_failures)
    rows.update(score_failures=failures, score_after=now + pause)
    waiting = Job.objects.filter(pk=result.job_id, state=JobState.VERIFYING)
    waiting.update(code=Code.SCORING_FAILED, message=f"Try {failures}: {reason}"[:500])


def reject_result(*, result: Result, code: str, message: str, now: datetime) -> None:
    """Fail the job of a result that cannot be scored; the result itself is kept."""
    Job.objects.move(result.job_id, JobState.FAILED, now=now, code=code, message=message)
