"""The energy readings of a run, brought together by source: joules and seconds summed over its windows.

Sources are never summed. Of several sources with one scope and provenance, the first counter is the one that is
scored, else the first of them; all of them are kept as measurements.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leaderboard.protocol import EnergyMethod, EnergyReading, Measured, MissingReason, Provenance, Repeat, Scope

MIN_WINDOWS = 3
"""Windows with a reading below which there is no energy: an interval over repeats needs three."""


@dataclass(frozen=True, slots=True)
class Window:
    """The energy of one timed window in which so many items were answered."""

    joules: float
    seconds: float
    items: int


@dataclass(frozen=True, slots=True)
class SourceEnergy:
    """What one source says. `used` are the windows with a reading; `missing` says why there are too few of them."""

    source: str
    scope: Scope
    provenance: Provenance
    method: EnergyMethod
    windows: tuple[EnergyReading, ...]
    used: tuple[Window, ...]
    missing: MissingReason | None
    idle_joules: float | None
    idle_seconds: float
    idle_windows: int
    idle_missing: MissingReason | None
    facts: Mapping[str, Any]

    @property
    def joules(self) -> float | None:
        return None if self.missing else sum(window.joules for window in self.used)

    @property
    def seconds(self) -> float:
        return sum(window.seconds for window in self.used)

    @property
    def items(self) -> int:
        return sum(window.items for window in self.used)

    @property
    def idle_power_w(self) -> float | None:
        return self.idle_joules / self.idle_seconds if self.idle_joules and self.idle_seconds else None


def by_source(measured: Measured) -> tuple[SourceEnergy, ...]:
    """Return every source of the run's windows, in the order in which they first appear."""
    windows: dict[str, list[tuple[Repeat, EnergyReading]]] = {}
    for repeat in measured.repeats:
        for reading in repeat.energy:
            windows.setdefault(reading.source, []).append((repeat, reading))
    idle = (*measured.idle_before, *measured.idle_after)
    return tuple(
        _together(rows, [reading for reading in idle if reading.source == source]) for source, rows in windows.items()
    )


def scored(energies: Sequence[SourceEnergy]) -> tuple[SourceEnergy, ...]:
    """Return one source for each scope and provenance."""
    chosen: dict[tuple[Scope, Provenance], SourceEnergy] = {}
    for energy in sorted(energies, key=_preference):
        chosen.setdefault((energy.scope, energy.provenance), energy)
    return tuple(chosen.values())


def _preference(energy: SourceEnergy) -> tuple[bool, bool]:
    return energy.missing is not None, energy.method is not EnergyMethod.COUNTER_DIFFERENCE


def _together(rows: list[tuple[Repeat, EnergyReading]], idle: list[EnergyReading]) -> SourceEnergy:
    readings = tuple(reading for _, reading in rows)
    first = readings[0]
    used = tuple(
        Window(reading.joules, reading.seconds, repeat.items)
        for repeat, reading in rows
        if reading.joules is not None and reading.seconds > 0
    )
    quiet = [reading for reading in idle if reading.joules is not None and reading.seconds > 0]
    return SourceEnergy(
        source=first.source,
        scope=first.scope,
        provenance=first.provenance,
        method=first.method,
        windows=readings,
        used=used,
        missing=None if len(used) >= MIN_WINDOWS else _main_reason(readings),
        idle_joules=sum(reading.joules or 0 for reading in quiet) if quiet else None,
        idle_seconds=sum(reading.seconds for reading in quiet),
        idle_windows=len(quiet),
        idle_missing=_main_reason(idle),
        facts={
            "resolution_s": first.resolution_s,
            "rated_power_w": first.rated_power_w,
            "rated_power_origin": first.rated_power_origin,
            "warnings": sorted({warning for reading in readings for warning in reading.warnings}),
        },
    )


def _main_reason(readings: Sequence[EnergyReading]) -> MissingReason:
    reasons = Counter(reading.missing for reading in readings if reading.missing is not None)
    return reasons.most_common(1)[0][0] if reasons else MissingReason.NOT_MEASURED
