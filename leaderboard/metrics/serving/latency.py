"""Latency of repeated timed passes: headline, tail percentiles with their minimum n, and a mergeable histogram."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.statistics.intervals import Estimate, percentile_interval
from leaderboard.metrics.statistics.resampling import INTERVAL_DRAWS, median_over_repeats_draws
from leaderboard.metrics.vocabulary import FloatArray, as_floats, is_count, require
from leaderboard.missing import MissingReason

BINS_PER_DECADE = 20
FIRST_EXPONENT, LAST_EXPONENT = -6, 3
HISTOGRAM_EDGES_S = 10.0 ** (
    np.arange((LAST_EXPONENT - FIRST_EXPONENT) * BINS_PER_DECADE + 1) / BINS_PER_DECADE + FIRST_EXPONENT
)
"""Fixed for all time, 1 us to 1000 s: histograms of different runs, agents and years can be added."""

_CALLS_BEYOND = 10
_LONGEST_S = float(np.finfo(np.float64).max) / 2


def repeat_medians_s(repeats_s: Sequence[ArrayLike]) -> FloatArray:
    """Median latency in s of each repeat: `repeats_s` holds one vector of call durations per repeat."""
    require(len(repeats_s) >= 1, "at least one repeat")
    return np.array([float(np.median(_calls(calls))) for calls in repeats_s])


def latency_headline(repeats_s: Sequence[ArrayLike], seed: int, draws: int = INTERVAL_DRAWS) -> Estimate:
    """Median over repeats of per-repeat medians, in s, with the 95 % interval bootstrapped over repeats.

    Calls of one repeat share its conditions, so an interval over calls would be 10 to 50 times too narrow. `n` is the
    number of calls. One repeat gives a value without an interval. The draws behind the interval are those of
    `median_over_repeats_draws(repeat_medians_s(...), draws, seed)`.
    """
    medians = repeat_medians_s(repeats_s)
    calls = sum(np.size(repeat) for repeat in repeats_s)
    interval = None
    if len(medians) > 1:
        interval = percentile_interval(median_over_repeats_draws(medians, draws, seed))
    return Estimate(float(np.median(medians)), interval, calls)


def minimum_calls(percent: int) -> int:
    """Calls below which a percentile is not stated: ten must lie beyond it (p90 100, p95 200, p99 1000).

    One is enough up to the median. A Perwatt rule. Raises MetricInputError unless percent is whole and in 1..99.
    """
    require(is_count(percent, 1) and percent < 100, "a percentile is whole and lies in 1..99")
    return 1 if percent <= 50 else -(-100 * _CALLS_BEYOND // (100 - percent))


def latency_percentile(calls_s: ArrayLike, percent: int) -> Estimate:
    """Percentile of call durations in s, linear between order statistics; missing (`too_few_samples`) below
    `minimum_calls`. Its interval is left to repeats: the calls of one run are not independent.

    Raises MetricInputError as `minimum_calls`, and for a duration that is not positive and finite, however
    few there are.
    """
    required = minimum_calls(percent)
    calls = as_floats(calls_s)
    if calls.size:
        calls = _calls(calls)
    if calls.size < required:
        return Estimate(None, None, calls.size, MissingReason.TOO_FEW_SAMPLES)
    return Estimate(float(np.quantile(calls, percent / 100)), None, calls.size)


@dataclass(frozen=True, slots=True)
class LatencyHistogram:
    """Counts per log-spaced bin of HISTOGRAM_EDGES_S, those outside, and the exact extremes in s.

    Bin i holds edge[i] <= duration < edge[i + 1]. Adding is exact and order does not matter.
    """

    counts: tuple[int, ...]
    below: int
    above: int
    fastest_s: float
    slowest_s: float

    def __post_init__(self) -> None:
        require(len(self.counts) == len(HISTOGRAM_EDGES_S) - 1, "one count per bin")
        require(min(*self.counts, self.below, self.above) >= 0 and self.total >= 1, "counts of at least one call")
        require(0 < self.fastest_s <= self.slowest_s < np.inf, "extremes are durations, the fastest first")

    @classmethod
    def of(cls, calls_s: ArrayLike) -> Self:
        """Raises MetricInputError for no calls, or a duration that is not positive and finite."""
        calls = _calls(calls_s)
        bins = np.searchsorted(HISTOGRAM_EDGES_S, calls, side="right")
        counts = np.bincount(bins, minlength=len(HISTOGRAM_EDGES_S) + 1).tolist()
        return cls(tuple(counts[1:-1]), counts[0], counts[-1], float(calls.min()), float(calls.max()))

    @property
    def total(self) -> int:
        return self.below + sum(self.counts) + self.above

    def __add__(self, other: Self) -> Self:
        return type(self)(
            tuple(mine + theirs for mine, theirs in zip(self.counts, other.counts, strict=True)),
            self.below + other.below,
            self.above + other.above,
            min(self.fastest_s, other.fastest_s),
            max(self.slowest_s, other.slowest_s),
        )

    def percentile_s(self, percent: float) -> float:
        """Duration in s that `percent` of the calls do not exceed, read back from the bins.

        Off from the sample's own nearest-rank percentile by less than one bin (a factor of 10**(1/20), 12 %) inside the
        edges; outside them only the extremes are known, and the nearer one is the answer.
        """
        require(0 <= percent <= 100, "a percentile lies in 0..100")
        rank = max(1.0, percent / 100 * self.total)
        reached = tuple(accumulate((self.below, *self.counts, self.above)))
        index = int(np.searchsorted(reached, rank, side="left"))
        if index == 0:
            return self.fastest_s
        if index > len(self.counts):
            return self.slowest_s
        share = (rank - reached[index - 1]) / self.counts[index - 1]
        value = HISTOGRAM_EDGES_S[index - 1] * 10 ** (share / BINS_PER_DECADE)
        return float(min(max(value, self.fastest_s), self.slowest_s))


def _calls(calls_s: ArrayLike) -> FloatArray:
    calls = as_floats(calls_s)
    require(calls.ndim == 1 and calls.size >= 1, "one duration per call, and at least one call")
    require(bool(((calls > 0) & (calls <= _LONGEST_S)).all()), "a duration is positive, and two have a finite sum")
    return calls
