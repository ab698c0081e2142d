"""A job that waits or runs twice as long as such jobs do there: it is said, and nothing is ended for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import numpy as np
from django.db.models import Q

from leaderboard.runs.estimates import RECENT, span_of
from leaderboard.runs.models import Attempt, Job
from leaderboard.runs.states import AttemptState, JobState

TIMES = 2
LEAST_EXPECTED_S = 60.0
"""Where jobs are quick, twice their time is soon over and no news."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """Since when it waits or runs; three in four of the last `n` jobs there were done within `expected_s`."""

    step: Literal["waiting", "running"]
    since: datetime
    expected_s: float
    n: int


def overdue(job: UUID, *, now: datetime) -> Overdue | None:
    """Return how a job is late; None for one that is not, or of which nothing is known. Three queries at most."""
    found = Job.objects.filter(uuid=job, state__in=(JobState.QUEUED, JobState.RUNNING)).first()
    if found is None:
        return None
    late = _running(found) if found.state == JobState.RUNNING else _waiting(found)
    if late is None or now - late.since <= TIMES * timedelta(seconds=late.expected_s):
        return None
    return late


def _running(job: Job) -> Overdue | None:
    attempt = job.attempts.filter(state=AttemptState.CLAIMED).defer("log").first()
    if attempt is None or attempt.claimed_at is None:
        return None
    there = Attempt.objects.filter(
        device=attempt.device_id, job__benchmark=job.benchmark_id, state=AttemptState.DONE
    ).exclude(pk=attempt.pk)
    span = span_of(there)
    if span is None:
        return None
    return Overdue("running", attempt.claimed_at, max(span.high_s, LEAST_EXPECTED_S), span.n)


def _waiting(job: Job) -> Overdue | None:
    here = Q(device=job.device_id) if job.device_id else Q(device__kind=job.device_class)
    first = Attempt.objects.filter(here, number=1, claimed_at__isnull=False).exclude(job=job)
    rows = first.order_by("-claimed_at").values_list("claimed_at", "job__created_at")[:RECENT]
    waits = [(claimed - created).total_seconds() for claimed, created in rows if claimed]
    if not waits:
        return None
    expected_s = max(float(np.percentile(waits, 75)), LEAST_EXPECTED_S)
    return Overdue("waiting", job.state_since, expected_s, len(waits))
