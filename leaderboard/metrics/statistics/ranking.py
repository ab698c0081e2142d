"""Ranks with their uncertainty: rank intervals and tie bands under resampling.

Shapes: `values` `(entries,)`, `draws` `(entries, draws)`; column d of all entries belongs to one resample, so
differences are paired. Missing (`None`, NaN) ranks nowhere. Infinite is the worst real value.
"""

from dataclasses import dataclass
from math import floor

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leaderboard.metrics.vocabulary import BoolArray, Direction, FloatArray, as_costs, require

IntArray = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class RankInterval:
    """Rank of the value itself (equal values share the better rank) and its 95 % interval under resampling."""

    rank: int
    low: int
    high: int


def rank_intervals(
    values: ArrayLike, draws: ArrayLike, direction: Direction, level: float = 0.95
) -> tuple[RankInterval | None, ...]:
    """Rank 1 is best. In each resample an entry holds the ranks of all entries equal to it: the interval's low end
    comes from their best, its high end from their worst. It always contains the entry's own rank.

    Raises MetricInputError when an entry has a value but no complete draws: an exact value is its own draw, repeated.
    """
    costs, sample, placed = _placed(values, draws, direction)
    intervals: list[RankInterval | None] = [None] * len(placed)
    if not costs.size:
        return tuple(intervals)
    own = _ranks(costs[None, :])[0][0]
    best, worst = _ranks(np.ascontiguousarray(sample.T))
    tail = (1 - level) / 2
    # Whole ranks: order statistics without interpolation, rounded outwards.
    lows = np.quantile(best, tail, axis=0, method="lower").tolist()
    highs = np.quantile(worst, 1 - tail, axis=0, method="higher").tolist()
    for entry, rank, low, high in zip(np.flatnonzero(placed), own.tolist(), lows, highs, strict=True):
        intervals[entry] = RankInterval(rank, min(low, rank), max(high, rank))
    return tuple(intervals)


def tie_bands(values: ArrayLike, draws: ArrayLike, direction: Direction, level: float = 0.95) -> tuple[int | None, ...]:
    """Band number of each entry, 0 for the best, `None` for a missing value.

    The best entry without a band leads a new one. It is joined by every entry still without a band whose paired 95 %
    interval of the difference to the leader contains 0. A band need not be contiguous in rank: an uncertain entry may
    be inseparable from a leader from whom a better ranked, better known one is separable.
    """
    costs, sample, placed = _placed(values, draws, direction)
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


def _placed(values: ArrayLike, draws: ArrayLike, direction: Direction) -> tuple[FloatArray, FloatArray, BoolArray]:
    costs, sample = as_costs(values, direction), as_costs(draws, direction)
    require(costs.ndim == 1, "values are one number per entry")
    if costs.size == 0:
        return costs, sample.reshape(0, 0), np.zeros(0, dtype=np.bool_)
    require(sample.ndim == 2 and len(sample) == len(costs), f"{len(costs)} values, draws of shape {sample.shape}")
    placed = np.asarray(~np.isnan(costs))
    sample = sample[placed]
    require(sample.shape[1] >= 1, "at least one draw")
    require(not np.isnan(sample).any(), "an entry with a value has a draw in every resample")
    return costs[placed], sample, placed


def _ranks(costs: FloatArray) -> tuple[IntArray, IntArray]:
    """Best and worst rank of each entry among its equals, along each row of `(draws, entries)`."""
    order = np.argsort(costs, axis=1)
    ordered = np.take_along_axis(costs, order, 1)
    entries = costs.shape[1]
    places = np.broadcast_to(np.arange(1, entries + 1, dtype=np.int32), costs.shape)
    starts = np.ones(costs.shape, dtype=np.bool_)
    starts[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    if starts.all():
        ranks = _unsorted(places, order)
        return ranks, ranks
    ends = np.ones(costs.shape, dtype=np.bool_)
    ends[:, :-1] = starts[:, 1:]
    best = np.maximum.accumulate(np.where(starts, places, 0), axis=1, dtype=np.int32)
    worst = np.minimum.accumulate(np.where(ends, places, entries)[:, ::-1], axis=1, dtype=np.int32)[:, ::-1]
    return _unsorted(best, order), _unsorted(worst, order)


def _unsorted(ordered: IntArray, order: NDArray[np.intp]) -> IntArray:
    ranks = np.empty_like(ordered)
    np.put_along_axis(ranks, order, ordered, 1)
    return ranks
