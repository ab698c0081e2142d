"""How surely a point is on the front: the share of resamples, and the word for it."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.pareto.sweep import sweep_front
from leaderboard.metrics.vocabulary import BoolArray, Direction, FloatArray, as_costs, as_floats, require

FrontState = Literal["on", "contested", "dominated", "unplaced"]

ON_FRONT = 0.5
"""Share of resamples from which a point counts as on the front."""

CONTESTED = 0.05
"""Share of resamples above which a point that is not on the front is contested."""


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
    share = np.full(len(mask), np.nan) if probability is None else as_floats(probability)
    require(len(mask) == len(placed) == len(share), "mask, placed and probability describe the same points")
    decided = np.where(np.isnan(share), mask.astype(np.float64), share)
    return tuple(_state(float(p)) if here else "unplaced" for p, here in zip(decided, placed, strict=True))


def _state(probability: float) -> FrontState:
    if probability >= ON_FRONT:
        return "on"
    return "contested" if probability > CONTESTED else "dominated"
