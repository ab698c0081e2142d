"""Elastic families: one trained artefact with many operating points, drawn and compared as one curve.

Papers: MatFormer (arXiv 2310.07707), Once-for-All (1908.09791), Maestro, Adaptive Computation Modules. They motivate
the feature; the rules of comparison are Perwatt's own. A budget (joules, seconds, bytes) is spent, so lower is
better; quality is higher-is-better. Where budgets span decades, pass their logarithms: an area is then per decade.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import isfinite

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.pareto.sweep import sweep_front
from leaderboard.metrics.vocabulary import as_costs, require


@dataclass(frozen=True, slots=True)
class FamilyCurve:
    """The undominated operating points of a family, by rising budget and so by rising quality.

    `interpolates`: whether the family can be cut to any budget between two points, as a claim of its authors.
    """

    budgets: tuple[float, ...]
    qualities: tuple[float, ...]
    interpolates: bool = False

    def quality_at(self, budget: float) -> float | None:
        """Quality within the budget: of the best point that costs no more, or of the straight line between two points
        when the family interpolates. `None` below the cheapest point, and the last point's quality above the dearest:
        a point stays affordable, and neither end is extrapolated. Raises MetricInputError for a budget of NaN.
        """
        require(not np.isnan(budget), "a budget is a number")
        return None if budget < self.budgets[0] else _quality(self, budget)

    def area(self, low: float, high: float) -> float | None:
        """Integral of `quality_at` over budgets from low to high, in quality times budget; `None` when the curve does
        not reach from low to high by points of its own. Raises MetricInputError unless low <= high, both finite.
        """
        require(bool(np.isfinite([low, high]).all()) and low <= high, f"budgets run from {low} to {high}")
        return None if low < self.budgets[0] or high > self.budgets[-1] else _integral(self, low, high)


@dataclass(frozen=True, slots=True)
class FamilyComparison:
    """Two curves over the budgets that both of them reach. Differences are first minus second.

    `mean_difference` is the difference of the areas divided by the width: quality, averaged over budgets. Where the
    shared budgets are one, it is the difference there.
    """

    low: float
    high: float
    first_area: float
    second_area: float
    mean_difference: float


def family_curve(budgets: ArrayLike, qualities: ArrayLike, *, interpolates: bool = False) -> FamilyCurve:
    """Curve of a family from its operating points, `(n,)` twice. Dominated points do not change it, equal ones count
    once, a point without a budget or a quality (NaN, None, infinite) is left out. Reading a family as the curve of its
    undominated points is a Perwatt rule.

    Raises MetricInputError when the two differ in shape or no point is left.
    """
    costs, losses = as_costs(budgets, "lower"), as_costs(qualities, "higher")
    require(costs.ndim == 1 and costs.shape == losses.shape, "an operating point is a budget and a quality")
    drawn = np.isfinite(costs) & np.isfinite(losses)
    require(bool(drawn.any()), "a family has at least one operating point")
    costs, losses = costs[drawn], losses[drawn]
    on_front = sweep_front(costs, losses)
    points = np.unique(np.column_stack([costs[on_front], -losses[on_front]]), axis=0)
    return FamilyCurve(tuple(points[:, 0].tolist()), tuple(points[:, 1].tolist()), interpolates)


def compare_families(first: FamilyCurve, second: FamilyCurve) -> FamilyComparison | None:
    """Compare by area over the budgets between the dearer cheapest and the cheaper dearest point; `None` when the two
    share no budget. A family and its own best point at a budget tie there. A Perwatt rule.
    """
    low = max(first.budgets[0], second.budgets[0])
    high = min(first.budgets[-1], second.budgets[-1])
    if low > high:
        return None
    mine, theirs = _integral(first, low, high), _integral(second, low, high)
    width = high - low
    difference = mine / width - theirs / width if width else _quality(first, low) - _quality(second, low)
    require(isfinite(difference), "a difference beyond the range of a number")
    return FamilyComparison(low, high, mine, theirs, difference)


def _quality(curve: FamilyCurve, budget: float) -> float:
    """Of a budget that is not below the cheapest point."""
    if curve.interpolates:
        between = float(np.interp(budget, curve.budgets, curve.qualities))
        require(isfinite(between), "a quality beyond the range of a number")
        return between
    return curve.qualities[int(np.searchsorted(curve.budgets, budget, side="right")) - 1]


def _integral(curve: FamilyCurve, low: float, high: float) -> float:
    inner = [budget for budget in curve.budgets if low < budget < high]
    area = 0.0
    for left, right in pairwise([low, *inner, high]):
        start = _quality(curve, left)
        mean = start / 2 + _quality(curve, right) / 2 if curve.interpolates else start
        area += (right - left) * mean
    require(isfinite(area), "an area beyond the range of a number")
    return area
