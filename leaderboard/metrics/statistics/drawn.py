"""Two entries by their stored draws, and one entry's draws beside a limit.

Draws are `(draws,)`; draw d of every entry belongs to one resample of the items, so differences are paired. Missing
draws (NaN) compare with nothing. Infinite is the worst real value.
"""

from dataclasses import dataclass
from math import erfc, sqrt
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.statistics.intervals import Interval, percentile_interval
from leaderboard.metrics.vocabulary import BoolArray, Direction, FloatArray, as_costs, as_floats, require

Bound = Literal["min", "max"]

SLACK = 1e-6
"""Draws are stored with 24 bits: a value at its limit may lie beyond it by a rounding of that size."""


@dataclass(frozen=True, slots=True)
class DrawnComparison:
    """A contender against a baseline in the unit of the values: 95 % intervals of contender - baseline and of
    contender / baseline, the share of resamples in which the contender is better (ties count half), and the two-sided
    p-value of no difference. An interval is None where a draw has no difference, or no ratio.
    """

    difference: Interval | None
    ratio: Interval | None
    probability_better: float
    p_value: float


def compare_draws(contender: ArrayLike, baseline: ArrayLike, direction: Direction) -> DrawnComparison | None:
    """Compare two entries in one metric; None where a draw is missing.

    p = min(1, 2 * (1 + k) / (1 + draws)), k the fewer of the resamples in which the contender is not worse and not
    better (Davison and Hinkley 1997, 4.2). Where all resamples agree this can't fall below 2 / (1 + draws), which no
    correction for many rows would let through: there the two-sided tail of the normal distribution with the draws' mean
    and spread is taken, if it is smaller. That is a Perwatt rule. Raises MetricInputError for draws that are not
    paired, none, or another direction.
    """
    one, other = as_floats(contender), as_floats(baseline)
    require(one.ndim == 1 and one.shape == other.shape, f"{one.shape} and {other.shape} draws are not pairs")
    require(one.size >= 1, "at least one draw")
    costs, base_costs = as_costs(one, direction), as_costs(other, direction)
    if np.isnan(costs).any() or np.isnan(base_costs).any():
        return None
    better, worse = int((costs < base_costs).sum()), int((costs > base_costs).sum())
    ties = one.size - better - worse
    with np.errstate(over="ignore", invalid="ignore"):
        apart = one - other
    return DrawnComparison(
        difference=percentile_interval(apart) if np.isfinite(apart).all() else None,
        ratio=_ratio(one, other),
        probability_better=(better + ties / 2) / one.size,
        p_value=_p_value(apart, min(better, worse) + ties),
    )


def within_limit(draws: ArrayLike, limit: float, bound: Bound) -> BoolArray:
    """True for each of the `(draws,)` that meets the limit, equal is within; a missing or infinite draw meets none.

    The mean is the probability of meeting it; the mean of several limits' conjunction that of meeting all of them.
    Raises MetricInputError for a limit that is not finite, another bound, or draws that are no vector.
    """
    sample = as_floats(draws)
    require(bound in {"min", "max"}, f"a bound is 'min' or 'max', not {bound!r}")
    require(bool(np.isfinite(limit)), "a limit is a finite number")
    require(sample.ndim == 1, "draws are one number per resample")
    slack = SLACK * abs(limit)
    inside = sample >= limit - slack if bound == "min" else sample <= limit + slack
    return np.asarray(inside & np.isfinite(sample))


def _ratio(one: FloatArray, other: FloatArray) -> Interval | None:
    if not (np.isfinite(one).all() and np.isfinite(other).all() and (one >= 0).all() and (other > 0).all()):
        return None
    with np.errstate(over="ignore"):
        ratios = one / other
    return percentile_interval(ratios) if np.isfinite(ratios).all() else None


def _p_value(apart: FloatArray, against: int) -> float:
    p_value = min(1.0, 2 * (1 + against) / (1 + apart.size))
    largest = float(np.abs(apart).max())
    if against or not 0 < largest < np.inf:
        return p_value
    scaled = apart / largest
    spread = float(scaled.std())
    # Without any spread nothing was resampled, and there is no tail to speak of.
    return min(p_value, erfc(abs(float(scaled.mean())) / spread / sqrt(2))) if spread > 0 else p_value
