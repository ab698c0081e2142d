"""What waits for each device, and how long jobs have waited there of late."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from uuid import UUID

from django.db.models import Count, Max

from leaderboard.devices.selectors import device_list
from leaderboard.runs.models import Attempt, Job
from leaderboard.runs.rivals import InLine, line
from leaderboard.runs.states import AttemptState, JobState

OF_LATE = timedelta(days=7)
MOST_WAITS = 500


@dataclass(frozen=True, slots=True)
class Queues:
    """Jobs that wait: by device, and by class for any device of it; waits are by the device that took the job."""

    named: Mapping[str, int] = field(default_factory=dict)
    of_class: Mapping[str, int] = field(default_factory=dict)
    waits_s: Mapping[str, list[float]] = field(default_factory=dict)

    def length(self, slug: str, kind: str) -> int:
        """Return how many jobs this device could be given next, fitting or not."""
        return self.named.get(slug, 0) + self.of_class.get(kind, 0)

    def median_wait_s(self, *slugs: str) -> float | None:
        """Return the median over all jobs that these devices took of late; None where there was none."""
        waits = [wait for slug in slugs for wait in self.waits_s.get(slug, ())]
        return median(waits) if waits else None


@dataclass(frozen=True, slots=True)
class WaitingJob:
    """`place` is the one of `of` that wait for devices which this job waits for."""

    id: UUID
    place: int
    of: int
    model: str
    benchmark: str
    purpose: str
    named: bool
    created_at: datetime


def queues(*, now: datetime) -> Queues:
    """Return the queue of every device, in two queries."""
    waiting = Job.objects.filter(state=JobState.QUEUED, cancel_requested_at=None)
    named: dict[str, int] = {}
    of_class: dict[str, int] = {}
    for slug, kind, count in waiting.values_list("device__slug", "device_class").annotate(count=Count("pk")):
        place, key = (named, slug) if slug else (of_class, kind)
        place[key] = place.get(key, 0) + count
    waits: dict[str, list[float]] = defaultdict(list)
    first = Attempt.objects.filter(dispatched_at__gt=now - OF_LATE, claimed_at__isnull=False, number=1)
    rows = first.order_by("-dispatched_at").values_list("device__slug", "claimed_at", "job__created_at")
    for slug, claimed_at, created_at in rows[:MOST_WAITS]:
        if claimed_at is not None:
            waits[slug].append(max(0.0, (claimed_at - created_at).total_seconds()))
    return Queues(named, of_class, dict(waits))


def jobs_waiting_for(slug: str, *, now: datetime, limit: int = 20) -> tuple[WaitingJob, ...]:
    """Return the jobs that a device could be given, in the order in which jobs would be given out now."""
    standing = [one for one in line(device_list(now=now), now=now) if slug in {view.slug for view in one.takers.able}]
    rows = Job.objects.filter(uuid__in=[one.id for one in standing[:limit]]).select_related("submission", "benchmark")
    jobs = {job.uuid: job for job in rows}
    return tuple(_waiting(one, jobs[one.id]) for one in standing[:limit] if one.id in jobs)


def _waiting(one: InLine, job: Job) -> WaitingJob:
    return WaitingJob(
        id=job.uuid,
        place=one.position,
        of=one.of,
        model=job.submission.model_name,
        benchmark=job.benchmark.slug,
        purpose=job.purpose,
        named=job.device_id is not None,
        created_at=job.created_at,
    )


def last_measured() -> Mapping[str, datetime]:
    """Return when each device last finished a measurement; one that never did is not in it."""
    done = Attempt.objects.filter(state=AttemptState.DONE)
    rows = done.values_list("device__slug").annotate(last=Max("finished_at")).values_list("device__slug", "last")
    return {slug: last for slug, last in rows if last is not None}
