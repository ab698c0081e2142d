"""Who dominates a point, for the page that explains why it is not on the front."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leaderboard.metrics.pareto.fronts import oriented
from leaderboard.metrics.vocabulary import Direction, FloatArray, require


@dataclass(frozen=True, slots=True)
class Dominators:
    """How many points dominate one point, and the index of the nearest of them (`None` when none does)."""

    count: int
    nearest: int | None


def dominators(points: ArrayLike, directions: Sequence[Direction], index: int) -> Dominators:
    """Who dominates point `index`: the count, and the nearest.

    Nearest is Euclidean after each column is scaled to the range of its finite values, and the first of equally near
    ones. Pass logarithms where the plot's axis is logarithmic: domination does not change, nearness does.
    """
    costs = oriented(points, directions)
    require(0 <= index < len(costs), f"there is no point {index}")
    point = costs[index]
    if np.isnan(point).any():
        return Dominators(0, None)
    # NaN compares false, so an unplaced point dominates nothing.
    beating = np.flatnonzero((costs <= point).all(axis=1) & (costs < point).any(axis=1))
    if beating.size == 0:
        return Dominators(0, None)
    distance = _scaled_distance(costs, beating, point)
    return Dominators(int(beating.size), int(beating[np.argmin(distance)]))


def _scaled_distance(costs: FloatArray, rows: NDArray[np.intp], point: FloatArray) -> FloatArray:
    costs, point = costs / 2, point / 2  # so that no difference of finite values overflows
    finite = np.where(np.isfinite(costs), costs, np.nan)
    columns = ~np.isnan(finite).all(axis=0)
    span = np.ones(costs.shape[1])
    span[columns] = np.nanmax(finite[:, columns], axis=0) - np.nanmin(finite[:, columns], axis=0)
    span[span == 0] = 1.0
    # Equal values are 0 apart, two infinities too; a finite value is infinitely far from an infinite one.
    apart = np.where(costs[rows] == point, 0.0, np.inf)
    both = np.isfinite(costs[rows]) & np.isfinite(point)
    apart[both] = (np.abs(np.where(both, costs[rows], 0.0) - np.where(np.isfinite(point), point, 0.0)) / span)[both]
    return np.asarray(np.sqrt((apart**2).sum(axis=1)), dtype=np.float64)
