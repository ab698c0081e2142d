"""How far one set of points falls short of a reference front: epsilon indicators and IGD+.

Both sets are `(n, d)` tables in the units of the board. Reference points need a value everywhere; points that are
unplaced, or infinitely bad somewhere, reach no reference point and are left out. A distance beyond the range of a
number is infinite.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.pareto.fronts import oriented
from leaderboard.metrics.vocabulary import Direction, FloatArray, require


def epsilon_additive(points: ArrayLike, reference: ArrayLike, directions: Sequence[Direction]) -> float:
    """Smallest e for which every reference point is weakly dominated by a point after e is taken off all its costs.

    max over r, min over a, max over objectives of (a_i - r_i), in the common unit of the objectives: scale them
    first where they have several. 0 or less when the points cover the reference; inf when no point is placed.
    Source: Zitzler et al. 2003, computed by moocore. Raises MetricInputError for a reference that is empty or not
    finite, or columns and directions that differ in number.
    """
    import moocore

    costs, targets = _both(points, reference, directions)
    if not len(costs):
        return np.inf
    with np.errstate(over="ignore"):
        return float(moocore.epsilon_additive(costs, ref=targets))


def epsilon_multiplicative(points: ArrayLike, reference: ArrayLike, directions: Sequence[Direction]) -> float:
    """Smallest factor e for which every reference point is weakly dominated by a point after its costs shrink by e.

    max over r, min over a, max over objectives of a_i / r_i (r_i / a_i where higher is better): a plain number that
    needs no scaling. 1 or less when the points cover the reference; inf when no point is placed. Source and errors as
    `epsilon_additive`; also raises MetricInputError when a value is not positive.
    """
    import moocore

    costs, targets = _both(points, reference, directions)
    if not len(costs):
        return np.inf
    maximise = [direction == "higher" for direction in directions]
    signs = np.where(maximise, -1.0, 1.0)
    values, aims = costs * signs, targets * signs
    smallest = np.finfo(np.float64).tiny  # whose inverse is still a number
    require(bool((values >= smallest).all() and (aims >= smallest).all()), "a factor needs positive values")
    with np.errstate(over="ignore"):
        return float(moocore.epsilon_mult(values, ref=aims, maximise=maximise))


def igd_plus(points: ArrayLike, reference: ArrayLike, directions: Sequence[Direction]) -> float:
    """Mean over reference points of the Euclidean shortfall of the nearest point (IGD+), in the common unit.

    Only what is worse than the reference counts: sqrt(sum over objectives of max(a_i - r_i, 0)^2). 0 when the points
    cover the reference; inf when no point is placed. Source: Ishibuchi et al. 2015, computed by moocore. Errors as
    `epsilon_additive`.
    """
    import moocore

    costs, targets = _both(points, reference, directions)
    if not len(costs):
        return np.inf
    with np.errstate(over="ignore"):
        return float(moocore.igd_plus(costs, ref=targets))


def _both(points: ArrayLike, reference: ArrayLike, directions: Sequence[Direction]) -> tuple[FloatArray, FloatArray]:
    costs, targets = oriented(points, directions), oriented(reference, directions)
    require(len(targets) > 0, "a reference has at least one point")
    require(bool(np.isfinite(targets).all()), "a reference point has a finite value in every objective")
    return costs[np.isfinite(costs).all(axis=1)], targets
