"""What a page draws of an entry's raw trace: power over time, the windows in it, and what disturbed them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from leaderboard.boards.power_bins import PowerLine, WindowPower, power_line, window_powers
from leaderboard.boards.rows import Cell
from leaderboard.catalog import blobs
from leaderboard.metrics.vocabulary import MetricInputError
from leaderboard.protocol import Measured, PhaseMark, WindowKind
from leaderboard.runs.trace_files import BadTrace, PowerFile, Trace, read_power

MOST_BINS = 600
"""For all drawn traces of an entry together."""
MOST_LINES = 3
_KEPT = 32


@dataclass(frozen=True, slots=True)
class WindowLine:
    """A window of the chief source: the server's joules from its trace beside the agent's."""

    power: WindowPower
    agent_j: float | None
    flag: str
    """`throttled`, `noisy` or `rejected`: what the guard said of the window; empty for a clean one."""


@dataclass(frozen=True, slots=True)
class TracePlot:
    """Seconds count from the start of the measurement. `left_out` traces have no room in the plot."""

    start_s: float
    end_s: float
    lines: tuple[PowerLine, ...]
    left_out: int
    windows: Mapping[str, tuple[WindowPower, ...]]
    phases: tuple[PhaseMark, ...]


@lru_cache(_KEPT)
def stored_trace(sha256: str, chief: str, bins: int = MOST_BINS) -> TracePlot:
    """Return the plot of a kept `power.npz`, of the traces of the `chief` source first; raises BadTrace, OSError.

    A digest names one content for ever, so what is remembered cannot be out of date.
    """
    try:
        return trace_plot(read_power(blobs.path(sha256)), chief, bins)
    except MetricInputError as error:
        raise BadTrace(f"Its samples are no measurement: {error}.") from None


def trace_plot(power: PowerFile, chief: str, bins: int = MOST_BINS) -> TracePlot:
    used = [trace for trace in power.traces if len(trace.times_s) > 1]
    if not used:
        raise BadTrace("It has no samples.")
    used.sort(key=lambda trace: trace.line.source != chief)
    start_s = min(float(trace.times_s[0]) for trace in used)
    end_s = max(float(trace.times_s[-1]) for trace in used)
    drawn = used[:MOST_LINES]
    return TracePlot(
        start_s=start_s,
        end_s=end_s,
        lines=tuple(power_line(trace, start_s, end_s, bins // len(drawn)) for trace in drawn),
        left_out=len(used) - len(drawn),
        windows=_by_source(power, used),
        phases=power.manifest.phases,
    )


def chief_source(measured: Measured, cell: Cell | None) -> str:
    """Return the source behind a shown energy; the first that was read where there is none."""
    readings = measured.repeats[0].energy
    same = [one for one in readings if cell and (one.scope, one.provenance) == (cell.scope, cell.provenance)]
    return next((one.source for one in (*same, *readings)), "")


def window_lines(plot: TracePlot, measured: Measured, source: str) -> tuple[WindowLine, ...]:
    """Return the windows of a source with what the agent said of each."""
    return tuple(
        WindowLine(window, _agent_j(measured, window, source), _flag(measured, window))
        for window in plot.windows.get(source, ())
    )


def _by_source(power: PowerFile, traces: Iterable[Trace]) -> dict[str, tuple[WindowPower, ...]]:
    """The parts of a source are added up, as its reading does."""
    found: dict[str, dict[tuple[str, int], WindowPower]] = {}
    kinds: dict[str, str] = {}
    for trace in traces:
        source = trace.line.source
        # A witness of another kind stands beside the reading and is no part of it.
        if kinds.setdefault(source, trace.line.kind) != trace.line.kind:
            continue
        known = found.setdefault(source, {})
        for window in window_powers(power, trace):
            before = known.get((window.kind, window.index))
            known[window.kind, window.index] = window if before is None else _added(before, window)
    return {source: tuple(windows.values()) for source, windows in found.items()}


def _added(one: WindowPower, other: WindowPower) -> WindowPower:
    return WindowPower(
        one.kind, one.index, one.start_s, one.end_s, one.joules + other.joules, one.mean_w + other.mean_w, None
    )


def _agent_j(measured: Measured, window: WindowPower, source: str) -> float | None:
    windows = {
        WindowKind.IDLE_BEFORE: [measured.idle_before],
        WindowKind.REPEAT: [repeat.energy for repeat in measured.repeats],
        WindowKind.PREFILL: [prefill.energy for prefill in measured.prefill],
        WindowKind.IDLE_AFTER: [measured.idle_after],
    }.get(WindowKind(window.kind), [])
    readings = windows[window.index] if window.index < len(windows) else ()
    return next((reading.joules for reading in readings if reading.source == source), None)


def _flag(measured: Measured, window: WindowPower) -> str:
    if window.kind != WindowKind.REPEAT or window.index >= len(measured.repeats):
        return ""
    guard = measured.repeats[window.index].guard
    if guard.throttle_events:
        return "throttled"
    return guard.verdict.value if guard.verdict in ("throttled", "noisy", "rejected") else ""
