"""Power of the windows that are over, for whoever watches a measurement: worked out between two windows.

Nothing is added to what samples, and nothing happens while a window is open: a watcher sees each window when it ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from agents.energy.base import RawTrace
from agents.live_runs import short
from agents.tracing import Kept, Recorder
from leaderboard.metrics.energy.power_over_time import Steps, binned, counter_steps, power_steps
from leaderboard.metrics.vocabulary import FloatArray, MetricInputError
from leaderboard.protocol import (
    KIND_OF_METHOD,
    MAX_LIVE_BINS,
    LivePower,
    Phase,
    PowerRun,
    Provenance,
    TraceKind,
)

BIN_S = 0.25
STEPS_OF_COUNTER = 10
"""A counter moves in steps, 20 to 100 ms with a GPU's: over fewer of them its power says when it moved, and no more."""


@dataclass
class Watched:
    """What a recorder saw since it was asked last, of one source: of the first window's, the best founded."""

    recorder: Recorder
    _seen: int = 0
    _source: str = ""

    def news(self, phase: Phase, origin_s: float) -> LivePower | None:
        """Return the windows that ended since the last call, all of them in `phase`; None where there is nothing."""
        rounds = self.recorder.rounds()[self._seen :]
        self._seen += len(rounds)
        if rounds and not self._source:
            order = list(Provenance)
            self._source = min(rounds[0], key=lambda kept: order.index(kept.reading.provenance)).source
        chosen = [kept for one in rounds for kept in one if kept.source == self._source]
        found = [run for kept in chosen for run in power_runs(kept, phase, origin_s)]
        if not found:
            return None
        reading = chosen[0].reading
        return LivePower(source=self._source, scope=reading.scope, provenance=reading.provenance, runs=tuple(found))


def power_runs(kept: Kept, phase: Phase, origin_s: float) -> list[PowerRun]:
    """One window as power over time: a run of bins for each stretch without a gap; times in s since `origin_s`."""
    kind = KIND_OF_METHOD[kept.reading.method]
    steps = _steps(kind, [trace for trace in kept.traces if trace.kind is kind])
    if steps is None:
        return []
    stretches = _stretches(steps)
    if kind is not TraceKind.POWER_W:
        least_s = STEPS_OF_COUNTER * (kept.reading.resolution_s or 0.0)
        stretches = [_no_finer(stretch, least_s) for stretch in stretches]
    return [_run(stretch, phase, origin_s) for stretch in stretches]


def _stretches(steps: Steps) -> list[Steps]:
    """Cut where a step is missing, so that no bin reaches over what is not known."""
    bounds = [0, *(np.flatnonzero(steps.start_s[1:] != steps.end_s[:-1]) + 1), len(steps.start_s)]
    return [
        Steps(*(getattr(steps, name)[start:end] for name in Steps.__slots__))
        for start, end in pairwise(bounds)
        if end > start
    ]


def _no_finer(stretch: Steps, least_s: float) -> Steps:
    """Neighbouring steps taken together until each lasts as long; the rest goes with the last."""
    edges_s = np.concatenate([stretch.start_s[:1], stretch.end_s])
    so_far_j = np.concatenate([[0.0], np.cumsum(stretch.mean_w * (stretch.end_s - stretch.start_s))])
    chosen = [0]
    for index, edge_s in enumerate(edges_s.tolist()):
        if index and edge_s - edges_s[chosen[-1]] >= least_s:
            chosen.append(index)
    chosen = [*(chosen[:-1] if len(chosen) > 1 else chosen), len(edges_s) - 1]
    edges_s = edges_s[chosen]
    mean_w = np.diff(so_far_j[chosen]) / np.diff(edges_s)
    return Steps(edges_s[:-1], edges_s[1:], mean_w, mean_w, mean_w)


def _steps(kind: TraceKind, traces: Sequence[RawTrace]) -> Steps | None:
    """The sum over the parts of a source, None where they were not all read at the same times."""
    times = {trace.series.times_s for trace in traces}
    if len(times) != 1:
        return None
    times_s: FloatArray = np.asarray(times.pop())
    values: list[FloatArray] = [np.asarray(trace.series.values) for trace in traces]
    if kind is TraceKind.POWER_W:
        return power_steps(times_s, np.sum(values, axis=0))
    try:
        parts = [_counted(kind, trace, times_s, one) for trace, one in zip(traces, values, strict=True)]
    except MetricInputError:  # no counter reads so
        return None
    if any(not np.array_equal(part.start_s, parts[0].start_s) for part in parts):
        return None
    mean_w: FloatArray = np.sum([part.mean_w for part in parts], axis=0)
    return Steps(parts[0].start_s, parts[0].end_s, mean_w, mean_w, mean_w)


def _counted(kind: TraceKind, trace: RawTrace, times_s: FloatArray, values: FloatArray) -> Steps:
    if kind is TraceKind.CPU_S:
        return counter_steps(times_s, values * (trace.watts or 0.0))
    return counter_steps(times_s, values, trace.range_j)


def _run(stretch: Steps, phase: Phase, origin_s: float) -> PowerRun:
    start_s, end_s = float(stretch.start_s[0]), float(stretch.end_s[-1])
    count = max(1, min(round((end_s - start_s) / BIN_S), len(stretch.start_s), MAX_LIVE_BINS))
    rows = [
        (short(one.low_w), short(one.mean_w), short(one.high_w))
        for one in binned([stretch], start_s, end_s, count)
        if one is not None  # never, without a gap
    ]
    return PowerRun(
        phase=phase,
        start_s=max(0.0, round(start_s - origin_s, 3)),
        bin_s=round((end_s - start_s) / count, 6),
        low_w=tuple(min(low, mean) for low, mean, _ in rows),
        mean_w=tuple(mean for _, mean, _ in rows),
        high_w=tuple(max(mean, high) for _, mean, high in rows),
    )
