"""The metrics that EfficientLLM names (arXiv 2505.13840), in a common reading.

Unverified, all of them: the paper's names and their being measured are known, its formulas could not be read. Store the
plain values (bytes, s, tokens/s, W) and show what is normalised beside them only.
"""

from math import inf

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.energy.traces import time_mean_power_w
from leaderboard.metrics.hardware.traces import checked_trace, time_mean
from leaderboard.metrics.vocabulary import as_finite, as_floats, require


def average_memory_bytes(times_s: ArrayLike, used_bytes: ArrayLike) -> float:
    """Average memory use over time in bytes, by the trapezoid rule. Unverified: a common reading.

    Raises MetricInputError for a trace that is none: fewer than two samples, values negative or not finite, a clock
    that does not advance; and for an integral larger than a float holds.
    """
    return time_mean(times_s, used_bytes)


def average_memory_utilization(times_s: ArrayLike, used_bytes: ArrayLike, total_bytes: float) -> float:
    """AMU = (1/T) * integral of memory used / memory there, a fraction in 0..1. Unverified: a common reading.

    Raises MetricInputError as `average_memory_bytes`, and for more memory used than there is.
    """
    return _mean_share(times_s, used_bytes, total_bytes)


def peak_compute_utilization(times_s: ArrayLike, achieved_flop_per_s: ArrayLike, peak_flop_per_s: float) -> float:
    """PCU = (1/T) * integral of achieved / peak rate, a fraction in 0..1. Unverified: a common reading.

    Its name notwithstanding it is a mean over time. Errors as `average_memory_utilization`.
    """
    return _mean_share(times_s, achieved_flop_per_s, peak_flop_per_s)


@np.errstate(over="ignore", invalid="ignore")  # told by as_finite
def average_latency_s(compute_s: ArrayLike, communication_s: ArrayLike) -> float:
    """AL = mean over steps or requests of compute + communication time, in s. Unverified: a common reading.

    Both are `(n,)`. Raises MetricInputError for none, lengths that differ, a time negative or not finite, or a
    mean larger than a float holds.
    """
    compute, communication = as_floats(compute_s), as_floats(communication_s)
    require(compute.ndim == 1 and compute.shape == communication.shape, "two times per step")
    require(compute.size >= 1, "at least one step")
    for times in (compute, communication):
        require(bool((np.isfinite(times) & (times >= 0)).all()), "a time is finite and not negative")
    return as_finite(float((compute + communication).mean()))


def throughput_per_parameter(count: float, seconds: float, parameters: float) -> float:
    """Throughput over the number of parameters: count / (seconds * parameters). Unverified: a common reading.

    TT counts tokens of pre-training, ST samples of fine-tuning, IT tokens of inference; in 1/(s * parameter). Raises
    MetricInputError for a negative count, a time or number of parameters that is not positive, or a rate larger than
    a float holds.
    """
    require(0 <= count < inf, "a count is finite and not negative")
    require(0 < seconds < inf and 0 < parameters < inf, "time and parameters are positive and finite")
    return as_finite(count / seconds / parameters)


def average_energy_consumption_w(times_s: ArrayLike, power_w: ArrayLike) -> float:
    """AEC = (1/T) * integral of power, in W: its name notwithstanding a mean power. Unverified: a common reading.

    It is `time_mean_power_w`, errors included.
    """
    return time_mean_power_w(times_s, power_w)


def model_compression_rate(
    original_bytes: float, compressed_bytes: float, original_score: float, compressed_score: float
) -> float | None:
    """MCR = (bytes before / after) * (score after / before), higher is better. Unverified: a common reading.

    Sizes are of all that is shipped, scales and tables included. `None` (`not_applicable`) for an original that scores
    0: nothing can be kept of it. Raises MetricInputError for a size that is not positive, a negative score, or a rate
    larger than a float holds.
    """
    require(0 < original_bytes < inf and 0 < compressed_bytes < inf, "a size is positive and finite")
    require(0 <= original_score < inf and 0 <= compressed_score < inf, "a score is finite and not negative")
    if original_score == 0:
        return None
    return as_finite(original_bytes / compressed_bytes * (compressed_score / original_score))


def _mean_share(times_s: ArrayLike, used: ArrayLike, limit: float) -> float:
    require(0 < limit < inf, "what there is, is positive and finite")
    times, values = checked_trace(times_s, used)
    require(bool((values <= limit).all()), "more is used than there is: the limit is wrong")
    # Rounding alone could leave a mean above the largest value.
    return min(time_mean(times, values / limit), 1.0)
