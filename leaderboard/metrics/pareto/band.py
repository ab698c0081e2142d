"""How sure a two-dimensional front is: what a share of the resamples attains."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import Direction, FloatArray, as_costs, as_floats, require

BAND_SHARES = (0.05, 0.95)


def front_band(
    x: ArrayLike, y: ArrayLike, directions: Sequence[Direction], at: ArrayLike, shares: Sequence[float] = BAND_SHARES
) -> FloatArray:
    """Quantiles of the attained y under each x budget: draws `(points, draws)` twice and `(budgets,)` -> `(budgets,
    shares)`.

    In each resample the best y among the points that meet a budget is attained, as by a step line; the band is that
    value's quantiles over the resamples, without interpolation. Where no point meets it in so many resamples, y is the
    worst there is: infinite, negative where higher is better. Column d of both tables is one resample; a point that a
    resample does not place counts nowhere in it. Fonseca, Guerreiro, Lopez-Ibanez and Paquete, On the computation of
    the empirical attainment function, EMO 2011. Raises MetricInputError for tables of two shapes, no points or draws,
    or a share outside 0..1.
    """
    require(len(directions) == 2, "a band has two directions")
    budgets = as_costs(at, directions[0])
    costs_x, costs_y = (as_costs(table, direction) for table, direction in zip((x, y), directions, strict=True))
    require(
        costs_x.ndim == 2 and costs_x.shape == costs_y.shape and costs_x.size > 0, "draws are two tables of one shape"
    )
    wanted = as_floats(shares)
    require(bool(np.all((wanted >= 0) & (wanted <= 1))), "a share lies in 0..1")
    lost = np.isnan(costs_x) | np.isnan(costs_y)
    costs_x, costs_y = np.where(lost, np.inf, costs_x), np.where(lost, np.inf, costs_y)
    attained = np.array([_attained(across, up, budgets) for across, up in zip(costs_x.T, costs_y.T, strict=True)])
    found = np.quantile(attained, wanted, axis=0, method="inverted_cdf").T
    return np.asarray(-found if directions[1] == "higher" else found)


def _attained(across: FloatArray, up: FloatArray, budgets: FloatArray) -> FloatArray:
    order = np.argsort(across)
    best = np.append(np.inf, np.minimum.accumulate(up[order]))
    return np.asarray(best[np.searchsorted(across[order], budgets, side="right")])
