"""Leases that passed, offers that nobody took, results that nobody scored."""

from datetime import datetime

from django.db.models import Q

from leaderboard.protocol import Code
from leaderboard.queue.broker import TaskName, ring
from leaderboard.runs.endings import end_attempt
from leaderboard.runs.models import Attempt, AttemptQuerySet, ReaperWatch, Result
from leaderboard.runs.states import AttemptState, JobState
from leaderboard.runs.timers import (
    CANCEL_FORCED_AFTER,
    LOST_AFTER,
    OVERDUE_AFTER,
    REAPER_QUIET,
    RESCORE_AFTER,
    UNDO_DISPATCH_AFTER,
)


def reap(*, now: datetime) -> int:
    """End attempts whose lease passed long ago or whose cancel nobody answered, and offers not taken; return how many.

    Nothing is ended in the first minute after a start or after a gap between ticks: otherwise each outage of the
    server would end all running work.
    """
    if not _watched_long_enough(now=now):
        return 0
    silent = Attempt.objects.filter(state=AttemptState.CLAIMED, lease_expires_at__lte=now - LOST_AFTER)
    overdue = Attempt.objects.filter(state=AttemptState.CLAIMED, deadline_at__lte=now - OVERDUE_AFTER)
    untaken = Attempt.objects.filter(state=AttemptState.DISPATCHED, dispatched_at__lte=now - UNDO_DISPATCH_AFTER)
    unanswered = Attempt.objects.filter(
        state=AttemptState.CLAIMED, job__cancel_requested_at__lte=now - CANCEL_FORCED_AFTER
    )
    return (
        _end_all(unanswered, Code.CANCELLED, "The agent did not answer the cancel within a minute.", now=now)
        + _end_all(silent, Code.LOST, "The agent sent no heartbeat for ten minutes.", now=now)
        + _end_all(overdue, Code.AGENT_ERROR, "The agent went on past its deadline.", now=now)
        + _end_all(untaken, Code.NEVER_CLAIMED, "", now=now)
    )


def _end_all(rows: AttemptQuerySet, code: Code, message: str, *, now: datetime) -> int:
    return sum(
        end_attempt(attempt=attempt, code=code, message=message, now=now, among=rows) for attempt in rows.defer("log")
    )


def _watched_long_enough(*, now: datetime) -> bool:
    watch, _ = ReaperWatch.objects.get_or_create(name="reaper", defaults={"since": now, "last_tick_at": now})
    since = now if now - watch.last_tick_at > REAPER_QUIET else watch.since
    ReaperWatch.objects.filter(pk=watch.pk).update(since=since, last_tick_at=now)
    return now - since >= REAPER_QUIET


def sweep(*, now: datetime) -> int:
    """Ask again for the scoring of results that wait for it; return how many."""
    waiting = Result.objects.filter(
        accepted=True, job__state=JobState.VERIFYING, job__state_since__lte=now - RESCORE_AFTER
    )
    due = waiting.filter(Q(score_after=None) | Q(score_after__lte=now))
    ids = list(due.values_list("pk", flat=True))
    for pk in ids:
        ring(TaskName.SCORE, result_id=pk)
    return len(ids)
