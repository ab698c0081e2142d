"""What waits for each device, and how long jobs have waited there of late."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import F, Max, Window
from django.db.models.functions import RowNumber

from leaderboard.devices.selectors import DeviceView, device_list
from leaderboard.runs.models import Attempt
from leaderboard.runs.rivals import line
from leaderboard.runs.states import AttemptState
from leaderboard.runs.waiting import Waiting, waiting_of

OF_LATE = timedelta(days=7)
MOST_WAITS = 100
"""Of each device, or a busy one would leave the others nothing."""


Waits = Mapping[str, Sequence[float]]
"""How long jobs waited of late, in seconds, by the device that took them."""


@dataclass(frozen=True, slots=True)
class Queues:
    """Jobs in line that a device could be given, by device: those that name it, and those for any of its class."""

    named: Mapping[str, int]
    of_class: Mapping[str, int]
    waits_s: Waits

    def median_wait_s(self, slug: str) -> float | None:
        return median_wait_s(self.waits_s, slug)


def queues(devices: Sequence[DeviceView], *, now: datetime) -> Queues:
    """Return the queue of each of these devices, in two queries."""
    named: Counter[str] = Counter()
    of_class: Counter[str] = Counter()
    for one in line(devices, now=now):
        (named if one.wish.device else of_class).update(view.slug for view in one.takers.able)
    return Queues(named, of_class, waits_of_late(now=now))


def waits_of_late(*, now: datetime) -> Waits:
    waits: dict[str, list[float]] = defaultdict(list)
    first = Attempt.objects.filter(dispatched_at__gt=now - OF_LATE, claimed_at__isnull=False, number=1)
    number = Window(RowNumber(), partition_by=[F("device")], order_by=F("dispatched_at").desc())
    rows = first.annotate(newness=number).filter(newness__lte=MOST_WAITS)
    for slug, claimed_at, created_at in rows.values_list("device__slug", "claimed_at", "job__created_at"):
        if claimed_at is not None:
            waits[slug].append(max(0.0, (claimed_at - created_at).total_seconds()))
    return waits


def median_wait_s(waits_s: Waits, *slugs: str) -> float | None:
    """Return the median over all jobs that these devices took of late; None where there was none."""
    waits = [wait for slug in slugs for wait in waits_s.get(slug, ())]
    return median(waits) if waits else None


def jobs_waiting_for(slug: str, *, now: datetime, limit: int = 20) -> tuple[Waiting, ...]:
    """Return the jobs that a device could be given, in the order in which jobs would be given out now."""
    standing = [one for one in line(device_list(now=now), now=now) if slug in {view.slug for view in one.takers.able}]
    return waiting_of(standing[:limit])


def last_measured() -> Mapping[str, datetime]:
    """Return when each device last finished a measurement; one that never did is not in it."""
    done = Attempt.objects.filter(state=AttemptState.DONE)
    rows = done.values_list("device__slug").annotate(last=Max("finished_at")).values_list("device__slug", "last")
    return {slug: last for slug, last in rows if last is not None}
