"""Leases that passed, offers that nobody took, results that nobody scored."""

from datetime import datetime

from leaderboard.protocol import Code
from leaderboard.queue.broker import TaskName, ring
from leaderboard.runs.endings import end_attempt
from leaderboard.runs.models import Attempt, Job, ReaperWatch
from leaderboard.runs.states import AttemptState, JobState
from leaderboard.runs.timers import LOST_AFTER, REAPER_QUIET, RESCORE_AFTER, UNDO_DISPATCH_AFTER


def reap(*, now: datetime) -> int:
    """End attempts whose lease passed long ago and offers that nobody took; return how many.

    Nothing is ended in the first minute after a start or after a gap between ticks: otherwise each outage of the
    server would end all running work.
    """
    if not _watched_long_enough(now=now):
        return 0
    silent = Attempt.objects.filter(state=AttemptState.CLAIMED, lease_expires_at__lte=now - LOST_AFTER)
    untaken = Attempt.objects.filter(state=AttemptState.DISPATCHED, dispatched_at__lte=now - UNDO_DISPATCH_AFTER)
    count = sum(
        end_attempt(attempt=attempt, code=Code.LOST, message="The agent sent no heartbeat for ten minutes.", now=now)
        for attempt in silent
    )
    return count + sum(
        end_attempt(attempt=attempt, code=Code.NEVER_CLAIMED, message="", now=now) for attempt in untaken
    )


def _watched_long_enough(*, now: datetime) -> bool:
    watch, _ = ReaperWatch.objects.get_or_create(name="reaper", defaults={"since": now, "last_tick_at": now})
    since = now if now - watch.last_tick_at > REAPER_QUIET else watch.since
    ReaperWatch.objects.filter(pk=watch.pk).update(since=since, last_tick_at=now)
    return now - since >= REAPER_QUIET


def sweep(*, now: datetime) -> int:
    """Ask again for the scoring of results that wait for it; return how many."""
    waiting = Job.objects.filter(state=JobState.VERIFYING, state_since__lte=now - RESCORE_AFTER)
    ids = list(waiting.values_list("results__pk", flat=True).filter(results__accepted=True))
    for pk in ids:
        ring(TaskName.SCORE, result_id=pk)
    return len(ids)
