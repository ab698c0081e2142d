"""The whole queue: what waits, what runs, and the devices of each class that take it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from leaderboard.devices.models import Health
from leaderboard.devices.selectors import DeviceView, device_list
from leaderboard.runs.device_queue import Queues, queues
from leaderboard.runs.models import Attempt, Job
from leaderboard.runs.rivals import InLine, line
from leaderboard.runs.states import ACTIVE_ATTEMPT

MOST_WAITING = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """`place` is the one of `of` that wait for devices which this job waits for. One of `device` and `device_class` is
    set.
    """

    place: int
    of: int
    id: UUID
    model: str
    benchmark: str
    by: str
    device: str | None
    device_class: str | None
    is_health_check: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class Running:
    """`phase` is empty of a job that was offered and not taken yet."""

    id: UUID
    model: str
    benchmark: str
    by: str
    device: str
    phase: str
    progress: float | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Pool:
    """The devices in service of one class, each in exactly one of `free`, `busy` and `away`.

    `waiting` are the jobs for the class and for its devices; `running` those that were offered or taken there.
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
    """Seven queries, however many jobs and devices there are."""
    devices = [view for view in device_list(now=now) if view.health != Health.RETIRED]
    standing = line(devices, now=now)
    first = standing[:MOST_WAITING]
    rows = Job.objects.filter(uuid__in=[one.id for one in first])
    rows = rows.select_related("submission__submitted_by", "benchmark", "device")
    jobs = {job.uuid: job for job in rows}
    running = _running()
    return QueueView(
        at=now,
        pools=_pools(devices, queues(now=now), running),
        waiting=tuple(_waiting(one, jobs[one.id]) for one in first if one.id in jobs),
        n_waiting=len(standing),
        running=running,
    )


def _waiting(one: InLine, job: Job) -> Waiting:
    return Waiting(
        place=one.position,
        of=one.of,
        id=job.uuid,
        model=job.submission.model_name,
        benchmark=job.benchmark.slug,
        by=job.submission.submitted_by.username,
        device=job.device.slug if job.device else None,
        device_class=job.device_class or None,
        is_health_check=job.purpose == Job.Purpose.REFERENCE,
        since=job.created_at,
    )


def _running() -> tuple[Running, ...]:
    rows = Attempt.objects.filter(state__in=ACTIVE_ATTEMPT).defer("log")
    rows = rows.select_related("job__submission__submitted_by", "job__benchmark", "device").order_by(
        "dispatched_at", "pk"
    )
    return tuple(
        Running(
            id=row.job.uuid,
            model=row.job.submission.model_name,
            benchmark=row.job.benchmark.slug,
            by=row.job.submission.submitted_by.username,
            device=row.device.slug,
            phase=row.phase if row.claimed_at else "",
            progress=row.progress if row.claimed_at else None,
            since=row.claimed_at or row.dispatched_at,
        )
        for row in rows
    )


def _pools(devices: list[DeviceView], waits: Queues, running: tuple[Running, ...]) -> tuple[Pool, ...]:
    kinds = sorted({view.kind for view in devices} | set(waits.of_class))
    return tuple(_pool(kind, [view for view in devices if view.kind == kind], waits, running) for kind in kinds)


def _pool(kind: str, devices: list[DeviceView], waits: Queues, running: tuple[Running, ...]) -> Pool:
    here = {view.slug for view in devices}
    are = Counter(_is(view) for view in devices)
    return Pool(
        kind=kind,
        devices=tuple(devices),
        free=are["free"],
        busy=are["busy"],
        away=are["away"],
        waiting=waits.of_class.get(kind, 0) + sum(waits.named.get(slug, 0) for slug in here),
        running=sum(job.device in here for job in running),
        median_wait_s=waits.median_wait_s(*here),
    )


def _is(view: DeviceView) -> str:
    if view.connection != "online" or not view.takes_jobs:
        return "away"
    return "free" if view.activity == "idle" else "busy"
