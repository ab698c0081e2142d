"""A raw trace as power over time, few enough numbers to draw: smallest, mean and largest in each bin. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboard.metrics.energy.counters import counter_steps_j
from leaderboard.metrics.vocabulary import FloatArray
from leaderboard.protocol import TraceKind, TraceLine
from leaderboard.runs.trace_files import PowerFile, Trace


@dataclass(frozen=True, slots=True)
class Bin:
    """`at_s` is its middle."""

    at_s: float
    low_w: float
    mean_w: float
    high_w: float


@dataclass(frozen=True, slots=True)
class PowerLine:
    """One trace: runs of neighbouring bins; between two runs nothing was sampled."""

    source: str
    part: str
    kind: TraceKind
    samples: int
    runs: tuple[tuple[Bin, ...], ...]


@dataclass(frozen=True, slots=True)
class WindowPower:
    """One window of one trace. `peak_w` is None where two readings say only the mean."""

    kind: str
    index: int
    start_s: float
    end_s: float
    joules: float
    mean_w: float
    peak_w: float | None


@dataclass(frozen=True, slots=True)
class _Steps:
    """Stretches between neighbouring samples, with the power in each; `ends_w` has the powers at both ends."""

    start_s: FloatArray
    end_s: FloatArray
    mean_w: FloatArray
    low_w: FloatArray
    high_w: FloatArray


def power_line(trace: Trace, start_s: float, end_s: float, bins: int) -> PowerLine:
    parts = [_steps(trace.line, *trace.window(index)) for index in range(len(trace.offsets) - 1)]
    parts = [part for part in parts if len(part.start_s)]
    binned = _binned(parts, start_s, end_s, bins) if parts and end_s > start_s else ()
    return PowerLine(trace.line.source, trace.line.part, trace.line.kind, len(trace.times_s), tuple(_runs(binned)))


def window_powers(power: PowerFile, trace: Trace) -> tuple[WindowPower, ...]:
    """Return the windows that the trace has samples in, in the order of time."""
    found = []
    for index, mark in enumerate(power.windows):
        steps = _steps(trace.line, *trace.window(index))
        if not len(steps.start_s):
            continue
        lasts = steps.end_s - steps.start_s
        joules, seconds = float((steps.mean_w * lasts).sum()), float(lasts.sum())
        peak = float(steps.high_w.max()) if len(lasts) > 1 else None
        found.append(WindowPower(mark.kind, mark.index, mark.start_s, mark.end_s, joules, joules / seconds, peak))
    return tuple(sorted(found, key=lambda window: window.start_s))


def _steps(line: TraceLine, times_s: FloatArray, values: FloatArray) -> _Steps:
    start_s, end_s = times_s[:-1], times_s[1:]
    if len(times_s) < 2:
        return _Steps(start_s[:0], end_s, end_s, end_s, end_s)
    if line.kind is TraceKind.POWER_W:
        before, after = values[:-1], values[1:]
        return _Steps(start_s, end_s, (before + after) / 2, np.minimum(before, after), np.maximum(before, after))
    if line.kind is TraceKind.CPU_S:
        joules = np.diff(values) * (line.watts or 0.0)
    else:
        joules = counter_steps_j(values, line.range_j)
    # Where a counter stepped back nothing is known: a gap, and no zero.
    known = np.isfinite(joules)
    mean_w = (joules / (end_s - start_s))[known]
    return _Steps(start_s[known], end_s[known], mean_w, mean_w, mean_w)


def _binned(parts: Sequence[_Steps], start_s: float, end_s: float, bins: int) -> tuple[Bin | None, ...]:
    """None where nothing was sampled."""
    width = (end_s - start_s) / bins
    joined = [np.concatenate([getattr(part, name) for part in parts]) for name in _Steps.__slots__]
    first_s, last_s, mean_w, low_w, high_w = joined
    first = np.clip(((first_s - start_s) / width).astype(np.int64), 0, bins - 1)
    last = np.clip(np.ceil((last_s - start_s) / width).astype(np.int64) - 1, first, bins - 1)
    step, place = _spread(first, last)
    covered_s = np.minimum(last_s[step], start_s + (place + 1) * width) - np.maximum(
        first_s[step], start_s + place * width
    )
    covered_s = np.maximum(covered_s, 0.0)
    seconds = np.bincount(place, covered_s, bins)
    joules = np.bincount(place, covered_s * mean_w[step], bins)
    low, high = np.full(bins, np.inf), np.full(bins, -np.inf)
    np.minimum.at(low, place, low_w[step])
    np.maximum.at(high, place, high_w[step])
    return tuple(
        Bin(
            start_s + (index + 0.5) * width,
            float(low[index]),
            float(joules[index] / seconds[index]),
            float(high[index]),
        )
        if seconds[index] > 0
        else None
        for index in range(bins)
    )


def _spread(first: NDArray[np.int64], last: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return, for each pair of a step and a bin that it reaches into, both of their places."""
    counts = last - first + 1
    step = np.repeat(np.arange(len(first)), counts)
    offset = np.arange(len(step)) - np.repeat(np.cumsum(counts) - counts, counts)
    return step, first[step] + offset


def _runs(bins: Sequence[Bin | None]) -> Iterator[tuple[Bin, ...]]:
    run: list[Bin] = []
    for one in (*bins, None):
        if one is not None:
            run.append(one)
        elif run:
            yield tuple(run)
            run = []
