"""Pareto fronts: who is on the front, how surely, and how a plot draws it.

a dominates b when a is no worse in every column and better in at least one. The front is what nobody dominates.
Equal points do not dominate each other, so all of them are kept. A point with a missing value takes part in
nothing: libraries treat NaN as unbeaten, so it is removed before the filter and reported as unplaced.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leaderboard.metrics.sweep import sweep_front
from leaderboard.metrics.vocabulary import BoolArray, Direction, FloatArray, as_costs, require

FrontState = Literal["on", "contested", "dominated", "unplaced"]

ON_FRONT = 0.5
"""Share of resamples from which a point counts as on the front."""

CONTESTED = 0.05
"""Share of resamples above which a point that is not on the front is contested."""


@dataclass(frozen=True, slots=True)
class Dominators:
    """How many points dominate one point, and the index of the nearest of them (`None` when none does)."""

    count: int
    nearest: int | None


def oriented(points: ArrayLike, directions: Sequence[Direction]) -> FloatArray:
    """`(n, d)` copy in which every column is to be minimised; missing is NaN, infinite is the worst value."""
    table = np.array(points, dtype=np.float64)
    if table.size == 0:
        return np.empty((0, len(directions)))
    require(table.ndim == 2, "points are a table: one row per point, one column per objective")
    require(table.shape[1] == len(directions), f"{table.shape[1]} columns, {len(directions)} directions")
    return np.column_stack([as_costs(table[:, i], direction) for i, direction in enumerate(directions)])


def placed_mask(points: ArrayLike) -> BoolArray:
    """True for each row of `(n, d)` that has a value in every column and so takes part in the front."""
    table = np.array(points, dtype=np.float64)
    if table.size == 0:
        return np.zeros(0, dtype=np.bool_)
    require(table.ndim == 2, "points are a table: one row per point, one column per objective")
    return np.asarray(~np.isnan(table).any(axis=1))


def front_mask(points: ArrayLike, directions: Sequence[Direction]) -> BoolArray:
    """True for each of the `(n, d)` points that no other dominates; False for unplaced ones (`placed_mask`).

    Any number of objectives; duplicates of a front point are all on the front. The filter is moocore's.
    Raises MetricInputError when the columns and directions differ in number.
    """
    import moocore

    costs = oriented(points, directions)
    placed = placed_mask(costs)
    mask = np.zeros(len(costs), dtype=np.bool_)
    if placed.any():
        mask[placed] = moocore.is_nondominated(_finite(costs[placed]), keep_weakly=True)
    return mask


def _finite(costs: FloatArray) -> FloatArray:
    """The same order without infinities, from which moocore 0.3 gives wrong fronts in four or more dimensions."""
    for column in np.flatnonzero(np.isinf(costs).any(axis=0)):
        costs[:, column] = np.unique(costs[:, column], return_inverse=True)[1]
    return costs


def front_membership(draws_x: ArrayLike, draws_y: ArrayLike, directions: tuple[Direction, Direction]) -> FloatArray:
    """Share of resamples in which each point is on the two-dimensional front: `(points, draws)` twice -> `(points,)`.

    Column d of both belongs to one resample. An exact value is its own draw, repeated. A point is off the front in a
    resample that has no value for it, and NaN (unplaced) when no resample places it.
    """
    x, y = as_costs(draws_x, directions[0]), as_costs(draws_y, directions[1])
    require(x.ndim == 2 and x.shape == y.shape, f"draws of x {x.shape} and of y {y.shape} are tables of one shape")
    if x.size == 0:
        return np.full(len(x), np.nan)
    placed = ~(np.isnan(x) | np.isnan(y))
    share = np.asarray(sweep_front(x.T, y.T).mean(axis=0), dtype=np.float64)
    share[~placed.any(axis=1)] = np.nan
    return share


def front_states(mask: BoolArray, placed: BoolArray, probability: FloatArray | None = None) -> tuple[FrontState, ...]:
    """The word for each point: on (p >= .5), contested (.05 < p < .5), dominated, or unplaced.

    Without a probability (`None`, or NaN for one point) the front of the values themselves decides, which knows only
    on and dominated.
    """
    share = np.full(len(mask), np.nan) if probability is None else np.asarray(probability, dtype=np.float64)
    require(len(mask) == len(placed) == len(share), "mask, placed and probability describe the same points")
    decided = np.where(np.isnan(share), mask.astype(np.float64), share)
    return tuple(_state(float(p)) if here else "unplaced" for p, here in zip(decided, placed, strict=True))


def _state(probability: float) -> FrontState:
    if probability >= ON_FRONT:
        return "on"
    return "contested" if probability > CONTESTED else "dominated"


def step_line(
    x: ArrayLike, y: ArrayLike, x_direction: Direction, y_direction: Direction
) -> tuple[tuple[float, float], ...]:
    """Vertices, from left to right, of the step line through the two-dimensional front of the points.

    Between two neighbours on the front the line keeps what is attainable: the value of the point that meets the
    x budget. So it runs horizontally first where lower x is better (`hv`), vertically first where higher x is
    better (`vh`). Dominated, missing and infinite points, and duplicates, leave no vertex.
    """
    costs_x, costs_y = as_costs(x, x_direction), as_costs(y, y_direction)
    require(costs_x.ndim == 1 and costs_x.shape == costs_y.shape, "x and y are two vectors of one length")
    drawn = np.isfinite(costs_x) & np.isfinite(costs_y)
    if not drawn.any():
        return ()
    on_front = sweep_front(costs_x[drawn], costs_y[drawn])
    original = np.column_stack([np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)])[drawn]
    front = np.unique(original[on_front], axis=0).tolist()
    line = [tuple(front[0])]
    for (left_x, left_y), (right_x, right_y) in pairwise(front):
        corner = (right_x, left_y) if x_direction == "lower" else (left_x, right_y)
        line += [corner, (right_x, right_y)]
    return tuple(line)


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
