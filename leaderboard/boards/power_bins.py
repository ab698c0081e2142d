"""A raw trace as power over time, few enough numbers to draw: smallest, mean and largest in each bin. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from leaderboard.metrics.energy.power_over_time import Bin, Steps, binned, counter_steps, power_steps, runs
from leaderboard.metrics.vocabulary import FloatArray
from leaderboard.protocol import TraceKind, TraceLine
from leaderboard.runs.trace_files import PowerFile, Trace


@dataclass(frozen=True, slots=True)
class PowerLine:
    """One trace: runs of neighbouring bins; between two runs nothing was sampled."""

    source: str
    part: str
    kind: TraceKind
    samples: int
    runs: tuple[tuple[Bin, ...], ...]

    def stretches(self, zero_s: float) -> Iterator[tuple[int, float, float, float, float]]:
        """Yield of each bin its run, from 1, its time after `zero_s`, and its smallest, mean and largest W."""
        for number, run in enumerate(self.runs, start=1):
            for one in run:
                yield number, one.at_s - zero_s, one.low_w, one.mean_w, one.high_w


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


def power_line(trace: Trace, start_s: float, end_s: float, bins: int) -> PowerLine:
    parts = [steps_of(trace.line, *trace.window(index)) for index in range(len(trace.offsets) - 1)]
    parts = [part for part in parts if len(part.start_s)]
    drawn = binned(parts, start_s, end_s, bins) if parts and end_s > start_s else ()
    return PowerLine(trace.line.source, trace.line.part, trace.line.kind, len(trace.times_s), tuple(runs(drawn)))


def window_powers(power: PowerFile, trace: Trace) -> tuple[WindowPower, ...]:
    """Return the windows that the trace has samples in, in the order of time."""
    found = []
    for index, mark in enumerate(power.windows):
        steps = steps_of(trace.line, *trace.window(index))
        if not len(steps.start_s):
            continue
        lasts = steps.end_s - steps.start_s
        joules, seconds = float((steps.mean_w * lasts).sum()), float(lasts.sum())
        peak = float(steps.high_w.max()) if len(lasts) > 1 else None
        found.append(WindowPower(mark.kind, mark.index, mark.start_s, mark.end_s, joules, joules / seconds, peak))
    return tuple(sorted(found, key=lambda window: window.start_s))


def steps_of(line: TraceLine, times_s: FloatArray, values: FloatArray) -> Steps:
    """Return the samples of one trace in one window as stretches of power; raises MetricInputError."""
    if line.kind is TraceKind.POWER_W:
        return power_steps(times_s, values)
    if line.kind is TraceKind.CPU_S:
        return counter_steps(times_s, values * (line.watts or 0.0))
    return counter_steps(times_s, values, line.range_j)
