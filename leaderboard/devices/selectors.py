"""Devices as a reader sees them: connection, activity and health are three facts, never one light."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from leaderboard.devices.enrolling import DoctorLine, doctor_lines
from leaderboard.devices.models import Agent, Device, DeviceEvent, EnergySource, Health
from leaderboard.protocol import DeviceHealth


@dataclass(frozen=True)
class SourceView:
    key: str
    scope: str
    provenance: str
    method: str
    present: bool
    detail: str
    why_absent: str
    fix: str
    resolution_s: float | None
    rated_power_w: float | None
    rated_power_origin: str


@dataclass(frozen=True)
class DeviceView:
    slug: str
    name: str
    kind: str
    vendor: str
    cores: int | None
    memory_bytes: int | None
    runtimes: tuple[str, ...]
    facts: dict[str, str]
    agent: str
    agent_version: str
    machine: dict[str, str]
    connection: str
    last_seen_at: datetime | None
    activity: str
    health: str
    health_reason: str
    takes_jobs: bool
    """Whether its health lets it: good, or not checked yet."""
    sources: tuple[SourceView, ...]


@dataclass(frozen=True, slots=True)
class EventView:
    at: datetime
    kind: str
    text: str
    breaks: bool
    by: str


def _devices() -> QuerySet[Device]:
    mine = Agent.objects.filter(pk=OuterRef("agent"))
    busy, offered = mine.filter(attempts__state="claimed"), mine.filter(attempts__state="dispatched")
    rows = Device.objects.select_related("agent").annotate(busy=Exists(busy), offered=Exists(offered))
    return rows.prefetch_related("energy_sources")


def device_list(*, now: datetime) -> tuple[DeviceView, ...]:
    return tuple(_view(device, now=now) for device in _devices().order_by("slug"))


def find_device(slug: str) -> Device | None:
    return Device.objects.select_related("agent").filter(slug=slug).first()


def device_page(slug: str, *, now: datetime) -> DeviceView | None:
    device = _devices().filter(slug=slug).first()
    return None if device is None else _view(device, now=now)


def is_device(slug: str) -> bool:
    """Say whether a device in service has this name."""
    return slug.isprintable() and Device.objects.filter(slug=slug).exclude(health=Health.RETIRED).exists()


def device_healths(agent: Agent) -> tuple[DeviceHealth, ...]:
    """The health of each device of an agent, as `device_list` has it."""
    devices = agent.devices.select_related("agent").order_by("slug")
    healths = {device.slug: _health(device) for device in devices}
    return tuple(DeviceHealth(slug=slug, health=health, reason=reason) for slug, (health, reason) in healths.items())


def _view(device: Device, *, now: datetime) -> DeviceView:
    health, reason = _health(device)
    return DeviceView(
        slug=device.slug,
        name=device.name,
        kind=device.kind,
        vendor=device.vendor,
        cores=device.cores,
        memory_bytes=device.memory_bytes,
        runtimes=tuple(device.runtimes),
        facts=device.facts,
        agent=device.agent.name,
        agent_version=device.agent.version,
        machine=device.agent.facts,
        connection=device.agent.connection(now=now).value,
        last_seen_at=device.agent.last_seen_at,
        activity=_activity(device),
        health=health,
        health_reason=reason,
        takes_jobs=device.takes_jobs(),
        sources=tuple(_source(source) for source in device.energy_sources.all()),
    )


def events_of(device_slug: str, *, limit: int = 100) -> tuple[EventView, ...]:
    """Return what was done to a device and what changed on it, newest first, in one query."""
    rows = DeviceEvent.objects.filter(device__slug=device_slug).select_related("by").order_by("-at", "-pk")[:limit]
    return tuple(
        EventView(at=row.at, kind=row.kind, text=row.text, breaks=row.breaks, by=row.by.username if row.by else "")
        for row in rows
    )


def doctor_of(agent: str) -> tuple[tuple[DoctorLine, ...], datetime | None]:
    """Return the doctor's last lines on an agent's machine, and when they came."""
    found = Agent.objects.filter(name=agent).only("doctor", "doctor_at").first()
    return (doctor_lines(found), found.doctor_at) if found else ((), None)


def _activity(device: Device) -> str:
    """`reserved`: a job was offered and not taken up yet."""
    if getattr(device, "busy", False):
        return "running a job"
    return "reserved" if getattr(device, "offered", False) else "idle"


def _health(device: Device) -> tuple[str, str]:
    """Health and its reason: the agent's where that is not good, for it holds for all of its devices."""
    worse = device.agent if device.agent.health != Health.GOOD else device
    return worse.health, worse.health_reason


def _source(source: EnergySource) -> SourceView:
    return SourceView(
        key=source.key,
        scope=source.scope,
        provenance=source.provenance,
        method=source.method,
        present=source.present,
        detail=source.detail,
        why_absent=source.why_absent,
        fix=source.fix,
        resolution_s=source.resolution_s,
        rated_power_w=source.rated_power_w,
        rated_power_origin=source.rated_power_origin,
    )
