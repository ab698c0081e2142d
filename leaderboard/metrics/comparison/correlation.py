"""Spearman's rank correlation, with ties, in NumPy alone."""

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import FloatArray, as_floats, require


def spearman(first: ArrayLike, second: ArrayLike) -> float | None:
    """Correlation in -1..1 of the ranks of two `(n,)` vectors; equal values share their mean rank.

    `None` for fewer than two pairs or where one side is all ties: then there is no order to agree with. Raises
    MetricInputError for lengths that differ or NaN.
    """
    ranks = mean_ranks(first), mean_ranks(second)
    require(ranks[0].shape == ranks[1].shape, "two vectors of one length")
    left, right = (row - row.mean() for row in ranks) if ranks[0].size else ranks
    scale = float(np.sqrt((left @ left) * (right @ right)))
    return min(1.0, max(-1.0, float(left @ right) / scale)) if scale else None


def mean_ranks(values: ArrayLike) -> FloatArray:
    """Rank 1 for the smallest; equal values share the mean of their ranks. Raises MetricInputError for NaN."""
    row = as_floats(values)
    require(row.ndim == 1 and not bool(np.isnan(row).any()), "one number per entry, and no NaN")
    ordered = np.sort(row)
    below, up_to = np.searchsorted(ordered, row, side="left"), np.searchsorted(ordered, row, side="right")
    return np.asarray((below + up_to + 1) / 2, dtype=np.float64)
