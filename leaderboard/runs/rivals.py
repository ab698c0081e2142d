"""Who stands before a job: those earlier in line that could take a device which it could take."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from leaderboard.catalog.models import RUNTIMES
from leaderboard.devices.models import Health
from leaderboard.devices.selectors import DeviceView
from leaderboard.runs.dispatching import waiting_jobs
from leaderboard.runs.models import Attempt, Job
from leaderboard.runs.states import ACTIVE_ATTEMPT
from leaderboard.submissions.places import Needs, lack

_ORDINARY = 0
"""The priority of what people submit; health checks come before it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a job asks for: one device, or any of a class, that has what the model needs."""

    device: str | None
    device_class: str | None
    needs: Needs
    is_health_check: bool = False


@dataclass(frozen=True, slots=True)
class Takers:
    """`able` are the devices in service that fit; `ready` are those of them that are online and well now."""

    able: tuple[DeviceView, ...]
    ready: tuple[DeviceView, ...]

    @property
    def contested(self) -> frozenset[str]:
        """The devices that the job waits for: one that is away frees nobody's place while another may take the job."""
        return frozenset(view.slug for view in self.ready or self.able)

    @property
    def machines(self) -> frozenset[str]:
        """The agents of these devices; each measures one job at a time, whatever it has devices."""
        return frozenset(view.agent for view in self.ready or self.able)


@dataclass(frozen=True, slots=True)
class InLine:
    """A job that waits: it is number `position`, from 1, of the `of` that wait for devices which it waits for."""

    id: UUID
    wish: Wish
    takers: Takers
    priority: int
    position: int
    of: int


def takers_of(wish: Wish, devices: Iterable[DeviceView]) -> Takers:
    able = tuple(view for view in devices if _can_take(view, wish))
    return Takers(able, tuple(view for view in able if _is_ready(view, wish)))


def line(devices: Sequence[DeviceView], *, now: datetime) -> tuple[InLine, ...]:
    """Return all that wait, in the order in which they would be given out now; one query."""
    rows = [(uuid, priority, wish, takers_of(wish, devices)) for uuid, priority, wish in _wishes(now)]
    all_of_them = Counter(takers.contested for _uuid, _priority, _wish, takers in rows)
    so_far: Counter[frozenset[str]] = Counter()
    found = []
    for uuid, priority, wish, takers in rows:
        here = takers.contested
        before, of = sharing(here, so_far), sharing(here, all_of_them)
        # What no device in service fits shares a device with nobody, and stands before and behind itself alone.
        found.append(InLine(uuid, wish, takers, priority, before + 1, max(1, of)))
        so_far[here] += 1
    return tuple(found)


def before_new_ones(waiting: Iterable[InLine]) -> Counter[frozenset[str]]:
    """Count, by the devices that they wait for, those in line that a job which is submitted now may come after."""
    return Counter(one.takers.contested for one in waiting if one.priority >= _ORDINARY)


def before_a_new_one(takers: Takers, waiting: Iterable[InLine]) -> int:
    """Count those in line that a job which is submitted now comes after."""
    return sharing(takers.contested, before_new_ones(waiting))


def on_machines() -> Counter[str]:
    """Count, by agent, the jobs that were offered to it or are on it."""
    rows = Attempt.objects.filter(state__in=ACTIVE_ATTEMPT).order_by().values_list("agent__name", flat=True)
    return Counter(rows)


def on_devices(takers: Takers) -> int:
    """Count the jobs that were offered to, or are on, the machines of these devices."""
    busy = on_machines()
    return sum(busy[agent] for agent in takers.machines)


def sharing(here: frozenset[str], jobs: Counter[frozenset[str]]) -> int:
    """Count the jobs that wait for one of these devices.

    By sets of devices, of which there are few, so that a long line costs little.
    """
    return sum(count for there, count in jobs.items() if there & here)


def _wishes(now: datetime) -> Iterator[tuple[UUID, int, Wish]]:
    rows = waiting_jobs(now=now).values_list(
        "uuid",
        "priority",
        "purpose",
        "device__slug",
        "device_class",
        "submission__threads",
        "submission__artefact__format",
        "submission__artefact__size_bytes",
    )
    for uuid, priority, purpose, device, device_class, threads, form, size_bytes in rows:
        needs = Needs(RUNTIMES[form], threads, size_bytes)
        yield uuid, priority, Wish(device, device_class or None, needs, purpose == Job.Purpose.REFERENCE)


def _can_take(view: DeviceView, wish: Wish) -> bool:
    here = view.slug == wish.device if wish.device else view.kind == wish.device_class
    return here and view.health != Health.RETIRED and lack(view, wish.needs) is None


def _is_ready(view: DeviceView, wish: Wish) -> bool:
    # A health check is how a failing device gets well again.
    well = view.takes_jobs or (wish.is_health_check and view.health == Health.FAILING)
    return well and view.connection == "online"
