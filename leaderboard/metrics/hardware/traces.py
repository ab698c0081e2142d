"""A quantity sampled over time, evenly or not."""

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import FloatArray, as_finite, as_floats, require


def checked_trace(times_s: ArrayLike, values: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Sample times in s and values, both `(n,)`, n >= 2. Raises MetricInputError for other shapes, a value that is
    negative or not finite, or a clock that does not advance or spans more time than a float holds.
    """
    times, samples = as_floats(times_s), as_floats(values)
    require(times.ndim == 1 and times.shape == samples.shape, f"{times.shape} times do not fit {samples.shape} values")
    require(times.size >= 2, "a trace has two samples")
    require(bool(np.isfinite(times).all() and np.isfinite(samples).all()), "times and values are finite")
    require(bool((samples >= 0).all()), "a value is not negative")
    as_finite(float(times[-1]) - float(times[0]))
    require(bool((times[1:] > times[:-1]).all()), "the clock of a trace advances with every sample")
    return times, samples


@np.errstate(over="ignore", invalid="ignore")  # told by as_finite
def time_mean(times_s: ArrayLike, values: ArrayLike) -> float:
    """(1/T) * integral of the value over time, by the trapezoid rule; in the value's unit. Errors as
    `checked_trace`, and for an integral larger than a float holds.
    """
    times, samples = checked_trace(times_s, values)
    return as_finite(float(np.trapezoid(samples, times) / (times[-1] - times[0])))
