"""The energy of single calls, and so of single items, where a source is read often enough to tell them apart.

Nothing of it is stored: it follows from the raw trace and from when the calls ran, and neither ever changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from leaderboard.boards.power_bins import steps_of
from leaderboard.boards.trace_view import TraceState, TraceView
from leaderboard.catalog import blobs
from leaderboard.metrics.energy import call_energies, sample_period_s
from leaderboard.metrics.energy.power_over_time import Steps
from leaderboard.metrics.energy.windows import MIN_SAMPLES
from leaderboard.metrics.vocabulary import FloatArray, MetricInputError
from leaderboard.protocol import (
    KIND_OF_METHOD,
    EnergyReading,
    Measured,
    MissingReason,
    Provenance,
    Scope,
    TraceKind,
    WindowKind,
)
from leaderboard.runs.call_files import CallFile, read_calls
from leaderboard.runs.trace_files import BadTrace, IntArray, PowerFile, read_power
from leaderboard.scoring.readings import by_source, scored
from leaderboard.scoring.run import hidden_by_guard

LEAST_SHARE = 0.9
"""Of all timed calls so many must be told, or those that are would be a choice of the long ones."""
PERCENTILES = (50, 95, 99)
BEYOND = 10
"""A percentile beyond the median is told where at least so many values lie above it."""
_KEPT = 32


@dataclass(frozen=True, slots=True)
class ItemEnergy:
    """Means over the `calls` that answered one item."""

    energy_j: float
    edge_j: float
    calls: int


@dataclass(frozen=True, slots=True)
class Told:
    """The calls that a source told apart, `(told,)` each, in the order of time."""

    period_s: float | None
    energy_j: FloatArray
    edge_j: FloatArray
    first_items: IntArray


@dataclass(frozen=True, slots=True)
class ItemEnergies:
    """What one source says of the timed calls: `calls` of `batch` items, that took `call_s` each on average.

    `missing` says why their energies are no distribution; single ones may be told even so. `period_s` is how often the
    source is read, None where nobody knows.
    """

    source: str
    scope: Scope
    provenance: Provenance
    batch: int
    calls: int
    call_s: float
    told: Told
    missing: MissingReason | None

    def by_item(self) -> Mapping[int, ItemEnergy]:
        """Return energies by item, from 0; empty where a call answers several, which share one energy."""
        if self.batch > 1:
            return {}
        items, places, counts = np.unique(self.told.first_items, return_inverse=True, return_counts=True)
        energy = np.bincount(places, self.told.energy_j, len(items)) / counts
        edge = np.bincount(places, self.told.edge_j, len(items)) / counts
        rows = zip(items.tolist(), energy.tolist(), edge.tolist(), counts.tolist(), strict=True)
        return {item: ItemEnergy(*row) for item, *row in rows}


def energies_wire(found: ItemEnergies) -> dict[str, Any]:
    """As a dict of what JSON has. A number that nobody knows is None, and `missing_reason` says why."""
    told = found.told
    values = dict(zip(PERCENTILES, percentiles_j(found), strict=True))
    return {
        "source": found.source,
        "scope": found.scope,
        "provenance": found.provenance,
        "missing_reason": found.missing,
        "calls": found.calls,
        "items_per_call": found.batch,
        "mean_call_s": found.call_s,
        "sample_period_s": told.period_s,
        "least_call_s": None if told.period_s is None else MIN_SAMPLES * told.period_s,
        "n": len(told.energy_j),
        **{f"p{percent}_energy_j": value for percent, value in values.items()},
        "median_edge_j": None if found.missing else float(np.median(told.edge_j)),
    }


def percentiles_j(found: ItemEnergies) -> tuple[float | None, ...]:
    """Return the energies of a call at PERCENTILES: the least that so large a share of calls does not exceed.

    None where there is no distribution, or fewer than BEYOND calls lie above one beyond the median.
    """
    ordered = np.sort(found.told.energy_j)
    n = len(ordered)
    return tuple(
        None if found.missing or not is_known(percent, n) else float(ordered[min(n - 1, -(-percent * n // 100) - 1)])
        for percent in PERCENTILES
    )


def is_known(percent: int, n: int) -> bool:
    """The median of a few values is still their middle; a tail needs values in it."""
    return n > 0 and (percent <= 50 or n * (100 - percent) >= 100 * BEYOND)


_NOTHING = Told(None, np.empty(0), np.empty(0), np.empty(0, dtype=np.int64))


def item_energies(measured: Measured, trace: TraceView) -> tuple[ItemEnergies, ...]:
    """Return what each scored source says, the best founded first in its scope."""
    calls = sum(repeat.calls for repeat in measured.repeats)
    seconds = sum(repeat.mean_s * repeat.calls for repeat in measured.repeats)
    found = []
    for energy in scored(by_source(measured)):
        told = _told(measured, trace, energy.windows, energy.source)
        found.append(
            ItemEnergies(
                source=energy.source,
                scope=energy.scope,
                provenance=energy.provenance,
                batch=max(1, -(-measured.repeats[0].items // measured.repeats[0].calls)),
                calls=calls,
                call_s=seconds / calls,
                told=told,
                missing=energy.missing
                or hidden_by_guard(measured.guard)
                or _missing(trace, told, calls=calls, call_s=seconds / calls),
            )
        )
    return tuple(found)


def _missing(trace: TraceView, told: Told, *, calls: int, call_s: float) -> MissingReason | None:
    if trace.state is not TraceState.AGREES:
        return _REASONS[trace.state]
    if told.period_s is None:
        return MissingReason.NOT_MEASURED
    if len(told.energy_j) >= LEAST_SHARE * calls:
        return None
    if call_s < MIN_SAMPLES * told.period_s or trace.calls is TraceState.AGREES:
        return MissingReason.TOO_FEW_SAMPLES
    return _REASONS[trace.calls]


_REASONS: Mapping[TraceState, MissingReason] = {
    TraceState.WAITING: MissingReason.PENDING,
    TraceState.ABSENT: MissingReason.NOT_MEASURED,
    TraceState.DIFFERS: MissingReason.WITHHELD,
    TraceState.UNUSABLE: MissingReason.WITHHELD,
}


def _told(measured: Measured, trace: TraceView, readings: tuple[EnergyReading, ...], source: str) -> Told:
    if trace.state is not TraceState.AGREES or hidden_by_guard(measured.guard):
        return _NOTHING
    known = tuple(
        index
        for index, repeat in enumerate(measured.repeats)
        if any(reading.source == source and reading.joules is not None for reading in repeat.energy)
    )
    kind = KIND_OF_METHOD[readings[0].method]
    calls_sha256 = trace.calls_sha256 if trace.calls is TraceState.AGREES else ""
    try:
        return _stored(trace.power_sha256, calls_sha256, source, kind, readings[0].resolution_s, known)
    except (BadTrace, MetricInputError, OSError):
        return _NOTHING


@lru_cache(_KEPT)
def _stored(
    power_sha256: str,
    calls_sha256: str,
    source: str,
    kind: TraceKind,
    resolution_s: float | None,
    repeats: tuple[int, ...],
) -> Told:
    """A digest names one content for ever, so what is remembered cannot be out of date."""
    power = read_power(blobs.path(power_sha256))
    parts = {index: _parts(power, source, kind, index) for index in repeats}
    period_s = sample_period_s([part for group in parts.values() for part in group], resolution_s)
    if not calls_sha256 or not period_s:
        return Told(period_s, _NOTHING.energy_j, _NOTHING.edge_j, _NOTHING.first_items)
    return _told_by(read_calls(blobs.path(calls_sha256)), parts, period_s)


def _told_by(calls: CallFile, parts: Mapping[int, list[Steps]], period_s: float) -> Told:
    energies, edges, items = [np.empty(0)], [np.empty(0)], [_NOTHING.first_items]
    for index, group in parts.items():
        part = calls.repeat(index)
        if not group or part.start == part.stop:
            continue
        found = call_energies(group, calls.starts_s[part], calls.ends_s[part], period_s)
        told = np.isfinite(found.energy_j)
        energies.append(found.energy_j[told])
        edges.append(found.edge_j[told])
        items.append(calls.first_items[part][told])
    return Told(period_s, np.concatenate(energies), np.concatenate(edges), np.concatenate(items))


def _parts(power: PowerFile, source: str, kind: TraceKind, repeat: int) -> list[Steps]:
    places = {(mark.kind, mark.index): place for place, mark in enumerate(power.windows)}
    place = places.get((WindowKind.REPEAT, repeat))
    own = [trace for trace in power.traces if (trace.line.source, trace.line.kind) == (source, kind)]
    return [] if place is None else [steps_of(trace.line, *trace.window(place)) for trace in own]
