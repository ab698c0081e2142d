"""Gross and net: what a run used, and what is left of it when idling is taken off."""

from dataclasses import dataclass

import numpy as np

from leaderboard.metrics.vocabulary import require
from leaderboard.missing import MissingReason

IDLE_DRIFT_LIMIT = 0.10
"""Idle power that differs by more before and after a run is flagged (a Perwatt rule)."""


@dataclass(frozen=True, slots=True)
class IdleBaseline:
    """Idle power in W around a run, and how far it moved: (after - before) / before."""

    mean_power_w: float
    drift: float

    @property
    def drifted(self) -> bool:
        return abs(self.drift) > IDLE_DRIFT_LIMIT


@dataclass(frozen=True, slots=True)
class GrossAndNet:
    """Energy in J with and without idling. Gross is the headline; net may be missing, and then says why."""

    gross_j: float
    net_j: float | None
    missing: MissingReason | None = None


def net_energy_j(gross_j: float, idle_w: float, seconds: float) -> float | None:
    """Gross energy - idle power * duration, in J: a second column beside the gross headline, never the headline.

    `None` (`below_idle`) where nothing positive is left: the load did not rise above the idle baseline's noise.
    A Perwatt rule; no source subtracts idle power. Raises MetricInputError for gross energy or duration <= 0, negative
    idle power, or anything not finite.
    """
    require(bool(np.isfinite([gross_j, idle_w, seconds]).all()), "energy, power and duration are finite")
    require(gross_j > 0 and seconds > 0 and idle_w >= 0, "energy and duration are positive, idle power not negative")
    net = gross_j - idle_w * seconds
    return net if net > 0 else None


def gross_and_net(gross_j: float, idle_w: float | None, seconds: float) -> GrossAndNet:
    """Both columns of one run in J: gross as measured, and net with the reason where there is none.

    `idle_w` is `None` where idling was not measured (`not_measured`). Errors as `net_energy_j`.
    """
    if idle_w is None:
        net_energy_j(gross_j, 0.0, seconds)  # refuses what it would refuse with a baseline
        return GrossAndNet(gross_j, None, MissingReason.NOT_MEASURED)
    net = net_energy_j(gross_j, idle_w, seconds)
    return GrossAndNet(gross_j, net, MissingReason.BELOW_IDLE if net is None else None)


def idle_baseline(before_w: float, after_w: float) -> IdleBaseline:
    """Mean of the idle powers in W before and after a run, with their drift (a Perwatt rule: over 10 % is flagged).

    Raises MetricInputError unless both are positive and finite.
    """
    require(0 < before_w < np.inf and 0 < after_w < np.inf, "idle power is positive and finite")
    drift = after_w / before_w - 1
    require(drift < np.inf, "the two idle powers are of one order")
    return IdleBaseline(before_w / 2 + after_w / 2, drift)
