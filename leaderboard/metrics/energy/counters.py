"""Hardware energy counters: what their readings say, and whether they agree with sampled power.

A counter only ever grows, until it wraps at its range or its driver starts again. Which of the two happened cannot be
seen from two readings: only a counter whose range is given may wrap, and any other step back is no measurement.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import FloatArray, as_floats, require
from leaderboard.missing import MissingReason

AGREEMENT_LIMIT = 0.10
"""A counter and an integral of one window that differ by more are flagged (a Perwatt rule)."""


@dataclass(frozen=True, slots=True)
class CountedEnergy:
    """Energy in J between two readings, or the reason why there is none."""

    energy_j: float | None
    missing: MissingReason | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far an integral lies from the counter: integral / counter - 1, and whether that is within the limit."""

    difference: float
    agrees: bool


def counter_energy_j(start_j: float, end_j: float, range_j: float | None = None) -> CountedEnergy:
    """End reading - start reading of a counter, in J; with `range_j`, the value at which it wraps, plus one range.

    `None` with `counter_went_backwards` where it fell and no range explains it, and with `no_power` where it did not
    move: zero joules are not a measurement. At most one wrap is seen; a caller reads more often than a range takes.
    Source: the monitor of arXiv 2511.07885 (backwards is null); the wrap is that of Linux's powercap.
    Raises MetricInputError for a negative or infinite reading, or one above the range.
    """
    used = float(counter_steps_j([start_j, end_j], range_j)[0])
    if np.isnan(used):
        return CountedEnergy(None, MissingReason.COUNTER_WENT_BACKWARDS)
    return CountedEnergy(used) if used > 0 else CountedEnergy(None, MissingReason.NO_POWER)


def counter_steps_j(readings_j: ArrayLike, range_j: float | None = None) -> FloatArray:
    """Energy in J between consecutive readings `(n,)` -> `(n - 1,)`; NaN where the counter went backwards.

    The reading after a step back is the new baseline, so later steps are unharmed. A step of 0 stays 0 here: the
    counter moves less often than it is read. Wraps and errors as `counter_energy_j`; fewer than two readings are one.
    """
    readings = as_floats(readings_j)
    require(readings.ndim == 1 and readings.size >= 2, "a counter needs two readings")
    require(bool((np.isfinite(readings) & (readings >= 0)).all()), "a reading is finite and not negative")
    steps = np.diff(readings)
    if range_j is None:
        steps[steps < 0] = np.nan
        return steps
    require(0 < range_j < np.inf, "a counter's range is positive and finite")
    require(bool((readings <= range_j).all()), "a reading is within the counter's range")
    return steps + np.where(steps < 0, range_j, 0.0)


def counter_agreement(counter_j: float, integral_j: float, limit: float = AGREEMENT_LIMIT) -> Agreement:
    """Compare the two energies in J of one window, relative to the counter. Disagreement flags; it swaps nothing.

    Raises MetricInputError unless both energies and the limit are positive and finite.
    """
    require(0 < counter_j < np.inf and 0 < integral_j < np.inf, "energies are positive and finite")
    require(0 < limit < np.inf, "a limit is positive and finite")
    ratio = integral_j / counter_j
    require(ratio < np.inf, "the two energies are of one order")
    return Agreement(ratio - 1, abs(ratio - 1) <= limit)
