"""Non-linear least squares with the covariance of what it found. SciPy's solver; the intervals are ours."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite, sqrt

import numpy as np

from leaderboard.metrics.statistics.intervals import Interval
from leaderboard.metrics.vocabulary import FloatArray, as_floats

LARGEST_CONDITION = 1e10
"""Condition number of J'J from which the data are said not to identify the parameters."""


@dataclass(frozen=True, slots=True)
class CurveValue:
    """A fitted curve at one point. `extrapolated`: beyond what was measured. No interval: the data do not give one."""

    value: float
    interval: Interval | None
    extrapolated: bool


@dataclass(frozen=True, slots=True)
class Solution:
    """Parameters `(k,)`, inverse Jacobian `(k, n)` (`None`: not identified) and residuals `(n,)`."""

    parameters: FloatArray
    gain: FloatArray | None
    residuals: FloatArray

    @property
    def freedom(self) -> int:
        return len(self.residuals) - len(self.parameters)

    @property
    def residual_variance(self) -> float:
        return float(self.residuals @ self.residuals) / self.freedom if self.freedom else float("nan")

    def covariance(self, of_points: FloatArray | None = None) -> FloatArray | None:
        """Of the parameters: G S G', S the points' own covariance or else the residual variance on a diagonal."""
        if self.gain is None or (of_points is None and not self.freedom):
            return None
        spread = self.residual_variance * np.eye(len(self.residuals)) if of_points is None else of_points
        return as_floats(self.gain @ spread @ self.gain.T)


def solve(
    residuals: Callable[[FloatArray], FloatArray],
    jacobian: Callable[[FloatArray], FloatArray],
    start: FloatArray,
    bounds: tuple[FloatArray, FloatArray],
) -> Solution:
    """Least squares within bounds from a start, by SciPy's trust-region solver with the exact Jacobian."""
    from scipy.optimize import least_squares

    margin = 1e-6 * (bounds[1] - bounds[0])
    inside = np.clip(start, bounds[0] + margin, bounds[1] - margin)
    found = least_squares(residuals, inside, jac=jacobian, bounds=bounds, xtol=1e-12, ftol=1e-12, gtol=1e-12)
    at = jacobian(found.x)
    identified = float(np.linalg.cond(at.T @ at)) < LARGEST_CONDITION
    gain = np.asarray(np.linalg.solve(at.T @ at, at.T), dtype=np.float64) if identified else None
    return Solution(as_floats(found.x), gain, as_floats(found.fun))


def student_quantile(freedom: int) -> float:
    """Two-sided 95 % quantile of Student's t."""
    from scipy.stats import t

    return float(t.ppf(0.975, freedom))


def interval_around(value: float, variance: float, quantile: float, low: float, high: float) -> Interval | None:
    """Value -/+ quantile * sd, cut to the range the quantity can have; `None` where the variance is not known."""
    if not isfinite(variance):
        return None
    half = quantile * sqrt(max(variance, 0.0))
    return Interval(min(max(value - half, low), value), max(min(value + half, high), value))
