"""Intelligence per watt and per joule: ratios of means (arXiv 2511.07885, section 2)."""

from typing import overload

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import FloatArray, require


@overload
def intelligence_per_watt(accuracy: float, mean_power_w: float) -> float | None: ...
@overload
def intelligence_per_watt(accuracy: FloatArray, mean_power_w: FloatArray) -> FloatArray: ...
def intelligence_per_watt(accuracy: float | FloatArray, mean_power_w: float | FloatArray) -> float | FloatArray | None:
    """IPW = mean(accuracy) / mean(power), in 1/W; higher is better.

    Takes two numbers, or two arrays of draws of one shape. `accuracy` is a fraction: 0 gives 0, a valid value that
    ranks last. Power that is <= 0 or not finite was not measured: `None` (`no_power`) for a number, NaN for a draw.
    Raises MetricInputError for an accuracy outside 0..1 or different shapes.
    """
    return _ratio_of_means(accuracy, mean_power_w)


@overload
def intelligence_per_joule(accuracy: float, energy_per_item_j: float) -> float | None: ...
@overload
def intelligence_per_joule(accuracy: FloatArray, energy_per_item_j: FloatArray) -> FloatArray: ...
def intelligence_per_joule(
    accuracy: float | FloatArray, energy_per_item_j: float | FloatArray
) -> float | FloatArray | None:
    """IPJ = mean(accuracy) / mean(energy per item), in 1/J; higher is better.

    Not IPW / latency: the mean of power * time carries their covariance too. Shapes, missing values (`no_power`)
    and errors as `intelligence_per_watt`.
    """
    return _ratio_of_means(accuracy, energy_per_item_j)


@overload
def energy_per_correct_j(accuracy: float, energy_per_item_j: float) -> float | None: ...
@overload
def energy_per_correct_j(accuracy: FloatArray, energy_per_item_j: FloatArray) -> FloatArray: ...
def energy_per_correct_j(
    accuracy: float | FloatArray, energy_per_item_j: float | FloatArray
) -> float | FloatArray | None:
    """Energy spent for one correct answer, in J: energy per item / accuracy = 1 / IPJ within one scope.

    Infinite at accuracy 0. Missing values and errors as `intelligence_per_joule`.
    """
    per_joule = _ratio_of_means(accuracy, energy_per_item_j)
    if per_joule is None:
        return None
    if isinstance(per_joule, np.ndarray):
        return np.divide(1.0, per_joule, out=np.full_like(per_joule, np.inf), where=per_joule != 0)
    return 1.0 / per_joule if per_joule else np.inf


def ipw_from_queries(correct: ArrayLike, power_w: ArrayLike) -> float | None:
    """IPW from one accuracy (0..1) and one mean power in W per query, both `(n,)`.

    The plain means over queries are divided, not averaged ratios, and queries are not weighted by their duration.
    `None` (`no_power`) when any query has no power, or the mean is not positive: nothing is imputed.
    Raises MetricInputError for no queries, different lengths or an accuracy outside 0..1.
    """
    return intelligence_per_watt(*_query_means(correct, power_w))


def ipj_from_queries(correct: ArrayLike, energy_j: ArrayLike) -> float | None:
    """IPJ from one accuracy (0..1) and one energy in J per query, both `(n,)`.

    A failed query counts as incorrect and its energy counts. Missing values (`no_power`) and errors as
    `ipw_from_queries`.
    """
    return intelligence_per_joule(*_query_means(correct, energy_j))


def _query_means(correct: ArrayLike, spent: ArrayLike) -> tuple[float, float]:
    outcomes = np.asarray(correct, dtype=np.float64)
    amounts = np.array(spent, dtype=np.float64)
    require(outcomes.ndim == 1 and outcomes.shape == amounts.shape, "one outcome and one amount per query")
    require(outcomes.size >= 1, "at least one query")
    require(bool(np.all((outcomes >= 0) & (outcomes <= 1))), "an outcome lies in 0..1")
    # A query's own amount <= 0 or infinite is as missing as NaN, even where the mean would hide it.
    measured = bool((np.isfinite(amounts) & (amounts > 0)).all())
    return float(outcomes.mean()), float(amounts.mean()) if measured else np.nan


def _ratio_of_means(accuracy: float | FloatArray, spent: float | FloatArray) -> float | FloatArray | None:
    top, bottom = np.asarray(accuracy, dtype=np.float64), np.asarray(spent, dtype=np.float64)
    require(top.shape == bottom.shape, f"shapes differ: {top.shape} and {bottom.shape}")
    # A missing draw (NaN) stays missing; only a number on the wrong side of the range is a fault.
    require(not bool(((top < 0) | (top > 1)).any()), "accuracy is a fraction in 0..1")
    measured = np.isfinite(bottom) & (bottom > 0)
    ratio = np.full(top.shape, np.nan)
    np.divide(top, bottom, out=ratio, where=measured)
    if ratio.ndim:
        return ratio
    require(not np.isnan(top), "accuracy is a number")
    return float(ratio) if measured else None
