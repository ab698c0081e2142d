"""Pareto fronts and layers in any number of objectives.

a dominates b when a is no worse in every column and better in at least one. The front is what nobody dominates.
Equal points do not dominate each other, so all of them are kept unless one of each is asked for. A point with a
missing value takes part in nothing: libraries treat NaN as unbeaten, so it is removed before the filter and reported
as unplaced. Standard definitions; that equal points are all kept is a Perwatt rule.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leaderboard.metrics.pareto.sweep import sweep_front
from leaderboard.metrics.vocabulary import BoolArray, Direction, FloatArray, as_costs, as_floats, require

Equals = Literal["all", "first"]
"""What becomes of equal points on a front: all of them stay, or only the first."""

# From so many points on, a look at some of them pays: one that beats half of them or more removes those in one pass.
_MANY = 30_000
_SAMPLE = 4096
_PAYS = 0.5


def oriented(points: ArrayLike, directions: Sequence[Direction]) -> FloatArray:
    """`(n, d)` copy in which every column is to be minimised; missing is NaN, infinite is the worst value."""
    table = _table(points, len(directions))
    require(len(directions) >= 1, "a front has at least one objective")
    return np.column_stack([as_costs(table[:, i], direction) for i, direction in enumerate(directions)])


def placed_mask(points: ArrayLike) -> BoolArray:
    """True for each row of `(n, d)` that has a value in every column and so takes part in the front."""
    table = as_floats(points)
    if table.size == 0:
        return np.zeros(0, dtype=np.bool_)
    require(table.ndim == 2, "points are a table: one row per point, one column per objective")
    return np.asarray(~np.isnan(table).any(axis=1))


def front_mask(points: ArrayLike, directions: Sequence[Direction], equals: Equals = "all") -> BoolArray:
    """True for each of the `(n, d)` points that no other dominates; False for unplaced ones (`placed_mask`).

    Any number of objectives. Of equal points on the front all are on it, or with `equals="first"` the first alone.
    Two objectives are one sort, more are moocore's. Raises MetricInputError when the columns and directions differ in
    number.
    """
    require(equals in {"all", "first"}, f"equal points are kept 'all' or 'first', not {equals!r}")
    table = _table(points, len(directions))
    kept = _unbeaten(table, directions)
    costs = oriented(table[kept], directions)
    on_front = _front(costs)
    if equals == "first":
        on_front[on_front] = _first_of_its_kind(costs[on_front])
    mask = np.zeros(len(table), dtype=np.bool_)
    mask[kept] = on_front
    return mask


def front_layers(points: ArrayLike, directions: Sequence[Direction]) -> tuple[int | None, ...]:
    """Layer of each of the `(n, d)` points: 0 is the front, 1 the front of what is left without it, and so on.

    Non-dominated sorting, by moocore. Equal points share a layer; an unplaced one has none (`None`). Raises
    MetricInputError as `front_mask`.
    """
    import moocore

    costs = oriented(points, directions)
    placed = placed_mask(costs)
    layers: list[int | None] = [None] * len(costs)
    if placed.any():
        found = moocore.pareto_rank(finite_order(costs[placed])).tolist()
        for index, layer in zip(np.flatnonzero(placed), found, strict=True):
            layers[index] = layer
    return tuple(layers)


def finite_order(costs: FloatArray) -> FloatArray:
    """The same order without infinities, from which moocore 0.3 gives wrong fronts in four or more dimensions."""
    ranked = costs.copy()
    for column in np.flatnonzero(np.isinf(costs).any(axis=0)):
        ranked[:, column] = np.unique(costs[:, column], return_inverse=True)[1]
    return ranked


def _table(points: ArrayLike, columns: int) -> FloatArray:
    table = as_floats(points)
    if table.size == 0:
        return np.empty((0, columns))
    require(table.ndim == 2, "points are a table: one row per point, one column per objective")
    require(table.shape[1] == columns, f"{table.shape[1]} columns, {columns} directions")
    return table


def _front(costs: FloatArray) -> BoolArray:
    if costs.shape[1] == 2:
        return sweep_front(costs[:, 0], costs[:, 1])
    import moocore

    placed = placed_mask(costs)
    mask = np.zeros(len(costs), dtype=np.bool_)
    if placed.any():
        mask[placed] = moocore.is_nondominated(finite_order(costs[placed]), keep_weakly=True)
    return mask


def _unbeaten(table: FloatArray, directions: Sequence[Direction]) -> NDArray[np.intp] | slice:
    """Places of all points that may be on the front: looks are taken while they pay."""
    kept: NDArray[np.intp] | slice = slice(None)
    left = table
    while len(left) >= _MANY:
        found = _not_beaten_by_one(left, directions)
        if len(found) > len(left) * _PAYS:
            return kept
        kept = found if isinstance(kept, slice) else kept[found]
        left = table[kept]
    return kept


def _not_beaten_by_one(table: FloatArray, directions: Sequence[Direction]) -> NDArray[np.intp]:
    """Places of the points that a good one of a sample does not beat in every objective: all of the front, and more."""
    rows = np.arange(_SAMPLE) * (len(table) // _SAMPLE)
    sample = oriented(table[rows], directions)
    standing = np.argsort(np.argsort(sample, axis=0), axis=0).sum(axis=1)
    standing[~np.isfinite(sample).all(axis=1)] = len(directions) * _SAMPLE
    best = np.argmin(standing)
    if standing[best] == len(directions) * _SAMPLE or (sample <= sample[best]).any(axis=1).mean() > _PAYS:
        return np.arange(len(table))
    no_worse = np.zeros(len(table), dtype=np.bool_)
    for column, direction, bar in zip(table.T, directions, table[rows[best]], strict=True):
        # An infinite value is the worst, whatever its sign: the one that looks best stays until the filter itself.
        no_worse |= column <= bar if direction == "lower" else column >= bar
    return np.flatnonzero(no_worse)


def _first_of_its_kind(rows: FloatArray) -> BoolArray:
    first = np.zeros(len(rows), dtype=np.bool_)
    first[np.unique(rows, axis=0, return_index=True)[1]] = True
    return first
