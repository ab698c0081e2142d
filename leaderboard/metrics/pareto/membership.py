"""How surely a point is on the front: the share of resamples, and the word for it."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.pareto.fronts import front_mask
from leaderboard.metrics.pareto.sweep import sweep_front
from leaderboard.metrics.vocabulary import BoolArray, Direction, FloatArray, as_costs, as_floats, require

FrontState = Literal["on", "contested", "dominated", "unplaced"]

ON_FRONT = 0.5
"""Share of resamples from which a point counts as on the front: a Perwatt rule."""

CONTESTED = 0.05
"""Share of resamples above which a point that is not on the front is contested: a Perwatt rule."""


def front_membership(draws: Sequence[ArrayLike], directions: Sequence[Direction]) -> FloatArray:
    """Share of resamples in which each point is on the front: a `(points, draws)` table per objective -> `(points,)`.

    Column d of all tables belongs to one resample. An exact value is its own draw, repeated. A point is off the front
    in a resample that has no value for it, and NaN (unplaced) when no resample places it. Two objectives are one sweep
    over all resamples; otherwise the front is that of `front_mask`, resample by resample. Raises MetricInputError for
    no objective, tables of several shapes, or a number of directions that differs.
    """
    require(len(draws) == len(directions) >= 1, f"{len(draws)} tables of draws, {len(directions)} directions")
    tables = [as_costs(table, direction) for table, direction in zip(draws, directions, strict=True)]
    shapes = [table.shape for table in tables]
    require(tables[0].ndim == 2 and len(set(shapes)) == 1, f"draws of shapes {shapes} are tables of one shape")
    if tables[0].size == 0:
        return np.full(len(tables[0]), np.nan)
    placed = ~np.any([np.isnan(table) for table in tables], axis=0)
    if len(tables) == 2:
        on_front = sweep_front(tables[0].T, tables[1].T)
    else:
        lower: list[Direction] = ["lower"] * len(tables)
        on_front = np.array([front_mask(points, lower) for points in np.stack(tables, axis=2).swapaxes(0, 1)])
    share = np.asarray(on_front.mean(axis=0), dtype=np.float64)
    share[~placed.any(axis=1)] = np.nan
    return share


def front_states(mask: BoolArray, placed: BoolArray, probability: FloatArray | None = None) -> tuple[FrontState, ...]:
    """The word for each point: on (p >= .5), contested (.05 < p < .5), dominated, or unplaced: a Perwatt rule.

    Without a probability (`None`, or NaN for one point) the front of the values themselves decides, which knows only
    on and dominated. Raises MetricInputError when the three differ in length.
    """
    share = np.full(len(mask), np.nan) if probability is None else as_floats(probability)
    require(len(mask) == len(placed) == len(share), "mask, placed and probability describe the same points")
    decided = np.where(np.isnan(share), mask.astype(np.float64), share)
    return tuple(_state(float(p)) if here else "unplaced" for p, here in zip(decided, placed, strict=True))


def _state(probability: float) -> FrontState:
    if probability >= ON_FRONT:
        return "on"
    return "contested" if probability > CONTESTED else "dominated"
