"""Total cost of owning the devices that answer (after arXiv 2507.19635, whose abstract says that it is minimised; the
formulas are Perwatt's own).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.costs.attempts import JOULES_PER_KWH, SECONDS_PER_HOUR
from leaderboard.metrics.vocabulary import as_floats, require


@dataclass(frozen=True, slots=True)
class OwnedDevice:
    """A device: its price in USD, the life in s that this is spread over, the share of it in use, its power in W.

    A device that is already paid for has the price 0: what is sunk decides nothing.
    """

    purchase_usd: float
    lifetime_s: float
    utilisation: float
    power_w: float


@dataclass(frozen=True, slots=True)
class OwnershipTerms:
    """What one task costs on a device, in USD: wear or rent, and energy."""

    capital_usd: float
    energy_usd: float

    @property
    def total_usd(self) -> float:
        return self.capital_usd + self.energy_usd


def owned_cost(device: OwnedDevice, seconds: float, usd_per_kwh: float, pue: float = 1.0) -> OwnershipTerms:
    """Cost of `seconds` of a device's work on one task, in USD.

    Capital = price / (lifetime * utilisation) * seconds: idle hours are paid by the busy ones. Energy = power * PUE *
    seconds / 3.6e6 * USD/kWh. For a million tokens, `seconds` is 1e6 / throughput. Raises MetricInputError for a
    negative price, power, time or tariff, a lifetime that is not positive, a utilisation outside (0, 1], a PUE under 1,
    or anything not finite.
    """
    for amount in (device.purchase_usd, device.power_w, seconds, usd_per_kwh):
        require(0 <= amount < inf, "prices, power and time are finite and not negative")
    require(0 < device.lifetime_s < inf and 0 < device.utilisation <= 1, "a life is positive, its use a share of it")
    require(1 <= pue < inf, "a PUE is finite and at least 1")
    busy_s = device.lifetime_s * device.utilisation
    require(busy_s > 0, "a device is in use for some time")
    return _terms(device.purchase_usd / busy_s * seconds, device.power_w * pue * seconds / JOULES_PER_KWH * usd_per_kwh)


def rented_cost(seconds: float, usd_per_hour: float) -> OwnershipTerms:
    """Cost of `seconds` of a rented device in USD: the price of the hour includes the energy.

    Raises MetricInputError for a negative time or price, or anything not finite.
    """
    require(0 <= seconds < inf and 0 <= usd_per_hour < inf, "time and price are finite and not negative")
    return _terms(seconds / SECONDS_PER_HOUR * usd_per_hour, 0.0)


def mix_cost(shares: ArrayLike, costs: Sequence[OwnershipTerms]) -> OwnershipTerms:
    """Mean cost of a task when each device takes its share of the tasks: sum of share * cost, term by term.

    A Perwatt rule. Never below the cheapest member: a mix pays where one device alone cannot take all
    (`cheapest_placement`), or where the old ones are paid for. Raises MetricInputError for shares that are negative or
    do not sum to 1, or lengths that differ.
    """
    weights = as_floats(shares)
    require(weights.shape == (len(costs),) and weights.size >= 1, "one share per device, and at least one device")
    require(bool((weights >= 0).all()), "a share is not negative")
    with np.errstate(over="ignore"):
        require(abs(float(weights.sum()) - 1) <= 1e-9, "the shares of a mix sum to 1")
    terms = np.asarray([(cost.capital_usd, cost.energy_usd) for cost in costs], dtype=np.float64)
    require(bool((np.isfinite(terms) & (terms >= 0)).all()), "a cost is finite and not negative")
    with np.errstate(over="ignore"):
        capital_usd, energy_usd = (weights @ terms).tolist()
    return _terms(capital_usd, energy_usd)


def _terms(capital_usd: float, energy_usd: float) -> OwnershipTerms:
    require(capital_usd + energy_usd < inf, "the cost is larger than a float holds")
    return OwnershipTerms(capital_usd, energy_usd)
