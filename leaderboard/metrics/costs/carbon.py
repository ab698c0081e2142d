"""Carbon of running a model: operation, hardware manufacture and end of life (after "Exploring the sustainable scaling
of AI dilemma", which names the parts; the formulas and the return on environment are Perwatt's own).

In grams of CO2 equivalent, as grids are published: g/kWh.
"""

from dataclasses import dataclass
from math import inf

import numpy as np

from leaderboard.metrics.costs.attempts import JOULES_PER_KWH
from leaderboard.metrics.vocabulary import FloatArray, as_floats, require


@dataclass(frozen=True, slots=True)
class Hardware:
    """What one device emits outside of its use, in gCO2e, and the seconds of use that this is spread over."""

    manufacture_g: float
    end_of_life_g: float
    lifetime_s: float


@dataclass(frozen=True, slots=True)
class Carbon:
    """Impact of one task in gCO2e, part by part."""

    operational_g: float
    manufacture_g: float
    end_of_life_g: float

    @property
    def total_g(self) -> float:
        return self.operational_g + self.manufacture_g + self.end_of_life_g


@dataclass(frozen=True, slots=True)
class Growth:
    """Factors from one year to the next: use, energy of one unit of use, and carbon of one kWh. 1 is no change."""

    usage: float = 1.0
    energy_per_use: float = 1.0
    grid: float = 1.0


def operational_carbon_g(energy_j: float, grid_g_per_kwh: float, pue: float = 1.0) -> float:
    """Energy in J / 3.6e6 * PUE * grid intensity in g/kWh, in gCO2e; 0 where nothing ran. A Perwatt rule.

    `pue`, power usage effectiveness, is what the building takes for each joule of the machine: 1 or more, and 1 where
    the energy was metered at the wall of a room without cooling. Raises MetricInputError for negative energy or
    intensity, a PUE under 1, or anything not finite.
    """
    require(0 <= energy_j < inf and 0 <= grid_g_per_kwh < inf, "energy and intensity are finite and not negative")
    require(1 <= pue < inf, "a PUE is finite and at least 1")
    return _finite(energy_j / JOULES_PER_KWH * pue * grid_g_per_kwh)


def task_carbon(
    energy_j: float, used_s: float, hardware: Hardware, grid_g_per_kwh: float, pue: float = 1.0, share: float = 1.0
) -> Carbon:
    """Impact of a task: its operation, and the part of the hardware's life that it takes, used_s / lifetime * share.

    A Perwatt rule; the paper names the parts. `share` is the task's part of a device that others use at the same time:
    shares of 1 in all add up to the whole. Raises MetricInputError as `operational_carbon_g`; also for negative or
    infinite emissions or time of use, a lifetime that is not positive and finite, or a share outside 0..1.
    """
    for amount in (used_s, hardware.manufacture_g, hardware.end_of_life_g):
        require(0 <= amount < inf, "emissions and time of use are finite and not negative")
    require(0 < hardware.lifetime_s < inf, "a lifetime is positive and finite")
    require(0 <= share <= 1, "a share lies in 0..1")
    taken = _finite(used_s / hardware.lifetime_s * share)
    return Carbon(
        operational_g=operational_carbon_g(energy_j, grid_g_per_kwh, pue),
        manufacture_g=_finite(hardware.manufacture_g * taken),
        end_of_life_g=_finite(hardware.end_of_life_g * taken),
    )


def carbon_by_year(today: Carbon, growth: Growth, years: int) -> FloatArray:
    """Impact in gCO2e of each year from now (year 0) to `years`, `(years + 1,)`, if every factor holds each year.

    A Perwatt rule. Operation grows by usage * energy per use * grid, hardware by usage. Raises MetricInputError for
    negative years or a factor that is not positive and finite, or a total that no float holds.
    """
    require(years >= 0, "a number of years is not negative")
    factors = np.asarray([growth.usage, growth.energy_per_use, growth.grid], dtype=np.float64)
    require(bool((np.isfinite(factors) & (factors > 0)).all()), "a yearly factor is positive and finite")
    year = np.arange(years + 1)
    hardware_g = today.manufacture_g + today.end_of_life_g
    with np.errstate(over="ignore", invalid="ignore"):
        usage = growth.usage**year
        total = usage * (today.operational_g * growth.energy_per_use**year * growth.grid**year + hardware_g)
    require(bool(np.isfinite(total).all()), "the impact is larger than a float holds")
    return as_floats(total)


def return_on_environment(benefit: float, impact_g: float) -> float:
    """Benefit per unit of impact: benefit / gCO2e, in the benefit's own unit per gram; higher is better.

    The name is the paper's, the form of a ratio a Perwatt rule: its wording could not be read. Raises MetricInputError
    for a benefit that is not finite, or an impact that is not positive and finite.
    """
    require(-inf < benefit < inf, "a benefit is finite")
    require(0 < impact_g < inf, "an impact is positive and finite")
    return _finite(benefit / impact_g)


def _finite(amount: float) -> float:
    require(-inf < amount < inf, "the impact is larger than a float holds")
    return amount
