"""The guard against energies that were sampled too slowly to mean anything."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import BoolArray, as_floats, require

MIN_WINDOW_S = 10.0
"""A counter or a meter read once a second resolves a shorter window to 10 % at best (a Perwatt rule)."""

WHOLE_PERIOD_TOLERANCE_S = 0.002


@dataclass(frozen=True, slots=True)
class UnderSampling:
    """Two flags for each reported cell."""

    whole_periods: BoolArray
    """The implied window is a whole number of sampling periods: energy was a sum of samples, not an integral."""
    short: BoolArray
    """The implied window is too short."""


def under_sampling(
    energy_j: ArrayLike,
    mean_power_w: ArrayLike,
    *,
    period_s: float = 1.0,
    tolerance_s: float = WHOLE_PERIOD_TOLERANCE_S,
    min_window_s: float = MIN_WINDOW_S,
) -> UnderSampling:
    """Flag reported energies whose implied window, energy / power, gives slow sampling away (a Perwatt rule).

    `whole_periods`: the window is within `tolerance_s` of a multiple of `period_s`. By chance that happens to
    2 * tolerance / period of honest cells (0.4 %), so a few flags are no proof and many are. `short`: the window is
    under `min_window_s`. Arrays of one shape. Raises MetricInputError for shapes that differ, an energy or power that
    is not positive and finite, or limits that are not positive.
    """
    energy, power = as_floats(energy_j), as_floats(mean_power_w)
    require(energy.shape == power.shape, f"shapes differ: {energy.shape} and {power.shape}")
    for amount in (energy, power, np.asarray([period_s, tolerance_s, min_window_s], dtype=np.float64)):
        require(bool((np.isfinite(amount) & (amount > 0)).all()), "energies, powers and limits are positive and finite")
    with np.errstate(over="ignore"):
        windows = energy / power
        periods = np.rint(windows / period_s)
    require(bool(np.isfinite(periods).all()), "an implied window is finite")
    off = np.abs(windows - periods * period_s)
    return UnderSampling(whole_periods=np.asarray(off <= tolerance_s), short=np.asarray(windows < min_window_s))
