"""Sampled power: energy by the trapezoid rule, means over time, windows cut out of a trace, and gaps in it.

A trace is two arrays `(n,)`, sample times in s and power in W. It is checked in blocks that stay in a processor's
cache: ten million samples are read once, and no temporary array is as long as the trace.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import FloatArray, as_floats, require

_BLOCK = 8192


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of a trace without a sample."""

    start_s: float
    end_s: float


def integrate_power_j(times_s: ArrayLike, power_w: ArrayLike) -> float:
    """Energy in J under power samples in W: the trapezoid rule over the actual sample times in s.

    `times_s` and `power_w` have one shape `(n,)`, n >= 2. Sampling may be uneven. Raises MetricInputError for fewer
    than two samples, a value that is not finite, negative power, a clock that does not advance, or an energy that no
    float holds.
    """
    return _integral_j(*as_trace(times_s, power_w))


def time_mean_power_w(times_s: ArrayLike, power_w: ArrayLike) -> float:
    """Mean power in W over time: energy / duration. The plain mean of uneven samples is not it.

    Errors as `integrate_power_j`.
    """
    times, power = as_trace(times_s, power_w)
    return _finite(_integral_j(times, power) / float(times[-1] - times[0]))


def window_energy_j(times_s: ArrayLike, power_w: ArrayLike, start_s: float, end_s: float) -> float:
    """Energy in J between two instants of a trace, power at either edge interpolated between its neighbours.

    So windows that touch add up to the window around them. Raises MetricInputError as `integrate_power_j` and unless
    the trace covers the window (nothing is extrapolated) and start < end.
    """
    times, power = as_trace(times_s, power_w)
    require(start_s < end_s, "a window ends after it starts")
    require(bool(times[0] <= start_s) and bool(end_s <= times[-1]), "the trace covers the window")
    _integral_j(times, power)  # every sample is checked, whatever the window
    inside = slice(np.searchsorted(times, start_s, side="right"), np.searchsorted(times, end_s, side="left"))
    cut_w = edge_power_w(times, power, np.array([start_s, end_s]))
    cut_times = np.concatenate([[start_s], times[inside], [end_s]])
    return _integral_j(cut_times, np.concatenate([cut_w[:1], power[inside], cut_w[1:]]))


def window_mean_power_w(times_s: ArrayLike, power_w: ArrayLike, start_s: float, end_s: float) -> float:
    """Mean power in W over a window, weighted by time. Errors as `window_energy_j`."""
    return _finite(window_energy_j(times_s, power_w, start_s, end_s) / (end_s - start_s))


def sampling_gaps(times_s: ArrayLike, longest_s: float) -> tuple[Gap, ...]:
    """Every pause between two samples that is longer than `longest_s`: under it the trapezoid rule only guesses.

    A Perwatt rule; a caller takes a few sampling periods. Raises MetricInputError for fewer than two samples, a clock
    that does not advance, or `longest_s` that is not positive and finite.
    """
    times = as_floats(times_s)
    require(times.ndim == 1 and times.size >= 2, "a gap needs two samples")
    require(0 < longest_s < np.inf, "a gap is longer than a positive, finite time")
    require(bool(np.isfinite(times).all()) and bool((times[1:] > times[:-1]).all()), "the clock of a trace advances")
    with np.errstate(over="ignore"):  # an infinite pause is longer than any
        long = np.flatnonzero(np.diff(times) > longest_s)
    return tuple(Gap(float(times[index]), float(times[index + 1])) for index in long)


def as_trace(times_s: ArrayLike, power_w: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Two float arrays of one shape with at least two samples; their values are not looked at."""
    times, power = as_floats(times_s), as_floats(power_w)
    require(times.ndim == 1 and times.shape == power.shape, f"{times.shape} times do not fit {power.shape} powers")
    require(times.size >= 2, "an integral needs two samples")
    return times, power


def edge_power_w(times: FloatArray, power: FloatArray, at_s: FloatArray) -> FloatArray:
    """Power in W on the line between the samples around each instant; rounding never makes it negative."""
    return np.maximum(np.interp(at_s, times, power), 0.0)


def _integral_j(times: FloatArray, power: FloatArray) -> float:
    require(bool(np.isfinite(times[0]) and np.isfinite(times[-1])), "times are finite")
    require(bool(0 <= power[0] < np.inf), "power is finite and not negative")
    steps, sums = np.empty(_BLOCK), np.empty(_BLOCK)
    energy_j = 0.0
    with np.errstate(over="ignore", invalid="ignore"):  # told below, by the sum that is not finite
        for start in range(0, times.size - 1, _BLOCK):
            energy_j += _block_j(times[start : start + _BLOCK + 1], power[start : start + _BLOCK + 1], steps, sums)
    return _finite(energy_j)


def _block_j(times: FloatArray, power: FloatArray, steps: FloatArray, sums: FloatArray) -> float:
    # A comparison with NaN is false, so min and max alone refuse what is not a number.
    size = times.size - 1
    step, both = steps[:size], sums[:size]
    np.subtract(times[1:], times[:-1], out=step)
    require(bool(step.min() > 0), "the clock of a trace advances with every sample")
    later = power[1:]
    require(bool(later.min() >= 0) and bool(later.max() < np.inf), "power is finite and not negative")
    np.add(power[:-1], later, out=both)
    return float(np.dot(step, both)) / 2


def _finite(amount: float) -> float:
    require(bool(np.isfinite(amount)), "the energy or power is larger than a float holds")
    return amount
