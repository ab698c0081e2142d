"""The energy readings of a run, brought together by source: joules and seconds summed over its windows.

Sources are never summed. Of several sources with one scope and provenance, the first counter is the one that is
scored, else the first of them; all of them are kept as measurements.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leaderboard.protocol import (
    EnergyMethod,
    EnergyReading,
    Measured,
    MissingReason,
    PrefillWindow,
    Provenance,
    Repeat,
    Scope,
)

MIN_WINDOWS = 3
"""Windows with a reading below which there is no energy: an interval over repeats needs three."""


@dataclass(frozen=True, slots=True)
class Window:
    """The energy of one timed window in which so many items were answered, with so many tokens where text was."""

    joules: float
    seconds: float
    items: int
    output_tokens: int = 0


@dataclass(frozen=True, slots=True)
class PhaseEnergy:
    """What one source says of the windows of one phase; `missing` says why no window has a reading."""

    source: str
    scope: Scope
    provenance: Provenance
    method: EnergyMethod
    joules: tuple[float, ...]
    requests: tuple[int, ...]
    seconds: float
    missing: MissingReason | None


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


def prefill_by_source(measured: Measured) -> dict[str, PhaseEnergy]:
    """Return, by source, what reading the prompts took: the windows whose requests ask for one token each."""
    windows: dict[str, list[tuple[PrefillWindow, EnergyReading]]] = {}
    for window in measured.prefill:
        for reading in window.energy:
            windows.setdefault(reading.source, []).append((window, reading))
    return {source: _phase(rows) for source, rows in windows.items()}


def _phase(rows: list[tuple[PrefillWindow, EnergyReading]]) -> PhaseEnergy:
    first = rows[0][1]
    used = [(window, reading.joules) for window, reading in rows if reading.joules is not None]
    return PhaseEnergy(
        source=first.source,
        scope=first.scope,
        provenance=first.provenance,
        method=first.method,
        joules=tuple(joules for _, joules in used),
        requests=tuple(window.requests for window, _ in used),
        seconds=sum(window.seconds for window, _ in used),
        missing=None if used else _main_reason([reading for _, reading in rows]),
    )


def _preference(energy: SourceEnergy) -> tuple[bool, bool]:
    return energy.missing is not None, energy.method is not EnergyMethod.COUNTER_DIFFERENCE


def _together(rows: list[tuple[Repeat, EnergyReading]], idle: list[EnergyReading]) -> SourceEnergy:
    readings = tuple(reading for _, reading in rows)
    first = readings[0]
    used = tuple(
        Window(
            reading.joules,
            reading.seconds,
            repeat.items,
            repeat.streamed.output_tokens if repeat.streamed else 0,
        )
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
