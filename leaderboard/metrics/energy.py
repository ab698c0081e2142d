"""Energy from sampled power, and what idling would have cost anyway."""

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import FloatArray, require


def integrate_power_j(times_s: ArrayLike, power_w: ArrayLike) -> float:
    """Energy in J under power samples in W: the trapezoid rule over the actual sample times in s.

    `times_s` and `power_w` have one shape `(n,)`, n >= 2. Sampling may be uneven. Raises MetricInputError for fewer
    than two samples, a value that is not finite, negative power or a clock that does not advance.
    """
    times, power = _trace(times_s, power_w)
    return float(np.trapezoid(power, times))


def time_mean_power_w(times_s: ArrayLike, power_w: ArrayLike) -> float:
    """Mean power in W over time: energy / duration. The plain mean of uneven samples is not it.

    Errors as `integrate_power_j`.
    """
    times, power = _trace(times_s, power_w)
    return float(np.trapezoid(power, times) / (times[-1] - times[0]))


def net_energy_j(gross_j: float, idle_w: float, seconds: float) -> float | None:
    """Gross energy - idle power * duration, in J: a second column beside the gross headline, never the headline.

    `None` (`below_idle`) where nothing positive is left: the load did not rise above the idle baseline's noise.
    Raises MetricInputError for gross energy or duration <= 0, negative idle power, or anything not finite.
    """
    require(bool(np.isfinite([gross_j, idle_w, seconds]).all()), "energy, power and duration are finite")
    require(gross_j > 0 and seconds > 0 and idle_w >= 0, "energy and duration are positive, idle power not negative")
    net = gross_j - idle_w * seconds
    return net if net > 0 else None


def _trace(times_s: ArrayLike, power_w: ArrayLike) -> tuple[FloatArray, FloatArray]:
    times = np.asarray(times_s, dtype=np.float64)
    power = np.asarray(power_w, dtype=np.float64)
    require(times.ndim == 1 and times.shape == power.shape, f"{times.shape} times do not fit {power.shape} powers")
    require(times.size >= 2, "an integral needs two samples")
    require(bool(np.isfinite(times).all() and np.isfinite(power).all()), "times and powers are finite")
    require(bool((power >= 0).all()), "power is not negative")
    require(bool((np.diff(times) > 0).all()), "the clock of a trace advances with every sample")
    return times, power
