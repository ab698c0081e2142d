"""A measured rate against the hardware's limits, and predictions against measurements (after arXiv 2504.09345)."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from numpy.typing import ArrayLike

from leaderboard.metrics.prediction.backtest import mean_absolute_percentage_error
from leaderboard.metrics.vocabulary import require


@dataclass(frozen=True, slots=True)
class HardwareLimit:
    """The least of a machine's limits, in the unit of the rate, and the component that sets it."""

    component: str
    rate_per_s: float


def hardware_limit(limits_per_s: Mapping[str, float]) -> HardwareLimit:
    """Least of the rates that each component allows (CPU memory, link, GPU compute, ...), the first of equals.

    Raises MetricInputError for no components, or a rate that is not positive and finite.
    """
    require(len(limits_per_s) >= 1, "at least one component")
    require(all(0 < rate < inf for rate in limits_per_s.values()), "a limit is positive and finite")
    component = min(limits_per_s, key=limits_per_s.__getitem__)
    return HardwareLimit(component, limits_per_s[component])


def share_of_hardware_limit(measured_per_s: float, limits_per_s: Mapping[str, float]) -> float:
    """Measured rate / hardware limit, in 0..1. Raises MetricInputError as `hardware_limit`, for a rate that is negative
    or not finite, and for one above the limit: then a limit or the clock is wrong.
    """
    limit = hardware_limit(limits_per_s)
    require(0 <= measured_per_s < inf, "a rate is finite and not negative")
    require(measured_per_s <= limit.rate_per_s, f"{measured_per_s} per s is above the limit of {limit.component}")
    return measured_per_s / limit.rate_per_s


def predictor_accuracy(predicted: ArrayLike, measured: ArrayLike) -> float:
    """1 - mean of |predicted - measured| / measured, both `(n,)`. Negative for errors above 100 % of what was measured.

    Errors as `absolute_percentage_errors`.
    """
    return 1 - mean_absolute_percentage_error(predicted, measured)
