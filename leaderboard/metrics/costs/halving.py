"""How fast a frontier falls: an exponential towards a floor, and the time in which it halves (arXiv 2504.13359)."""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, inf, log

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.statistics.intervals import Interval
from leaderboard.metrics.vocabulary import FloatArray, as_floats, require

MIN_POINTS = 5
"""Three parameters, and two points more that can contradict them (a Perwatt rule)."""

_GRID = 200
# Halving times that data over a span of 1 could show: a straight line is no halving, nor is one step.
_SHORTEST, _LONGEST = 0.01, 20.0


@dataclass(frozen=True, slots=True)
class HalvingTime:
    """V ~ start * exp(-ln 2 / halving * (t - first t)) + floor, in USD and months, with the halving time's interval.

    The interval's high end is infinite where the data do not exclude that nothing halves.
    """

    months: float
    interval: Interval
    start_usd: float
    floor_usd: float


def halving_time(months: ArrayLike, values_usd: ArrayLike, level: float = 0.95) -> HalvingTime | None:
    """Time in months in which what is left above the floor halves: fit V ~ a * exp(-b t) + c, T = ln 2 / b.

    Least squares with a > 0, b > 0, c >= 0; `months` and `values_usd` are `(n,)`, n >= 5, such as a task frontier after
    each release. The interval is that of the profiled sum of squares: every T whose best fit is not worse by more than
    an F test with 1 and n - 3 degrees of freedom allows. It takes the points as independent, which a running
    minimum is not (a Perwatt rule; the paper gives no interval). `None` where nothing falls, or no halving time
    between 1 % and 20 times the observed span fits better than the ends do. Raises MetricInputError for too few
    points or fewer than four instants, lengths that differ, a value that is negative or not finite, or a level outside
    (0, 1).
    """
    times, values = as_floats(months), as_floats(values_usd)
    require(times.ndim == 1 and times.shape == values.shape, f"{times.shape} months do not fit {values.shape} values")
    require(times.size >= MIN_POINTS, f"a halving time needs {MIN_POINTS} points")
    require(bool(np.isfinite(times).all() and np.isfinite(values).all()), "months and values are finite")
    require(bool((values >= 0).all()), "a frontier is not negative")
    require(np.unique(times).size >= 4, "a halving time needs points at four instants")
    require(0 < level < 1, "a level lies between 0 and 1")
    with np.errstate(over="ignore"):
        span, top = float(times.max() - times.min()), float(values.max())
    require(0 < span < inf and (span / times.size) > 0, "the months span a finite time")
    if top == 0:
        return None
    # In units of the span and of the largest value, so that no price or date is too large or small for a square.
    fit = _Profile((times - times.min()) / span, values / top)
    best = fit.best()
    if best is None:
        return None
    start, floor = fit.coefficients(best)
    return HalvingTime(exp(best) * span, _interval(fit, best, level, span), start * top, floor * top)


@dataclass(frozen=True, slots=True)
class _Profile:
    """The best straight-line part a and c, and its squared error, for each given halving time."""

    times: FloatArray
    values: FloatArray

    def coefficients(self, log_halving: float) -> tuple[float, float]:
        decay = np.exp2(-self.times / exp(log_halving))
        centred = decay - decay.mean()
        slope = float(centred @ (self.values - self.values.mean()) / (centred @ centred))
        floor = float(self.values.mean() - slope * decay.mean())
        if floor < 0:
            slope, floor = float(decay @ self.values / (decay @ decay)), 0.0
        return (slope, floor) if slope > 0 else (0.0, float(self.values.mean()))

    def squares(self, log_halving: float) -> float:
        start, floor = self.coefficients(log_halving)
        residual = self.values - start * np.exp2(-self.times / exp(log_halving)) - floor
        return float(residual @ residual)

    def best(self) -> float | None:
        """Natural logarithm of the best halving time, or `None` at the end of the grid or where nothing falls."""
        from scipy.optimize import minimize_scalar

        grid = np.linspace(log(_SHORTEST), log(_LONGEST), _GRID)
        squares = np.array([self.squares(point) for point in grid])
        place = int(squares.argmin())
        if place in {0, _GRID - 1}:
            return None
        bounds = (grid[place - 1], grid[place + 1])
        best = float(minimize_scalar(self.squares, bounds=bounds, method="bounded", options={"xatol": 1e-10}).x)
        return best if self.coefficients(best)[0] > 0 else None


def _interval(fit: _Profile, best: float, level: float, span: float) -> Interval:
    from scipy.stats import f

    freedom = fit.times.size - 3
    least = fit.squares(best)
    allowed = least * (1 + float(f.ppf(level, 1, freedom)) / freedom)

    def excess(log_halving: float) -> float:
        return fit.squares(log_halving) - allowed

    low, high = _crossing(excess, best, log(_SHORTEST)), _crossing(excess, best, log(_LONGEST))
    return Interval(0.0 if low is None else exp(low) * span, inf if high is None else exp(high) * span)


def _crossing(excess: Callable[[float], float], inside: float, outside: float) -> float | None:
    """Where the error first exceeds what is allowed on the way out; `None` when it never does."""
    from scipy.optimize import brentq

    here = inside
    for there in np.linspace(inside, outside, _GRID // 4)[1:].tolist():
        if excess(there) > 0:
            return float(brentq(excess, here, there))
        here = there
    return None
