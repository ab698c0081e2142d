"""What differs between two inventories of a device, as events of its history."""

from collections.abc import Mapping
from datetime import datetime

from leaderboard.devices.models import Agent, Device, DeviceEvent
from leaderboard.protocol import Inventory

_UNNAMED = (
    "The machine's fingerprint changed, in nothing that its inventory names: kernel, processor flags or a library."
)


def machine_facts(inventory: Inventory) -> dict[str, str]:
    return {
        "hostname": inventory.hostname,
        "os": inventory.os,
        "arch": inventory.arch,
        "python": inventory.python,
    }


def note_changes(*, agent: Agent, before: Mapping[str, Device], inventory: Inventory, now: datetime) -> None:
    """Write an event for each device that is new or not as `agent` and `before` knew it."""
    breaks = bool(agent.fingerprint) and agent.fingerprint != inventory.fingerprint
    machine = _differences(
        {**agent.facts, "agent": agent.version}, {**machine_facts(inventory), "agent": inventory.agent_version[:40]}
    )
    infos = {info.key: info for info in inventory.devices}
    events = []
    for device in Device.objects.filter(agent=agent, key__in=infos):
        known = before.get(device.key)
        if known is None:
            events.append(_event(device, DeviceEvent.Kind.ENROLLED, f"Enrolled with {device.name}.", now))
            continue
        found = [*machine, *_differences(_facts(known), _facts(device))]
        if breaks and not found:
            found = [_UNNAMED]
        if found:
            events.append(_event(device, DeviceEvent.Kind.CHANGED, "; ".join(found), now, breaks=breaks))
    DeviceEvent.objects.bulk_create(events)


def _facts(device: Device) -> dict[str, str]:
    own = {"name": device.name, "memory": str(device.memory_bytes or ""), "runtimes": ", ".join(device.runtimes)}
    return {**device.facts, **own}


def _differences(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    names = [name for name in {**old, **new} if old.get(name, "") != new.get(name, "")]
    return [f"{name}: {old.get(name) or 'unknown'} to {new.get(name) or 'unknown'}" for name in names]


def _event(device: Device, kind: DeviceEvent.Kind, text: str, now: datetime, *, breaks: bool = False) -> DeviceEvent:
    return DeviceEvent(device=device, at=now, kind=kind, text=text[:300], breaks=breaks)
