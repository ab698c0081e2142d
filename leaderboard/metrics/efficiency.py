"""Intelligence and perplexity per watt and per joule: ratios of means (arXiv 2511.07885, section 2)."""

from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import FloatArray, as_floats, require


@overload
def intelligence_per_watt(accuracy: float, mean_power_w: float) -> float | None: ...
@overload
def intelligence_per_watt(accuracy: FloatArray, mean_power_w: FloatArray) -> FloatArray: ...
def intelligence_per_watt(accuracy: float | FloatArray, mean_power_w: float | FloatArray) -> float | FloatArray | None:
    """IPW = mean(accuracy) / mean(power), in 1/W; higher is better.

    Takes two numbers, or two arrays of draws of one shape. `accuracy` is a fraction: 0 gives 0, a valid value that
    ranks last. Power that is <= 0 or not finite was not measured (a Perwatt rule): `None` (`no_power`) for a number,
    NaN for a draw. The paper's mean power is the plain mean over queries (`ipw_from_queries`); Perwatt's boards give
    the mean over time, energy / duration, which is the same where queries last equally long. Raises
    MetricInputError for an accuracy outside 0..1 or different shapes.
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
    return intelligence_per_watt(*_query_means(_outcomes(correct), power_w))


def ipj_from_queries(correct: ArrayLike, energy_j: ArrayLike) -> float | None:
    """IPJ from one accuracy (0..1) and one energy in J per query, both `(n,)`.

    A failed query counts as incorrect and its energy counts. Missing values (`no_power`) and errors as
    `ipw_from_queries`.
    """
    return intelligence_per_joule(*_query_means(_outcomes(correct), energy_j))


@overload
def perplexity_per_watt(perplexity: float, mean_power_w: float) -> float | None: ...
@overload
def perplexity_per_watt(perplexity: FloatArray, mean_power_w: FloatArray) -> FloatArray: ...
def perplexity_per_watt(perplexity: float | FloatArray, mean_power_w: float | FloatArray) -> float | FloatArray | None:
    """PPW = 1 / (mean(perplexity) * mean(power)), in 1/W; higher is better, for it holds the inverse of perplexity.

    Shapes and missing values as `intelligence_per_watt`. An infinite perplexity gives 0: valid, ranks last. Raises
    MetricInputError for a perplexity under 1, or different shapes.
    """
    return _ratio_of_means(_inverse(perplexity), mean_power_w)


@overload
def perplexity_per_joule(perplexity: float, energy_per_item_j: float) -> float | None: ...
@overload
def perplexity_per_joule(perplexity: FloatArray, energy_per_item_j: FloatArray) -> FloatArray: ...
def perplexity_per_joule(
    perplexity: float | FloatArray, energy_per_item_j: float | FloatArray
) -> float | FloatArray | None:
    """PPJ = 1 / (mean(perplexity) * mean(energy per item)), in 1/J; higher is better.

    Shapes, missing values and errors as `perplexity_per_watt`.
    """
    return _ratio_of_means(_inverse(perplexity), energy_per_item_j)


def ppw_from_queries(perplexity: ArrayLike, power_w: ArrayLike) -> float | None:
    """PPW from one perplexity and one mean power in W per query, both `(n,)`: plain means over queries.

    Missing values as `ipw_from_queries`, errors as `perplexity_per_watt`; also for no queries or different lengths.
    """
    return perplexity_per_watt(*_query_means(_perplexities(perplexity), power_w))


def ppj_from_queries(perplexity: ArrayLike, energy_j: ArrayLike) -> float | None:
    """PPJ from one perplexity and one energy in J per query, both `(n,)`. Otherwise as `ppw_from_queries`."""
    return perplexity_per_joule(*_query_means(_perplexities(perplexity), energy_j))


@dataclass(frozen=True, slots=True)
class GainParts:
    """Factors of a gain: by the better model on the old hardware, then by the better hardware under that model."""

    model: float
    hardware: float

    @property
    def total(self) -> float:
        return self.model * self.hardware


def gain_parts(before: float, new_model: float, new_both: float) -> GainParts:
    """Split a gain of IPW or IPJ: new_model / before, and new_both / new_model; their product is the whole gain.

    `new_model` is the new model measured on the old hardware. Raises MetricInputError unless all are positive and
    finite.
    """
    require(all(0 < value < np.inf for value in (before, new_model, new_both)), "values are positive and finite")
    parts = GainParts(new_model / before, new_both / new_model)
    require(parts.model < np.inf and parts.hardware < np.inf and parts.total < np.inf, "a gain is finite")
    return parts


def _inverse(perplexity: float | FloatArray) -> FloatArray:
    return np.asarray(1 / _perplexities(perplexity), dtype=np.float64)


def _perplexities(perplexity: ArrayLike) -> FloatArray:
    values = as_floats(perplexity)
    require(not bool((values < 1).any()), "a perplexity is at least 1")
    return values


def _outcomes(correct: ArrayLike) -> FloatArray:
    outcomes = as_floats(correct)
    require(bool(np.all((outcomes >= 0) & (outcomes <= 1))), "an outcome lies in 0..1")
    return outcomes


def _query_means(quality: ArrayLike, spent: ArrayLike) -> tuple[float, float]:
    outcomes, amounts = as_floats(quality), as_floats(spent)
    require(outcomes.ndim == 1 and outcomes.shape == amounts.shape, "one outcome and one amount per query")
    require(outcomes.size >= 1, "at least one query")
    # A query's own amount <= 0 or infinite is as missing as NaN, even where the mean would hide it.
    measured = bool((np.isfinite(amounts) & (amounts > 0)).all())
    with np.errstate(over="ignore"):  # an infinite mean is as missing
        return float(outcomes.mean()), float(amounts.mean()) if measured else np.nan


def _ratio_of_means(accuracy: float | FloatArray, spent: float | FloatArray) -> float | FloatArray | None:
    top, bottom = as_floats(accuracy), as_floats(spent)
    require(top.shape == bottom.shape, f"shapes differ: {top.shape} and {bottom.shape}")
    # A missing draw (NaN) stays missing; only a number on the wrong side of the range is a fault.
    require(not bool(((top < 0) | (top > 1)).any()), "accuracy is a fraction in 0..1")
    measured = np.isfinite(bottom) & (bottom > 0)
    ratio = np.full(top.shape, np.nan)
    with np.errstate(over="ignore"):
        np.divide(top, bottom, out=ratio, where=measured)
    require(not bool(np.isinf(ratio).any()), "the ratio is larger than a float holds")
    if ratio.ndim:
        return ratio
    require(not np.isnan(top), "accuracy is a number")
    return float(ratio) if measured else None
