"""The two-dimensional front by one sort, for many resamples at once. NumPy alone, so a plot needs no library for it."""

import numpy as np

from leaderboard.metrics.vocabulary import BoolArray, FloatArray


def sweep_front(x: FloatArray, y: FloatArray) -> BoolArray:
    """Which points are on the front along the last axis, both coordinates minimised; O(n log n) for each row.

    `x` and `y` have one shape `(..., n)`. A point with NaN is never on the front and changes no other point's place.
    """
    missing = np.isnan(x) | np.isnan(y)
    if missing.size == 0:
        return missing
    # At (inf, inf) a removed point dominates nobody, and one equal to it keeps its own verdict.
    rows_x = np.where(missing, np.inf, x).reshape(-1, x.shape[-1])
    rows_y = np.where(missing, np.inf, y).reshape(rows_x.shape)
    order = np.argsort(rows_x, axis=1)
    by_x = np.take_along_axis(rows_y, order, 1)
    # Whoever has a better y on the left, or at an equal x, is dominated. The order of equal x does not matter yet.
    row, place = np.nonzero(by_x <= np.minimum.accumulate(by_x, axis=1))
    point = order[row, place]
    mask = np.zeros(rows_x.shape, dtype=np.bool_)
    mask[row, point] = _stair(rows_x[row, point], rows_y[row, point], np.diff(row, prepend=-1) > 0)
    return np.asarray(mask.reshape(x.shape) & ~missing)


def _stair(x: FloatArray, y: FloatArray, new_row: BoolArray) -> BoolArray:
    """Who is on the front of a stair: within each row x never falls and y never rises.

    Among equal x the last y is the best, among equal y the first x.
    """
    new_x, new_y = new_row.copy(), new_row.copy()
    new_x[1:] |= x[1:] != x[:-1]
    new_y[1:] |= y[1:] != y[:-1]
    last_of_x = np.append(np.flatnonzero(new_x)[1:], len(x)) - 1
    best_y = y[last_of_x][np.cumsum(new_x) - 1]
    best_x = x[np.flatnonzero(new_y)][np.cumsum(new_y) - 1]
    return np.asarray((y == best_y) & (x == best_x))
