"""The state machines of jobs and attempts: the only table of what may follow what."""

from collections.abc import Mapping
from types import MappingProxyType

from django.db import models


class JobState(models.TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    VERIFYING = "verifying"
    PUBLISHED = "published"
    FAILED = "failed"
    CANCELLED = "cancelled"


class AttemptState(models.TextChoices):
    DISPATCHED = "dispatched"
    CLAIMED = "claimed"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"


# A job goes back to the queue when an attempt ends for a reason that is not the model's.
JOB_MOVES: Mapping[JobState, frozenset[JobState]] = MappingProxyType(
    {
        JobState.QUEUED: frozenset({JobState.RUNNING, JobState.VERIFYING, JobState.FAILED, JobState.CANCELLED}),
        JobState.RUNNING: frozenset({JobState.QUEUED, JobState.VERIFYING, JobState.FAILED, JobState.CANCELLED}),
        JobState.VERIFYING: frozenset({JobState.PUBLISHED, JobState.FAILED}),
        JobState.PUBLISHED: frozenset(),
        JobState.FAILED: frozenset(),
        JobState.CANCELLED: frozenset(),
    }
)

# Attempts only move forward; a lost one may still be finished by a late result.
ATTEMPT_MOVES: Mapping[AttemptState, frozenset[AttemptState]] = MappingProxyType(
    {
        AttemptState.DISPATCHED: frozenset({AttemptState.CLAIMED, AttemptState.CANCELLED, AttemptState.LOST}),
        AttemptState.CLAIMED: frozenset(
            {AttemptState.DONE, AttemptState.FAILED, AttemptState.CANCELLED, AttemptState.LOST}
        ),
        AttemptState.LOST: frozenset({AttemptState.DONE, AttemptState.FAILED}),
        AttemptState.DONE: frozenset(),
        AttemptState.FAILED: frozenset(),
        AttemptState.CANCELLED: frozenset(),
    }
)

ACTIVE_ATTEMPT = (AttemptState.DISPATCHED, AttemptState.CLAIMED)
OPEN_JOB = (JobState.QUEUED, JobState.RUNNING, JobState.VERIFYING)
STOPPABLE_JOB = (JobState.QUEUED, JobState.RUNNING)


def job_sources(target: JobState) -> tuple[JobState, ...]:
    """Return the states from which a job may become `target`."""
    return tuple(state for state, moves in JOB_MOVES.items() if target in moves)


def attempt_sources(target: AttemptState) -> tuple[AttemptState, ...]:
    """Return the states from which an attempt may become `target`."""
    return tuple(state for state, moves in ATTEMPT_MOVES.items() if target in moves)
