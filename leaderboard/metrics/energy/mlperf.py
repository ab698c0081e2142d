"""Energy by the rules of MLPerf Power (arXiv 2410.12032) and MLPerf Tiny (arXiv 2106.07597)."""

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import as_floats, require

TINY_WINDOWS = 5
TINY_MIN_WINDOW_S = 10.0


def mlperf_mean_power_w(times_s: ArrayLike, power_w: ArrayLike, begin_s: float, end_s: float) -> float | None:
    """MLPerf Power's average: the plain mean in W of the readings > 0 strictly inside (begin, end).

    Not a trapezoid, and readings <= 0 are left out, as the rules have it; one reading a second makes the two agree.
    `None` (`too_few_samples`) where no reading is left. Source: `power_measurement.adoc` and the submission checker of
    MLCommons. Raises MetricInputError for lists that differ, a value that is not finite, a clock that runs backwards
    or a window that does not end after it begins.
    """
    times, power = as_floats(times_s), as_floats(power_w)
    require(times.ndim == 1 and times.shape == power.shape, f"{times.shape} times do not fit {power.shape} powers")
    require(bool(np.isfinite(times).all() and np.isfinite(power).all()), "times and powers are finite")
    require(bool((times[1:] >= times[:-1]).all()), "the clock of a log does not run backwards")
    require(begin_s < end_s, "a window ends after it begins")
    counted = power[(times > begin_s) & (times < end_s) & (power > 0)]
    if not counted.size:
        return None
    with np.errstate(over="ignore"):
        mean = float(counted.mean())
    require(mean < np.inf, "the readings are larger than a float can add up")
    return mean


def mlperf_energy_per_query_mj(mean_power_w: float, duration_s: float, queries: int) -> float:
    """SingleStream and MultiStream: mean power * duration * 1000 / queries, in mJ per query, in that order.

    In mJ, and in that order, so that published digits come out to the last one. Source: MLPerf Power's checker.
    Raises MetricInputError unless power and duration are positive and finite and there is a query.
    """
    _positive(mean_power_w, duration_s)
    require(1 <= queries < np.inf, "at least one query")
    return _result(mean_power_w * duration_s * 1000 / queries)


def mlperf_stream_samples_per_j(samples_per_query: int, energy_per_query_mj: float) -> float:
    """SingleStream and MultiStream efficiency in samples/J: samples per query * 1000 / mJ per query.

    Raises MetricInputError for no samples, or an energy that is not positive and finite.
    """
    _positive(energy_per_query_mj)
    require(1 <= samples_per_query < np.inf, "at least one sample in a query")
    return _result(samples_per_query * 1000 / energy_per_query_mj)


def mlperf_offline_samples_per_j(samples_per_s: float, mean_power_w: float) -> float:
    """Offline and Server efficiency in samples/J: performance / mean power, both of the same run.

    Raises MetricInputError unless both are positive and finite.
    """
    _positive(samples_per_s, mean_power_w)
    return _result(samples_per_s / mean_power_w)


def mlperf_tiny_window_j(energy_j: float, seconds: float, iterations: int) -> float:
    """One window of MLPerf Tiny: its energy / inferences, in J per inference; a window lasts 10 s at least.

    Raises MetricInputError for a shorter window, no inference, or an energy that is not positive and finite.
    """
    _positive(energy_j, seconds)
    require(seconds >= TINY_MIN_WINDOW_S, "a window of MLPerf Tiny lasts at least 10 s")
    require(1 <= iterations < np.inf, "at least one inference")
    return energy_j / iterations


def mlperf_tiny_energy_j(windows_j: ArrayLike) -> float:
    """MLPerf Tiny's energy of an inference: the median of exactly five windows, each in J per inference.

    Raises MetricInputError for another number of windows, or an energy that is not positive and finite.
    """
    energies = as_floats(windows_j)
    require(energies.shape == (TINY_WINDOWS,), "MLPerf Tiny takes exactly five windows")
    _positive(*energies.tolist())
    return float(np.median(energies))


def _positive(*amounts: float) -> None:
    require(all(0 < amount < np.inf for amount in amounts), "power, energy, time and rate are positive and finite")


def _result(amount: float) -> float:
    require(amount < np.inf, "the result is larger than a float holds")
    return amount
