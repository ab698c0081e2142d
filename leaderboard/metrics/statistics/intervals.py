"""Intervals, and the estimate that carries one."""

from dataclasses import dataclass
from math import floor, inf, isnan, sqrt

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import FloatArray, as_floats, require
from leaderboard.missing import MissingReason

Z_95 = 1.959964
"""Two-sided 95 % quantile of the normal distribution, to the digits the worked numbers use."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A closed interval; `high` may be infinite."""

    low: float
    high: float

    def __post_init__(self) -> None:
        require(self.low <= self.high, f"an interval runs from low to high, not from {self.low} to {self.high}")

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its interval and the number of observations behind it, or the reason why there is none."""

    value: float | None
    interval: Interval | None
    n: int
    missing: MissingReason | None = None

    def __post_init__(self) -> None:
        require((self.value is None) == (self.missing is not None), "a value or a reason, never both or neither")


def wilson_interval(successes: int, n: int, z: float = Z_95) -> Interval:
    """Score interval of a proportion, inside 0..1 and never of zero width.

    centre = (p + z^2/2n) / (1 + z^2/n), half-width = z / (1 + z^2/n) * sqrt(p(1-p)/n + z^2/4n^2), p = successes/n.
    Source: Wilson 1927. Raises MetricInputError unless both counts are whole numbers, 0 <= successes <= n,
    n >= 1 and z > 0.
    """
    require(
        all(isinstance(count, int | np.integer) for count in (successes, n)), "successes and trials are whole numbers"
    )
    require(n >= 1, "a proportion needs at least one trial")
    require(0 <= successes <= n, f"{successes} successes in {n} trials")
    require(0 < z < inf, "z is a positive quantile")
    share = successes / n
    shrink = 1 + z * z / n
    centre = (share + z * z / (2 * n)) / shrink
    half = z / shrink * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    # Both bounds are exact at the ends; rounding alone would leave 1e-17 or 1 + 1e-16 there.
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == n else min(1.0, centre + half)
    return Interval(low, high)


def percentile_interval(draws: ArrayLike, level: float = 0.95) -> Interval | None:
    """Percentile bootstrap interval of a draw vector; `None` when any draw is missing (NaN).

    Linear between order statistics. Where an end falls between a finite and an infinite draw, the outer one is
    taken: the interval may be too wide there, never too narrow. Raises MetricInputError for no draws or a level
    outside (0, 1).
    """
    require(0 < level < 1, "a level lies between 0 and 1")
    ordered = np.sort(as_floats(draws).ravel())
    require(ordered.size > 0, "an interval needs draws")
    if isnan(float(ordered[-1])):
        return None
    tail = (1 - level) / 2
    return Interval(_order_statistic(ordered, tail, outer=-1), _order_statistic(ordered, 1 - tail, outer=1))


def _order_statistic(ordered: FloatArray, quantile: float, outer: int) -> float:
    position = quantile * (len(ordered) - 1)
    below = floor(position)
    above = min(below + 1, len(ordered) - 1)
    low, high = float(ordered[below]), float(ordered[above])
    if low == high or position == below:
        return low
    if inf in (abs(low), abs(high)):
        return low if outer < 0 else high
    return low + (high - low) * (position - below)
