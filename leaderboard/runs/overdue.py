"""A job that waits or runs twice as long as such jobs do there: it is said, and nothing is ended for it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import numpy as np
from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from leaderboard.runs.estimates import RECENT
from leaderboard.runs.models import Attempt, Job
from leaderboard.runs.states import AttemptState, JobState

TIMES = 2
LEAST_EXPECTED_S = 60.0
"""Where jobs are quick, twice their time is soon over and no news."""
ANEW_AFTER = timedelta(seconds=30)
Lasting = tuple[Job, Attempt | None]
"""A job with its newest attempt."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """Since when it waits or runs, and from when on that is late: the same however much later it is asked for.

    Three in four of the last `n` jobs there were done within `expected_s`.
    """

    step: Literal["waiting", "running"]
    since: datetime
    late_at: datetime
    expected_s: float
    n: int


@dataclass(frozen=True, slots=True)
class _Step:
    """`among` are the keys of those that it is held against: a device and a benchmark, a device, or a class."""

    job: int
    name: Literal["waiting", "running"]
    since: datetime
    among: tuple[int | str, ...]


class Lateness:
    """Says which jobs are late. Whoever asks all the time keeps it: it asks the database anew every ANEW_AFTER."""

    def __init__(self) -> None:
        self._asked_at: datetime | None = None
        self._known: dict[_Step, Overdue | None] = {}

    def of(self, jobs: Iterable[Lasting], *, now: datetime) -> Mapping[int, Overdue]:
        """Return those that are late, by their keys: three queries at most, none where every step has just begun."""
        least = TIMES * timedelta(seconds=LEAST_EXPECTED_S)
        steps = [step for step in _steps(jobs) if now - step.since > least]
        if self._asked_at is None or now - self._asked_at > ANEW_AFTER:
            self._known, self._asked_at = {}, now
        self._known |= _limits([step for step in steps if step not in self._known])
        found = ((step.job, self._known[step]) for step in steps)
        return {job: late for job, late in found if late is not None and now > late.late_at}


def _steps(jobs: Iterable[Lasting]) -> Iterator[_Step]:
    for job, attempt in jobs:
        if job.state == JobState.QUEUED:
            yield _Step(job.pk, "waiting", job.state_since, (job.device_id or job.device_class,))
        elif job.state == JobState.RUNNING and attempt and attempt.claimed_at:
            yield _Step(job.pk, "running", attempt.claimed_at, (attempt.device_id, job.benchmark_id))


def _limits(steps: Collection[_Step]) -> Mapping[_Step, Overdue | None]:
    took = _took([step.among for step in steps if step.name == "running"])
    waited = _waited({key for step in steps if step.name == "waiting" for key in step.among})
    return {step: _limit(step, (took if step.name == "running" else waited).get(step.among, ())) for step in steps}


def _limit(step: _Step, there: Iterable[tuple[int, float]]) -> Overdue | None:
    """`there` are jobs with seconds, newest first; one that waits once more says nothing about itself."""
    seconds = [lasted_s for job, lasted_s in there if job != step.job][:RECENT]
    if not seconds:
        return None
    expected_s = max(float(np.percentile(seconds, 75)), LEAST_EXPECTED_S)
    late_at = step.since + TIMES * timedelta(seconds=expected_s)
    return Overdue(step.name, step.since, late_at, expected_s, len(seconds))


Times = Mapping[tuple[int | str, ...], list[tuple[int, float]]]


def _took(places: Collection[tuple[int | str, ...]]) -> Times:
    if not places:
        return {}
    devices, benchmarks = zip(*places, strict=True)
    done = Attempt.objects.filter(device__in=set(devices), job__benchmark__in=set(benchmarks), state=AttemptState.DONE)
    return _newest(done, "device", "job__benchmark", begun="claimed_at", over="finished_at")


def _waited(places: set[int | str]) -> Times:
    devices = {place for place in places if isinstance(place, int)}
    first = Attempt.objects.filter(number=1)
    found: dict[tuple[int | str, ...], list[tuple[int, float]]] = {}
    if devices:
        here = first.filter(device__in=devices)
        found |= _newest(here, "device", begun="job__created_at", over="claimed_at")
    if kinds := places - devices:
        here = first.filter(device__kind__in=kinds)
        found |= _newest(here, "device__kind", begun="job__created_at", over="claimed_at")
    return found


def _newest(attempts: QuerySet[Attempt], *among: str, begun: str, over: str) -> Times:
    """Return the last RECENT of each place, and one more for who is itself among them; one query."""
    number = Window(RowNumber(), partition_by=[F(key) for key in among], order_by=F(over).desc())
    ended = attempts.filter(**{f"{begun}__isnull": False, f"{over}__isnull": False})
    rows: Any = ended.annotate(newness=number).filter(newness__lte=RECENT + 1).order_by("newness")
    found = defaultdict(list)
    for job, begun_at, over_at, *place in rows.values_list("job", begun, over, *among):
        found[tuple(place)].append((job, (over_at - begun_at).total_seconds()))
    return found
