"""Ranks of many entries in many resamples, reduced to the few order statistics that an interval needs."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from leaderboard.metrics.vocabulary import Direction, FloatArray, as_costs

IndexArray = NDArray[np.intp]
RankArray = NDArray[np.int32]

# Resamples are ranked in blocks of about so many cells, which the processor's cache holds.
_BLOCK_CELLS = 65_536
# Up to so many entries it is quicker to count who held which rank than to keep all ranks.
_TALLIED_ENTRIES = 1_000


def rank_statistics(
    sample: FloatArray, direction: Direction, best_at: Sequence[int], worst_at: Sequence[int]
) -> tuple[IndexArray, IndexArray]:
    """Order statistics of each entry's ranks over the resamples, `(entries, draws)`, ranks counted from 1.

    In a resample an entry holds all ranks of the entries equal to it. The first answer, `(len(best_at), entries)`, is
    for the best of them, at these places of their ascending order (from 0); the second for the worst.
    """
    kept = _tallied if len(sample) <= _TALLIED_ENTRIES else _partitioned
    return kept(sample, direction, best_at, worst_at)


def _tallied(
    sample: FloatArray, direction: Direction, best_at: Sequence[int], worst_at: Sequence[int]
) -> tuple[IndexArray, IndexArray]:
    entries = len(sample)
    best, worst = np.zeros((2, entries * entries), dtype=np.intp)
    for _, order, first, final in _ranked_blocks(sample, direction, max(entries, _BLOCK_CELLS // entries)):
        cells = order * entries
        tally = np.bincount((cells + first).ravel(), minlength=best.size)
        best += tally
        worst += tally if final is first else np.bincount((cells + final).ravel(), minlength=worst.size)
    upto_best, upto_worst = (tally.reshape(entries, entries).cumsum(axis=1) for tally in (best, worst))
    return (
        np.array([(upto_best > place).argmax(axis=1) + 1 for place in best_at]),
        np.array([(upto_worst > place).argmax(axis=1) + 1 for place in worst_at]),
    )


def _partitioned(
    sample: FloatArray, direction: Direction, best_at: Sequence[int], worst_at: Sequence[int]
) -> tuple[IndexArray, IndexArray]:
    best, worst = np.empty((2, *sample.shape), dtype=np.int32)
    for block, order, first, final in _ranked_blocks(sample, direction, max(1, _BLOCK_CELLS // len(sample))):
        for ranks, ordered in ((best, first), (worst, final)):
            unsorted = np.empty(order.shape, dtype=np.int32)
            np.put_along_axis(unsorted, order, ordered, 1)
            ranks[:, block] = unsorted.T
    best.partition(best_at, axis=1)
    worst.partition(worst_at, axis=1)
    return best[:, best_at].T.astype(np.intp) + 1, worst[:, worst_at].T.astype(np.intp) + 1


def _ranked_blocks(
    sample: FloatArray, direction: Direction, rows: int
) -> Iterator[tuple[slice, IndexArray, RankArray, RankArray]]:
    """Which resamples, who holds each place in them `(rows, entries)`, and the best and the worst rank, from 0, of
    whoever equals the holder: one array twice when none are equal.
    """
    infinite = bool(np.isinf(sample).any())
    for start in range(0, sample.shape[1], rows):
        block = slice(start, start + rows)
        costs = np.ascontiguousarray(sample[:, block].T)
        if infinite:
            costs = as_costs(costs, direction)
        elif direction == "higher":
            costs = -costs
        order = np.argsort(costs, axis=1)
        yield block, order, *_shared_ranks(np.take_along_axis(costs, order, 1))


def _shared_ranks(ordered: FloatArray) -> tuple[RankArray, RankArray]:
    entries = ordered.shape[1]
    starts = np.ones(ordered.shape, dtype=np.bool_)
    np.not_equal(ordered[:, 1:], ordered[:, :-1], out=starts[:, 1:])
    if starts.all():
        ranks = np.broadcast_to(np.arange(entries, dtype=np.int32), ordered.shape)
        return ranks, ranks
    first = np.flatnonzero(starts)
    equals = np.diff(first, append=starts.size)
    best = (first % entries).astype(np.int32)
    worst = best + equals.astype(np.int32) - 1
    return np.repeat(best, equals).reshape(ordered.shape), np.repeat(worst, equals).reshape(ordered.shape)
