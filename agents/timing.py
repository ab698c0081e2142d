"""The timed loop, and what is kept of a window."""

import gc
import time
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

import numpy as np

from agents.calls import LONG_NS, Calls, calls_of
from agents.energy.base import EnergySource
from agents.energy.nvml_watch import FOREIGN_PROCESS
from agents.guard import Guard, overall, rejected, throttled
from agents.throttling import THROTTLED
from leaderboard.metrics.serving.latency import BINS_PER_DECADE, HISTOGRAM_EDGES_S, LatencyHistogram, latency_percentile
from leaderboard.metrics.statistics.intervals import percentile_interval
from leaderboard.metrics.statistics.resampling import INTERVAL_DRAWS, median_over_repeats_draws
from leaderboard.metrics.vocabulary import FloatArray
from leaderboard.protocol import (
    EnergyMethod,
    EnergyReading,
    GuardVerdict,
    HistogramCounts,
    MeasuringProtocol,
    PrefillWindow,
    Repeat,
    Streamed,
)

_SEED = 0  # the stop rule needs an interval, not an entry's own draws


@dataclass(frozen=True)
class Window:
    """Durations of its calls in ns, and what the whole loop took.

    `starts_ns` are those of the calls that took LONG_NS or more, on the clock of the raw traces. `first_items` has the
    first item of each feed: call i took feed i, and after the last feed the first again.
    """

    calls_ns: "array[int]"  # the class takes no parameter before Python 3.12
    seconds: float
    cpu_s: float
    starts_ns: "array[int]" = field(default_factory=lambda: array("q"))
    first_items: tuple[int, ...] = ()

    def calls_s(self) -> FloatArray:
        """Durations in s; a call below the clock's step counts as one nanosecond."""
        return np.maximum(np.frombuffer(self.calls_ns, dtype=np.int64), 1) / 1e9


def timed_window(
    call: Callable[[Any, Any], Any],
    wanted: Any,
    feeds: Sequence[Any],
    min_calls: int,
    min_s: float,
    cpu_s: Callable[[], float] = time.process_time,
) -> Window:
    """`call(wanted, feed)` with each feed in turn until both minima are reached; `cpu_s` is the clock of their work.

    Between the two readings of the clock stands the call alone, its result dropped. Collection of garbage waits. What
    is left to do with the durations is left to the caller, outside the window of the energy meters.
    """
    clock = time.monotonic_ns  # that of the raw traces
    long_ns = LONG_NS
    durations_ns, starts_ns = array("q"), array("q")
    keep, keep_start = durations_ns.append, starts_ns.append
    gc.disable()
    try:
        cpu_before_s = cpu_s()
        begin = stop = clock()
        earliest_end = begin + int(min_s * 1e9)
        for feed in cycle(feeds):
            start = clock()
            call(wanted, feed)
            stop = clock()
            keep(lasted := stop - start)
            if lasted >= long_ns:  # 10 ns a call; keeping the start of every one would be 100
                keep_start(start)
            if stop >= earliest_end and len(durations_ns) >= min_calls:
                break
        used_s = max(0.0, cpu_s() - cpu_before_s)
    finally:
        gc.enable()
    return Window(durations_ns, (stop - begin) / 1e9, used_s, starts_ns)


@dataclass(frozen=True)
class Timed:
    """One repeat as it is reported, its histogram, and when its calls ran where they were long enough to tell."""

    repeat: Repeat
    histogram: LatencyHistogram
    calls: Calls | None = None

    def in_words(self) -> str:
        median_s = self.repeat.median_s
        median = f"{median_s * 1e3:.2f} ms" if median_s >= 1e-3 else f"{median_s * 1e6:.2f} µs"
        return f"median {median}, {self.repeat.calls} calls, {self.repeat.guard.verdict}"


def timed_repeat(
    window: Callable[[], Window],
    batch: int,
    guard: Guard,
    sources: Sequence[EnergySource],
    streamed: Callable[[], Streamed | None] = lambda: None,
) -> Timed:
    """Run one window between the meters and inside the guard; what its streams say is read after both."""
    gc.collect()  # 30 ms of CPU time with a few libraries loaded: before the meters start
    for source in sources:
        source.start()
    guard.start()
    ran = window()
    watched = guard.stop()
    energy = tuple(source.stop() for source in sources)
    if any(THROTTLED in reading.warnings for reading in energy):
        watched = throttled(watched)
    if any(FOREIGN_PROCESS in reading.warnings for reading in energy):
        watched = rejected(watched)
    calls_s = ran.calls_s()
    repeat = Repeat(
        calls=len(calls_s),
        items=len(calls_s) * batch,
        seconds=ran.seconds,
        median_s=float(np.median(calls_s)),
        mean_s=float(calls_s.mean()),
        p90_s=latency_percentile(calls_s, 90).value,
        p99_s=latency_percentile(calls_s, 99).value,
        cpu_s=ran.cpu_s,
        guard=watched,
        energy=energy,
        streamed=streamed(),
    )
    return Timed(repeat, LatencyHistogram.of(calls_s), calls_of(ran.starts_ns, ran.calls_ns, ran.first_items))


def prefill_window(
    window: Callable[[], Window], prompt_tokens: Callable[[], int], sources: Sequence[EnergySource]
) -> PrefillWindow:
    """Run one window of prompts that are only read between the meters."""
    gc.collect()
    for source in sources:
        source.start()
    ran = window()
    energy = tuple(source.stop() for source in sources)
    return PrefillWindow(requests=len(ran.calls_ns), prompt_tokens=prompt_tokens(), seconds=ran.seconds, energy=energy)


def verdict(timed: Sequence[Timed]) -> GuardVerdict:
    return overall((one.repeat.guard, one.repeat.seconds) for one in timed)


def repeat_seconds(protocol: MeasuringProtocol, sources: Sequence[EnergySource]) -> float:
    """A vendor's counter or sampled power needs a longer window than a clock does."""
    metered = any(source.info.method is not EnergyMethod.TIME_TIMES_CONSTANT for source in sources)
    least_s = max(protocol.repeat_min_s, protocol.counter_window_s) if metered else protocol.repeat_min_s
    return max(least_s, *(source.window_s for source in sources)) if sources else least_s


def idle_window(sources: Sequence[EnergySource], seconds: float) -> tuple[EnergyReading, ...]:
    """What the machine uses while this process sleeps with the model loaded."""
    for source in sources:
        source.start()
    time.sleep(seconds)
    return tuple(source.stop() for source in sources)


def interval_share(repeats: Sequence[Repeat]) -> float:
    """Width of the bootstrap interval of the median over repeats, as a share of that median."""
    medians_s = [repeat.median_s for repeat in repeats]
    interval = percentile_interval(median_over_repeats_draws(medians_s, INTERVAL_DRAWS, _SEED))
    if interval is None:
        return float("inf")
    return (interval.high - interval.low) / float(np.median(medians_s))


def histogram_counts(histograms: Sequence[LatencyHistogram]) -> HistogramCounts:
    """All windows together. Bin -1 is everything under the first edge, the bin after the last everything over it."""
    total = sum(histograms[1:], start=histograms[0])
    counts = {-1: total.below, **dict(enumerate(total.counts)), len(total.counts): total.above}
    return HistogramCounts(
        low_s=float(HISTOGRAM_EDGES_S[0]),
        bins_per_decade=BINS_PER_DECADE,
        counts={index: count for index, count in counts.items() if count},
    )
