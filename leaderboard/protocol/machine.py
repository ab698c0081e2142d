"""What a machine is: devices and the ways to learn joules on them."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from leaderboard.protocol.base import Bytes, Count, Seconds, Sha256, Short, Text, Wire
from leaderboard.protocol.words import DeviceKind, EnergyMethod, Provenance, Scope


class EnergySourceInfo(Wire):
    """One way to learn joules on a device, present or not; an absent one says why and what to do."""

    key: Short
    scope: Scope
    provenance: Provenance
    method: EnergyMethod
    present: bool
    detail: Text = ""
    why_absent: Text | None = None
    fix: Text | None = None
    resolution_s: Seconds | None = None
    rated_power_w: Annotated[float, Field(gt=0)] | None = None
    rated_power_origin: Short | None = None


class DeviceInfo(Wire):
    """One piece of hardware: `key` is stable on its machine (`cpu`, `gpu0`), and has no dash: its slug is NAME-KEY."""

    key: Annotated[str, Field(pattern=r"^[a-z0-9]{1,31}$")]
    kind: DeviceKind
    name: Short
    vendor: Short = ""
    cores: Annotated[Count, Field(ge=1)] | None = None
    memory_bytes: Annotated[Bytes, Field(ge=2**20)] | None = None
    runtimes: tuple[Short, ...] = ()
    energy_sources: tuple[EnergySourceInfo, ...] = ()
    facts: Mapping[Short, Short] = Field(default_factory=dict)


class Inventory(Wire):
    hostname: Short
    os: Short
    arch: Short
    python: Short
    agent_version: Short
    boot_id: Short
    fingerprint: Sha256
    devices: Annotated[tuple[DeviceInfo, ...], Field(min_length=1, max_length=64)]
