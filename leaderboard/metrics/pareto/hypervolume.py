"""Hypervolume of a front and what each point alone adds to it, two or three objectives (and more)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.pareto.fronts import oriented, placed_mask
from leaderboard.metrics.vocabulary import Direction, FloatArray, as_costs, as_floats, require


def hypervolume(points: ArrayLike, reference: ArrayLike, directions: Sequence[Direction]) -> float:
    """Volume that the `(n, d)` points dominate, bounded by the `(d,)` reference point, in the product of the units.

    A point that is not better than the reference in every objective adds nothing, nor does an unplaced one. Objectives
    that span decades belong on a logarithmic scale first. Computed by moocore. Raises MetricInputError for fewer than
    two objectives, a reference that is not finite, or a volume beyond the range of a number.
    """
    import moocore

    costs, bound = _costs_and_bound(points, reference, directions)
    inside = (costs < bound).all(axis=1)
    volume = float(moocore.hypervolume(costs[inside], ref=bound)) if inside.any() else 0.0
    require(np.isfinite(volume).item(), "a volume beyond the range of a number: scale the objectives")
    return volume


def hypervolume_contributions(points: ArrayLike, reference: ArrayLike, directions: Sequence[Direction]) -> FloatArray:
    """Volume `(n,)` that is lost to the front when each of its points is taken away, in the product of the units.

    0 for dominated points, for equal points (the other one keeps the volume) and for points not better than the
    reference everywhere; NaN for unplaced ones. What a dominated point would win back when its dominator goes is not
    subtracted. Errors as `hypervolume`.
    """
    import moocore

    costs, bound = _costs_and_bound(points, reference, directions)
    contributions = np.where(placed_mask(costs), 0.0, np.nan)
    inside = (costs < bound).all(axis=1)
    if inside.any():
        contributions[inside] = moocore.hv_contributions(costs[inside], ref=bound)
        finite = np.isfinite(contributions[inside]).all().item()
        require(finite, "a volume beyond the range of a number: scale the objectives")
    return as_floats(contributions)


def _costs_and_bound(
    points: ArrayLike, reference: ArrayLike, directions: Sequence[Direction]
) -> tuple[FloatArray, FloatArray]:
    require(len(directions) >= 2, "a hypervolume has two or more objectives")
    bound = as_floats(reference)
    require(bound.shape == (len(directions),), "the reference has one value per objective")
    require(bool(np.isfinite(bound).all()), "the reference is finite")
    costs = oriented(points, directions)
    oriented_bound = [float(as_costs(value, direction)) for value, direction in zip(bound, directions, strict=True)]
    return costs, np.array(oriented_bound)
