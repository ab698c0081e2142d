"""The whole queue: what waits, what runs, and the devices of each class that take it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from leaderboard.devices.models import Health
from leaderboard.devices.selectors import DeviceView, device_list
from leaderboard.runs.device_queue import median_wait_s, waits_of_late
from leaderboard.runs.models import Attempt
from leaderboard.runs.rivals import InLine, line
from leaderboard.runs.states import ACTIVE_ATTEMPT
from leaderboard.runs.waiting import Waiting, told_of, waiting_of

MOST_WAITING = 200


@dataclass(frozen=True, slots=True)
class Running:
    """`phase` is empty of a job that was offered and not taken yet. A private job is told as one that waits."""

    id: UUID | None
    model: str | None
    benchmark: str
    by: str | None
    device: str
    phase: str
    progress: float | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Pool:
    """The devices in service of one class, each in exactly one of `free`, `busy` and `away`.

    `waiting` are the jobs in line for the class and for its devices, in service or not; `running` those that were
    offered or taken there.
    """

    kind: str
    devices: tuple[DeviceView, ...]
    free: int
    busy: int
    away: int
    waiting: int
    running: int
    median_wait_s: float | None


@dataclass(frozen=True, slots=True)
class QueueView:
    """`waiting` are the first MOST_WAITING of `n_waiting`, in the order in which they would be given out now."""

    at: datetime
    pools: tuple[Pool, ...]
    waiting: tuple[Waiting, ...]
    n_waiting: int
    running: tuple[Running, ...]


def queue_view(*, now: datetime) -> QueueView:
    """Six queries, however many jobs and devices there are."""
    devices = device_list(now=now)
    standing = line(devices, now=now)
    running = _running()
    return QueueView(
        at=now,
        pools=_pools(devices, standing, running, now=now),
        waiting=waiting_of(standing[:MOST_WAITING]),
        n_waiting=len(standing),
        running=running,
    )


def _running() -> tuple[Running, ...]:
    rows = Attempt.objects.filter(state__in=ACTIVE_ATTEMPT).defer("log")
    rows = rows.select_related("job__submission__submitted_by", "job__benchmark", "device").order_by(
        "dispatched_at", "pk"
    )
    return tuple(
        Running(
            **told_of(row.job),
            benchmark=row.job.benchmark.slug,
            device=row.device.slug,
            phase=row.phase if row.claimed_at else "",
            progress=row.progress if row.claimed_at else None,
            since=row.claimed_at or row.dispatched_at,
        )
        for row in rows
    )


def _pools(
    devices: Sequence[DeviceView], standing: Iterable[InLine], running: tuple[Running, ...], *, now: datetime
) -> tuple[Pool, ...]:
    kind_of = {view.slug: view.kind for view in devices}
    waiting = Counter(one.wish.device_class or kind_of.get(one.wish.device or "", "") for one in standing)
    on_device = Counter(kind_of.get(job.device, "") for job in running)
    waits_s = waits_of_late(now=now)
    kinds: dict[str, list[DeviceView]] = {kind: [] for kind in waiting | on_device}
    for view in devices:
        if view.health != Health.RETIRED:
            kinds.setdefault(view.kind, []).append(view)
    return tuple(
        _pool(kind, here, waiting=waiting[kind], running=on_device[kind], waits_s=waits_s)
        for kind, here in sorted(kinds.items())
    )


def _pool(
    kind: str, devices: Sequence[DeviceView], *, waiting: int, running: int, waits_s: Mapping[str, Sequence[float]]
) -> Pool:
    are = Counter(_is(view) for view in devices)
    return Pool(
        kind=kind,
        devices=tuple(devices),
        free=are["free"],
        busy=are["busy"],
        away=are["away"],
        waiting=waiting,
        running=running,
        median_wait_s=median_wait_s(waits_s, *(view.slug for view in devices)),
    )


def _is(view: DeviceView) -> str:
    if view.connection != "online" or not view.takes_jobs:
        return "away"
    return "free" if view.activity == "idle" else "busy"
