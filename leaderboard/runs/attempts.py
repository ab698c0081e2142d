"""What an agent says of its attempts: claim, heartbeat, abandon, sync. Every verb can be repeated."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Length

from leaderboard.devices.models import Agent
from leaderboard.protocol import (
    AttemptSpec,
    Code,
    HeartbeatAnswer,
    HeartbeatRequest,
    LogChunk,
    Phase,
    SyncItem,
    SyncVerdict,
)
from leaderboard.queue.tickets import tear_up
from leaderboard.runs.dispatching import ring_again
from leaderboard.runs.endings import end_attempt
from leaderboard.runs.live_power import take_power
from leaderboard.runs.models import Attempt, Job
from leaderboard.runs.specs import attempt_limits, attempt_spec
from leaderboard.runs.states import AttemptState, JobState
from leaderboard.runs.timers import DEADLINE_SLACK, LEASE, MAX_LOG_CHARACTERS

# The second is heard alone where the first was brief.
_MEASURED = (Phase.MEASURING, Phase.UPLOADING)


class NotYours(Exception):
    """The attempt is over, was given to somebody else, or the claim key is not its key."""


def claim(*, agent: Agent, attempt_id: UUID, claim_key: UUID, now: datetime) -> AttemptSpec:
    """Take an offered attempt; the same key again gets the same answer. Raises NotYours."""
    attempt = (
        Attempt.objects.select_related("device", "job__benchmark", "job__submission__artefact")
        .filter(uuid=attempt_id, agent=agent)
        .first()
    )
    if attempt is None:
        raise NotYours("There is no such attempt for this agent.")
    if attempt.state == AttemptState.DISPATCHED:
        _take(attempt, claim_key=claim_key, now=now)
        attempt.refresh_from_db(fields=["state", "claim_key", "deadline_at"])
    # Whatever the answer is, the ticket has done its work; one left over would ring for ever.
    tear_up(task_id=str(attempt.uuid))
    if attempt.state != AttemptState.CLAIMED or attempt.claim_key != claim_key or attempt.deadline_at is None:
        raise NotYours("The attempt is no longer on offer.")
    return attempt_spec(attempt=attempt, deadline_at=attempt.deadline_at, now=now)


def _take(attempt: Attempt, *, claim_key: UUID, now: datetime) -> None:
    """Claim the attempt if its job still wants it; either both rows change or none."""
    wanted = Job.objects.filter(cancel_requested_at=None)
    with transaction.atomic():
        taken = wanted.move(attempt.job_id, JobState.RUNNING, now=now, code="", message="") and Attempt.objects.move(
            attempt.pk,
            AttemptState.CLAIMED,
            now=now,
            claim_key=claim_key,
            claimed_at=now,
            lease_expires_at=now + LEASE,
            deadline_at=now + timedelta(seconds=attempt_limits(attempt).wall_s) + DEADLINE_SLACK,
        )
        if not taken:
            transaction.set_rollback(True)


def heartbeat(*, agent: Agent, attempt_id: UUID, request: HeartbeatRequest, now: datetime) -> HeartbeatAnswer:
    """Extend the lease, also one that has passed, and take phase, progress and log. Raises NotYours."""
    rows = Attempt.objects.filter(uuid=attempt_id, agent=agent, claim_key=request.claim_key, state=AttemptState.CLAIMED)
    changed = rows.update(
        lease_expires_at=now + LEASE, phase=request.phase, progress=request.progress, detail=request.detail
    )
    if changed != 1:
        raise NotYours("The attempt is over or was given to somebody else.")
    if request.log is not None and request.log.text:
        _append_log(attempt_id, request.log)
    refused = None
    if request.power is not None:
        refused = take_power(attempt_id=attempt_id, power=request.power, now=now)
    # By its id alone: a result that arrives beside this heartbeat may just have ended the attempt.
    now_stored = Attempt.objects.filter(uuid=attempt_id)
    deadline, stored, cancel_at, marks = now_stored.values_list(
        "deadline_at", Length("log"), "job__cancel_requested_at", "phase_marks"
    ).get()
    if not marks or marks[-1][0] != request.phase:
        now_stored.update(phase_marks=[*marks, [request.phase.value, now.isoformat()]])
        if request.phase in _MEASURED:
            now_stored.filter(measuring_since=None).update(measuring_since=now)
    if stored >= MAX_LOG_CHARACTERS and request.log is not None:
        stored = request.log.offset + len(request.log.text)
    return HeartbeatAnswer(
        cancel=cancel_at is not None,
        lease_expires_at=now + LEASE,
        deadline_at=deadline or now,
        log_offset=stored,
        server_time=now,
        power_refused=refused,
    )


def _append_log(attempt_id: UUID, chunk: LogChunk) -> None:
    rows = Attempt.objects.filter(uuid=attempt_id).annotate(log_length=Length("log"))
    stored: int = rows.values_list("log_length", flat=True).get()
    fresh = chunk.text[stored - chunk.offset :] if chunk.offset <= stored else ""
    fresh = fresh.replace("\x00", "\ufffd")[: max(MAX_LOG_CHARACTERS - stored, 0)]
    if fresh:
        # Only what continues the copy that was read: of two that say the same, the second changes nothing.
        rows.filter(log_length=stored).update(log=Concat(F("log"), Value(fresh)))


def abandon(*, agent: Agent, attempt_id: UUID, claim_key: UUID, code: Code, reason: str, now: datetime) -> None:
    """Give an attempt back. Repeatable; raises NotYours only for an attempt that never was this agent's."""
    rows = Attempt.objects.filter(uuid=attempt_id, agent=agent, claim_key=claim_key)
    attempt = rows.select_related("job").defer("log").first()
    if attempt is None:
        raise NotYours("There is no such attempt for this agent and key.")
    if code == Code.CANCELLED and attempt.job.cancel_requested_at is None:
        code = Code.AGENT_ERROR  # nobody asked for a cancel: an ending that counts as a try
    end_attempt(attempt=attempt, code=code, message=reason, now=now)


def settle_after_sync(
    *, agent: Agent, running: Collection[UUID], spooled: Collection[UUID], now: datetime
) -> tuple[SyncItem, ...]:
    """Tell an agent what to do with each attempt it holds; what it no longer holds is lost at once.

    Offers that wait are rung again, since a ticket may have gone with the process before.
    """
    held = {*running, *spooled}
    mine = {attempt.uuid: attempt for attempt in _attempts(agent, held)}
    forgotten = Attempt.objects.active().filter(agent=agent).exclude(uuid__in=held)
    for attempt in forgotten.select_related("agent").defer("log"):
        if attempt.state == AttemptState.CLAIMED:
            end_attempt(attempt=attempt, code=Code.AGENT_STOPPED, message="The agent came back without it.", now=now)
        else:
            ring_again(attempt, now=now)
    verdicts = [SyncItem(attempt_id=item, verdict=_verdict_on_running(mine.get(item))) for item in running]
    verdicts += [
        SyncItem(attempt_id=item, verdict=SyncVerdict.UPLOAD if item in mine else SyncVerdict.ABANDON)
        for item in spooled
    ]
    return tuple(verdicts)


def _attempts(agent: Agent, uuids: Collection[UUID]) -> list[Attempt]:
    return list(Attempt.objects.filter(agent=agent, uuid__in=uuids).select_related("job").defer("log"))


def _verdict_on_running(attempt: Attempt | None) -> SyncVerdict:
    # A lost one cannot go on either: its heartbeats are refused, and its machine may be offered other work.
    if attempt is None or attempt.state != AttemptState.CLAIMED:
        return SyncVerdict.ABANDON
    return SyncVerdict.CANCEL if attempt.job.cancel_requested_at is not None else SyncVerdict.CONTINUE
