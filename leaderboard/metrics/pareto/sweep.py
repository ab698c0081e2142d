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
    if missing.any():
        # At (inf, inf) a removed point dominates nobody, and one equal to it keeps its own verdict.
        x, y = np.where(missing, np.inf, x), np.where(missing, np.inf, y)
    n = x.shape[-1]
    order = np.argsort(x, axis=-1).reshape(-1, n)
    order += np.arange(0, x.size, n)[:, None]
    by_x = y.ravel()[order]
    # Whoever has a better y on the left, or at an equal x, is dominated. The order of equal x does not matter yet.
    stair = np.flatnonzero(by_x <= np.minimum.accumulate(by_x, axis=1))
    points = order.ravel()[stair]
    new_row = np.diff(stair // n, prepend=-1) > 0
    mask = np.zeros(x.size, dtype=np.bool_)
    mask[points] = _stair(x.ravel()[points], by_x.ravel()[stair], new_row)
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
