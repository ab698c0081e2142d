"""The joint bootstrap of many entries at once: how often a resample holds each item, times the values of the items.

The resamples are those of `item_indices` with the same seed, row for row, and the means are the same to rounding; but
a matrix product takes the place of gathering every entry's values for every resample, and no index matrix is kept.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leaderboard.metrics.statistics.resampling import check_sums, seeded
from leaderboard.metrics.vocabulary import FloatArray, as_floats, require

# Counts of one matrix product: 50 MB. One large product, since on a busy machine the library's threads wait for each
# other at the end of every one.
PRODUCT_CELLS = 6_250_000
# Counts made at a time: they fit the processor's cache.
_COUNT_CELLS = 65_536

_LARGEST_EXACT = 2**24
# Up to so many entries a product would spend its time on waking threads, and on a busy machine on waiting for them.
_FEW = 4


def resample_counts(n_items: int, draws: int, seed: int, cells: int = _COUNT_CELLS) -> Iterator[FloatArray]:
    """How often each item is in each resample of `item_indices(n_items, draws, seed)`: blocks `(some draws, n_items)`,
    in order. A block is overwritten by the next.

    Raises MetricInputError for an empty item set, no draws or a negative seed.
    """
    require(n_items >= 1, "an item set has at least one item")
    require(draws >= 1, "at least one draw is needed")
    return _blocks(n_items, draws, seeded(seed), max(1, cells // n_items))


def _blocks(n_items: int, draws: int, generator: np.random.Generator, longest: int) -> Iterator[FloatArray]:
    block = np.empty((min(draws, longest), n_items))
    rows = min(len(block), max(1, _COUNT_CELLS // n_items))
    offsets = np.arange(rows)[:, None] * n_items
    for first in range(0, draws, len(block)):
        filled = block[: min(len(block), draws - first)]
        for start in range(0, len(filled), rows):
            part = filled[start : start + rows]
            drawn = generator.integers(0, n_items, size=part.shape, dtype=np.int32)
            cells = (drawn + offsets[: len(part)]).ravel()
            part[:] = np.bincount(cells, minlength=part.size).reshape(part.shape)
        yield filled


def joint_mean_draws(values: ArrayLike, draws: int, seed: int) -> FloatArray:
    """Mean of each entry in each resample: `(entries, n_items)` -> `(entries, draws)`, in the unit of the values.

    Column d of all entries is the same resample, so differences are paired. A resample that holds a missing value
    (NaN) of an entry is NaN for it. Raises MetricInputError when the table is not two-dimensional or has no items, for
    infinite values, no draws or a negative seed.
    """
    table = as_floats(values)
    require(table.ndim == 2, "values are a table: one row per entry, one column per item")
    means = joint_sum_draws(table, draws, seed)
    means /= table.shape[1]
    return means


def joint_sum_draws(table: FloatArray, draws: int, seed: int) -> FloatArray:
    """As `joint_mean_draws`, not yet divided by the number of items."""
    check_sums(table, table.shape[1])
    missing = np.isnan(table)
    gaps = np.flatnonzero(missing.any(axis=1))
    lacking = missing[gaps].astype(np.float64)
    known = np.where(missing, 0.0, table) if gaps.size else table
    whole, rest, order = _by_precision(known)
    cells = _COUNT_CELLS if len(table) <= _FEW else PRODUCT_CELLS
    blocks = resample_counts(table.shape[1], draws, seed, cells)
    sums = np.empty((len(table), draws))
    done = 0
    for counts in blocks:
        columns = slice(done, done + len(counts))
        if len(whole):
            sums[: len(whole), columns] = whole @ counts.astype(np.float32).T
        if len(rest) > _FEW:
            np.matmul(rest, counts.T, out=sums[len(whole) :, columns])
        else:
            np.einsum("ei,di->ed", rest, counts, out=sums[len(whole) :, columns])
        if gaps.size:
            sums[order[gaps], columns] += np.where(lacking @ counts.T > 0, np.nan, 0.0)
        done += len(counts)
    return sums if bool((order[1:] > order[:-1]).all()) else sums[order]


def _by_precision(table: FloatArray) -> tuple[NDArray[np.float32], FloatArray, NDArray[np.intp]]:
    """Rows of small whole numbers, as outcomes are, in single precision, in which their sums are exact and take half
    the time; the other rows, or all of a few; and the place of each entry among both.
    """
    largest = np.abs(table).max(axis=1, initial=0.0) * table.shape[1]
    whole = (largest < _LARGEST_EXACT) & (table == np.rint(table)).all(axis=1) & (len(table) > _FEW)
    order = np.empty(len(table), dtype=np.intp)
    order[np.argsort(~whole, kind="stable")] = np.arange(len(table))
    return table[whole].astype(np.float32), table[~whole], order


def joint_ratio_draws(numerators: ArrayLike, denominators: ArrayLike, draws: int, seed: int) -> FloatArray:
    """Ratio of means, mean(a) / mean(b), of each entry in each resample: `(entries, n_items)` twice -> `(entries,
    draws)`. IPW is accuracy over power, IPJ accuracy over energy: all three come from the same queries.

    NaN where a value is missing or mean(b) is not positive, infinite beyond the range of a number. Source: arXiv
    2511.07885 for the ratio of means. Raises MetricInputError when the two differ in shape, else as
    `joint_mean_draws`.
    """
    tops, bottoms = as_floats(numerators), as_floats(denominators)
    require(tops.ndim == 2 and tops.shape == bottoms.shape, "numerators and denominators are pairs")
    sums = joint_sum_draws(np.concatenate([tops, bottoms]), draws, seed)
    top, bottom = sums[: len(tops)], sums[len(tops) :]
    bottom[~(bottom > 0)] = np.nan
    with np.errstate(over="ignore"):
        return np.asarray(np.divide(top, bottom, out=top))
