"""Ranks with their uncertainty: rank intervals and tie bands under resampling.

Shapes: `values` `(entries,)`, `draws` `(entries, draws)`; column d of all entries belongs to one resample, so
differences are paired. Missing (`None`, NaN) ranks nowhere. Infinite is the worst real value.
"""

from dataclasses import dataclass
from math import ceil, floor

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leaderboard.metrics.statistics.ranks import rank_statistics
from leaderboard.metrics.vocabulary import BoolArray, Direction, FloatArray, as_costs, as_floats, require


@dataclass(frozen=True, slots=True)
class RankInterval:
    """Rank of the value itself (equal values share the better rank), and its 95 % interval and median under
    resampling. The median is of the better rank too; between two ranks it is their mean.
    """

    rank: int
    low: int
    high: int
    median: float


def rank_intervals(
    values: ArrayLike, draws: ArrayLike, direction: Direction, level: float = 0.95
) -> tuple[RankInterval | None, ...]:
    """Rank 1 is best. In each resample an entry holds the ranks of all entries equal to it: the interval's low end
    comes from their best, its high end from their worst. It always contains the entry's own rank.

    Raises MetricInputError when an entry has a value but no complete draws (an exact value is its own draw, repeated)
    or for a level outside (0, 1).
    """
    costs, sample, placed = _placed(values, draws, direction, level)
    intervals: list[RankInterval | None] = [None] * len(placed)
    if not costs.size:
        return tuple(intervals)
    own = _better_rank(costs).tolist()
    # Whole ranks: order statistics without interpolation, rounded outwards.
    tail, last = (1 - level) / 2, sample.shape[1] - 1
    best_at, worst_at = (floor(last * tail), last // 2, (last + 1) // 2), (ceil(last * (1 - tail)),)
    (lows, below, above), (highs,) = rank_statistics(sample, direction, best_at, worst_at)
    reach = zip(lows.tolist(), highs.tolist(), ((below + above) / 2).tolist(), strict=True)
    for entry, rank, (low, high, median) in zip(np.flatnonzero(placed), own, reach, strict=True):
        intervals[entry] = RankInterval(rank, min(low, rank), max(high, rank), median)
    return tuple(intervals)


def tie_bands(values: ArrayLike, draws: ArrayLike, direction: Direction, level: float = 0.95) -> tuple[int | None, ...]:
    """Band number of each entry, 0 for the best, `None` for a missing value. Bands are a Perwatt rule.

    The best entry without a band leads a new one. It is joined by every entry still without a band whose paired 95 %
    interval of the difference to the leader contains 0. A band need not be contiguous in rank: an uncertain entry may
    be inseparable from a leader from whom a better ranked, better known one is separable. Errors as `rank_intervals`.
    """
    costs, drawn, placed = _placed(values, draws, direction, level)
    sample = as_costs(drawn, direction)
    bands = np.full(len(costs), -1)
    waiting = np.argsort(costs, kind="stable")
    while waiting.size:
        tied = _inseparable(sample[waiting[0]], sample[waiting], level)
        bands[waiting[tied]] = bands.max() + 1
        waiting = waiting[~tied]
    numbers: list[int | None] = [None] * len(placed)
    for entry, band in zip(np.flatnonzero(placed), bands.tolist(), strict=True):
        numbers[entry] = band
    return tuple(numbers)


def _inseparable(leader: FloatArray, others: FloatArray, level: float) -> BoolArray:
    """True where the percentile interval of `others - leader`, order statistics rounded outwards, contains 0.

    Counting signs is that interval's test without the differences, so two infinite draws of one resample (both never
    correct) are equal, as they should be, and not NaN.
    """
    outside = floor((1 - level) / 2 * (leader.size - 1))
    reaches_down = (others <= leader).sum(axis=1) > outside
    reaches_up = (others >= leader).sum(axis=1) > outside
    return np.asarray(reaches_down & reaches_up)


def _placed(
    values: ArrayLike, draws: ArrayLike, direction: Direction, level: float
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Costs of the entries that have a value, their draws as they came, and who they are."""
    require(0 < level < 1, "a level lies between 0 and 1")
    costs, sample = as_costs(values, direction), as_floats(draws)
    require(costs.ndim == 1, "values are one number per entry")
    if costs.size == 0:
        return costs, np.empty((0, 0)), np.zeros(0, dtype=np.bool_)
    require(sample.ndim == 2 and len(sample) == len(costs), f"{len(costs)} values, draws of shape {sample.shape}")
    placed = np.asarray(~np.isnan(costs))
    sample = sample if placed.all() else sample[placed]
    require(sample.shape[1] >= 1, "at least one draw")
    require(not np.isnan(sample).any(), "an entry with a value has a draw in every resample")
    return costs[placed], sample, placed


def _better_rank(costs: FloatArray) -> NDArray[np.intp]:
    return np.searchsorted(np.sort(costs), costs) + 1
