"""Fit of the test-time scaling curve to accuracies at several numbers of samples (arXiv 2505.20522; form ours)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.reasoning.least_squares import CurveValue, interval_around, solve, student_quantile
from leaderboard.metrics.reasoning.scaling import saturation_samples
from leaderboard.metrics.statistics.intervals import Z_95, Interval
from leaderboard.metrics.vocabulary import FloatArray, as_floats, require

MINIMUM_BUDGETS = 3
"""Two parameters, and one point more to see whether the curve holds."""


@dataclass(frozen=True, slots=True)
class Saturation:
    """Samples after which one more is not worth it. `extrapolated`: beyond the largest number that was measured."""

    samples: int
    extrapolated: bool


@dataclass(frozen=True, slots=True)
class ScalingFit:
    """F(N) = f_max * (1 - (1-p)^N) as fitted, with 95 % intervals; `None` for one that the data do not give."""

    f_max: float
    p: float
    f_max_interval: Interval | None
    p_interval: Interval | None
    largest_samples: int
    covariance: tuple[tuple[float, ...], ...] | None
    quantile: float

    def at(self, samples: int) -> CurveValue:
        """Accuracy of the curve at N samples, with the interval of the curve (not of one new measurement)."""
        require(samples >= 0, "a number of samples is not negative")
        parameters = np.array([self.f_max, self.p])
        value = float(_curve(parameters, np.array([samples], dtype=np.float64))[0])
        interval = None
        if self.covariance is not None and samples:
            slope = _slopes(parameters, np.array([samples], dtype=np.float64))[0]
            variance = float(slope @ np.array(self.covariance) @ slope)
            interval = interval_around(value, variance, self.quantile, 0.0, 1.0)
        return CurveValue(value, interval, samples > self.largest_samples)

    def saturation(self, least_gain: float) -> Saturation | None:
        """`saturation_samples` of the fitted curve; `None` means that no sample helps.

        A flat curve gives 1 where its level is above the least gain, and 0 where not even that is worth a sample.
        """
        samples = saturation_samples(self.p, least_gain, self.f_max)
        return None if samples is None else Saturation(samples, samples > self.largest_samples)


def item_covariance(outcomes: ArrayLike) -> FloatArray:
    """Covariance `(n, n)` of the n mean accuracies of `(n, items)` outcomes of the same items.

    Budgets that share their items rise and fall together: an interval that takes them as independent is too narrow.
    Raises MetricInputError for fewer than two items or an outcome outside 0..1.
    """
    table = as_floats(outcomes)
    require(table.ndim == 2 and table.shape[0] >= 1 and table.shape[1] >= 2, "a row per budget, of two or more items")
    require(bool(((table >= 0) & (table <= 1)).all()), "an outcome lies in 0..1")
    return np.asarray(np.atleast_2d(np.cov(table)) / table.shape[1], dtype=np.float64)


def fit_scaling(samples: ArrayLike, accuracies: ArrayLike, covariance: ArrayLike | None = None) -> ScalingFit | None:
    """Least-squares fit of F_max and p to `(n,)` accuracies at `(n,)` distinct numbers of samples.

    The intervals come from `covariance` `(n, n)` of the accuracies (`item_covariance`) where it is given, and from the
    scatter about the curve otherwise. A flat curve has p = 1 (p = 0 where it is flat at 0) and no intervals. `None` for
    fewer than three budgets: no fit. One p stands for all problems: where theirs differ much, the true curve bends
    more slowly. Raises MetricInputError for lengths that differ, equal budgets, a budget below 1, an accuracy outside
    0..1 or a covariance of another shape.
    """
    counts, values = as_floats(samples), as_floats(accuracies)
    require(counts.ndim == 1 and counts.shape == values.shape, "one accuracy per number of samples")
    require(bool((np.isfinite(counts) & (counts >= 1) & (counts <= 1e9)).all()), "a number of samples lies in 1..1e9")
    require(len(np.unique(counts)) == len(counts), "the numbers of samples differ")
    require(bool(((values >= 0) & (values <= 1)).all()), "an accuracy lies in 0..1")
    spread = _covariance(covariance, len(counts))
    if len(counts) < MINIMUM_BUDGETS:
        return None
    if np.ptp(values) == 0:
        level = float(values[0])
        return ScalingFit(level, float(level > 0), None, None, int(counts.max()), None, Z_95)
    found = solve(
        lambda parameters: _curve(parameters, counts) - values,
        lambda parameters: _slopes(parameters, counts),
        _start(counts, values),
        (np.zeros(2), np.ones(2)),
    )
    f_max, p = found.parameters.tolist()
    matrix = found.covariance(spread)
    quantile = Z_95 if spread is not None else student_quantile(found.freedom)
    variances = (np.nan, np.nan) if matrix is None else tuple(np.diag(matrix).tolist())
    intervals = [
        interval_around(value, variance, quantile, 0.0, 1.0)
        for value, variance in zip((f_max, p), variances, strict=True)
    ]
    rows = None if matrix is None else tuple(tuple(row) for row in matrix.tolist())
    return ScalingFit(f_max, p, intervals[0], intervals[1], int(counts.max()), rows, quantile)


def _covariance(covariance: ArrayLike | None, points: int) -> FloatArray | None:
    if covariance is None:
        return None
    matrix = as_floats(covariance)
    require(matrix.shape == (points, points), "a covariance has a row and a column per accuracy")
    require(bool(np.isfinite(matrix).all() and (np.diag(matrix) >= 0).all()), "a covariance is finite")
    return matrix


def _start(counts: FloatArray, values: FloatArray) -> FloatArray:
    """The best of a grid over p, with the F_max that is best for each p."""
    chances = np.append(np.geomspace(1e-6, 0.9, 60), 0.999)
    shapes = 1 - (1 - chances[:, None]) ** counts[None, :]
    heights = np.clip((shapes @ values) / (shapes**2).sum(axis=1), 0, 1)
    errors = ((heights[:, None] * shapes - values) ** 2).sum(axis=1)
    best = int(np.argmin(errors))
    return np.array([heights[best], chances[best]])


def _curve(parameters: FloatArray, counts: FloatArray) -> FloatArray:
    return np.asarray(parameters[0] * (1 - (1 - parameters[1]) ** counts), dtype=np.float64)


def _slopes(parameters: FloatArray, counts: FloatArray) -> FloatArray:
    f_max, missed = parameters[0], 1 - parameters[1]
    return np.column_stack([1 - missed**counts, f_max * counts * missed ** (counts - 1)])
