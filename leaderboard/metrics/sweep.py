"""The two-dimensional front by sorting, for many resamples at once. NumPy alone, so a plot needs no library for it."""

import numpy as np

from leaderboard.metrics.vocabulary import BoolArray, FloatArray


def sweep_front(x: FloatArray, y: FloatArray) -> BoolArray:
    """Which points are on the front along the last axis, both coordinates minimised; O(n log n) for each row.

    `x` and `y` have one shape `(..., n)`. A point with NaN is never on the front and changes no other point's place.
    """
    missing = np.isnan(x) | np.isnan(y)
    # At (inf, inf) a removed point dominates nobody, and one equal to it keeps its own verdict.
    x, y = np.where(missing, np.inf, x), np.where(missing, np.inf, y)
    order = np.lexsort((y, x), axis=-1)
    x, y = np.take_along_axis(x, order, -1), np.take_along_axis(y, order, -1)
    on_front = np.empty(x.shape, dtype=np.bool_)
    np.put_along_axis(on_front, order, _sorted_front(x, y), -1)
    return np.asarray(on_front & ~missing)


def _sorted_front(x: FloatArray, y: FloatArray) -> BoolArray:
    new_x = np.ones(x.shape, dtype=np.bool_)
    new_x[..., 1:] = x[..., 1:] != x[..., :-1]
    new_point = new_x.copy()
    new_point[..., 1:] |= y[..., 1:] != y[..., :-1]
    # The first point of each x has that x's best y. It is on the front when that beats all y to its left.
    best_left = np.minimum.accumulate(y, axis=-1)[..., :-1]
    verdict = new_x
    verdict[..., 1:] &= y[..., 1:] < best_left
    # An equal point shares the verdict of the first of its kind.
    places = np.broadcast_to(np.arange(x.shape[-1]), x.shape)
    first = np.maximum.accumulate(np.where(new_point, places, 0), axis=-1)
    return np.take_along_axis(verdict, first, -1)
