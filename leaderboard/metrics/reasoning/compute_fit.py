"""Sigmoid of a score against log compute, to tell a recipe's ceiling from its efficiency (arXiv 2510.13786, ScaleRL).

R(C) = R0 + (A - R0) / (1 + (C_mid / C)^B): A is the asymptote; B (exponent) and C_mid (midpoint) are the efficiency.
The form was read in a secondary write-up of the paper. Compute is in any unit that is kept, FLOP here.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.reasoning.least_squares import CurveValue, Solution, interval_around, solve, student_quantile
from leaderboard.metrics.statistics.intervals import Interval
from leaderboard.metrics.vocabulary import FloatArray, as_floats, require

MINIMUM_POINTS = 5
"""Three parameters, and two points more for their scatter."""

_EXPONENT = (0.01, 50.0)
_REACH = 3.0
"""How many times the measured range of log compute the midpoint may lie outside it before it counts as unknown."""


@dataclass(frozen=True, slots=True)
class ComputeFit:
    """The fitted sigmoid with 95 % intervals of its asymptote, exponent and midpoint."""

    initial: float
    asymptote: float
    exponent: float
    midpoint_flop: float
    asymptote_interval: Interval
    exponent_interval: Interval
    midpoint_interval_flop: Interval
    largest_flop: float
    residual_variance: float
    covariance: tuple[tuple[float, ...], ...]
    quantile: float

    def at(self, compute_flop: float) -> CurveValue:
        """Score at this compute, with the 95 % interval of one new run: the curve's uncertainty and the scatter."""
        require(np.isfinite(compute_flop) and compute_flop > 0, "compute is positive and finite")
        parameters = np.array([self.asymptote, self.exponent, 0.0])
        place = np.array([np.log(compute_flop) - np.log(self.midpoint_flop)])
        value = float(_sigmoid(parameters, place, self.initial)[0])
        slope = _slopes(parameters, place, self.initial)[0]
        variance = float(slope @ np.array(self.covariance) @ slope) + self.residual_variance
        interval = interval_around(value, variance, self.quantile, 0.0, 1.0)
        return CurveValue(value, interval, compute_flop > self.largest_flop)


@dataclass(frozen=True, slots=True)
class BackTest:
    """How the fit to the smaller runs met the held-out larger ones."""

    held_out: int
    covered: int
    mean_absolute_error: float


def fit_compute_curve(compute_flop: ArrayLike, scores: ArrayLike, initial: float = 0.0) -> ComputeFit | None:
    """Least-squares sigmoid through `(n,)` scores in 0..1 at `(n,)` amounts of compute in FLOP.

    `initial` is the score before any of this compute, known and not fitted. `None` (no fit) for fewer than five
    distinct amounts, or where the points do not tell the three parameters apart: flat, falling, or all on one side of
    the bend. Raises MetricInputError for lengths that differ, compute that is not positive and finite, or a score or an
    initial score outside 0..1.
    """
    compute, values = _points(compute_flop, scores)
    require(0 <= initial < 1, "the initial score lies in 0..1, below 1")
    if len(np.unique(compute)) < MINIMUM_POINTS or np.ptp(values) == 0:
        return None
    logs = np.log(compute)
    centre, span = float(logs.mean()), float(np.ptp(logs))
    bounds = (
        np.array([initial, _EXPONENT[0], -_REACH * span]),
        np.array([1.0, _EXPONENT[1], _REACH * span]),
    )
    found = solve(
        lambda parameters: _sigmoid(parameters, logs - centre, initial) - values,
        lambda parameters: _slopes(parameters, logs - centre, initial),
        _start(logs - centre, values, initial),
        bounds,
    )
    return _fit(found, bounds, (initial, centre, float(compute.max())))


def backtest_compute_curve(
    compute_flop: ArrayLike, scores: ArrayLike, held_out: int, initial: float = 0.0
) -> BackTest | None:
    """Fit all but the `held_out` largest runs and count how many of those fall within their intervals.

    `None` where the rest gives no fit. Errors as `fit_compute_curve`, and for no held-out run.
    """
    compute, values = _points(compute_flop, scores)
    require(1 <= held_out < len(compute), "at least one run is held out, and at least one is left")
    order = np.argsort(compute, kind="stable")
    kept, late = order[:-held_out], order[-held_out:]
    fit = fit_compute_curve(compute[kept], values[kept], initial)
    if fit is None:
        return None
    forecasts = [fit.at(float(compute[index])) for index in late]
    errors = [abs(forecast.value - values[index]) for forecast, index in zip(forecasts, late, strict=True)]
    covered = sum(
        forecast.interval is not None and float(values[index]) in forecast.interval
        for forecast, index in zip(forecasts, late, strict=True)
    )
    return BackTest(held_out, covered, float(np.mean(errors)))


def _points(compute_flop: ArrayLike, scores: ArrayLike) -> tuple[FloatArray, FloatArray]:
    compute, values = as_floats(compute_flop), as_floats(scores)
    require(compute.ndim == 1 and compute.shape == values.shape, "one score per amount of compute")
    require(bool((np.isfinite(compute) & (compute > 0)).all()), "compute is positive and finite")
    require(bool(((values >= 0) & (values <= 1)).all()), "a score lies in 0..1")
    return compute, values


def _fit(
    found: Solution, bounds: tuple[FloatArray, FloatArray], known: tuple[float, float, float]
) -> ComputeFit | None:
    initial, centre, largest_flop = known
    matrix = found.covariance()
    # The asymptote may be 1; an exponent or a midpoint at its bound is not an answer but the lack of one.
    room = np.minimum(found.parameters - bounds[0], bounds[1] - found.parameters)[1:]
    if matrix is None or bool((room < 1e-3 * (bounds[1] - bounds[0])[1:]).any()) or found.parameters[0] <= initial:
        return None
    asymptote, exponent, midpoint = found.parameters.tolist()
    quantile = student_quantile(found.freedom)
    halves = (quantile * np.sqrt(np.diag(matrix))).tolist()
    edges = np.clip([centre + midpoint - halves[2], centre + midpoint, centre + midpoint + halves[2]], -700, 709)
    low, middle, high = np.exp(edges).tolist()
    return ComputeFit(
        initial=initial,
        asymptote=asymptote,
        exponent=exponent,
        midpoint_flop=middle,
        asymptote_interval=Interval(max(asymptote - halves[0], initial), min(asymptote + halves[0], 1.0)),
        exponent_interval=Interval(max(exponent - halves[1], 0.0), exponent + halves[1]),
        midpoint_interval_flop=Interval(low, high),
        largest_flop=largest_flop,
        residual_variance=found.residual_variance,
        covariance=tuple(tuple(row) for row in matrix.tolist()),
        quantile=quantile,
    )


def _start(places: FloatArray, values: FloatArray, initial: float) -> FloatArray:
    """The best of a grid over exponent and midpoint, with the asymptote that is best for each."""
    span = float(np.ptp(places))
    exponents, midpoints = np.geomspace(0.1, 20, 12), np.linspace(-span, span, 25)
    grid = np.array([(exponent, midpoint) for exponent in exponents for midpoint in midpoints])
    shapes = _share(grid[:, :1] * (places[None, :] - grid[:, 1:]))
    squares = np.maximum((shapes**2).sum(axis=1), 1e-300)
    heights = np.clip(shapes @ (values - initial) / squares, 0, 1 - initial)
    errors = ((heights[:, None] * shapes - (values - initial)) ** 2).sum(axis=1)
    best = int(np.argmin(errors))
    return np.array([initial + heights[best], *grid[best]])


def _share(z: FloatArray) -> FloatArray:
    """1 / (1 + exp(-z)) that cannot overflow."""
    return np.asarray(0.5 * (1 + np.tanh(z / 2)), dtype=np.float64)


def _sigmoid(parameters: FloatArray, places: FloatArray, initial: float) -> FloatArray:
    asymptote, exponent, midpoint = parameters
    return np.asarray(initial + (asymptote - initial) * _share(exponent * (places - midpoint)), dtype=np.float64)


def _slopes(parameters: FloatArray, places: FloatArray, initial: float) -> FloatArray:
    asymptote, exponent, midpoint = parameters
    share = _share(exponent * (places - midpoint))
    steep = (asymptote - initial) * share * (1 - share)
    return np.column_stack([share, steep * (places - midpoint), -steep * exponent])
