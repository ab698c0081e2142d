"""Whether repeats and idle windows are of one steady machine; what is not is a warning of the report."""

from collections.abc import Sequence

import numpy as np

from agents.guard import PRESSURE_LIMIT
from leaderboard.protocol import EnergyReading, Provenance, Repeat

MEAN_MEDIAN_LIMIT = PRESSURE_LIMIT
"""A window that passes the guard may have lost a tenth of its time to others. A mean that lies further above its median
has another cause: work that differs from item to item, or contention that the guard cannot see."""
CALL_NOISE_S = 5e-6
"""A timer's tick and the caches that it leaves cold add microseconds to a call now and then; the mean of a model that
answers in 5 us lies a fifth above its median on the quietest machine."""
DRIFT_LIMIT = 0.05
"""Medians of repeats held to 2 to 3 % even beside other work: a series that ends further from where it began drifts."""

_IDLE_DRIFT_LIMIT = 0.10


def series_warnings(repeats: Sequence[Repeat]) -> tuple[str, ...]:
    told = ["mean_median_disagree"] if mean_median_disagree(repeats) else []
    told += ["repeat_drift"] if abs(drift(repeats)) > DRIFT_LIMIT else []
    return tuple(told)


def mean_median_disagree(repeats: Sequence[Repeat]) -> bool:
    """Whether means lie further from medians than other work or the noise of single calls explains."""
    apart_s = float(np.median([abs(repeat.mean_s - repeat.median_s) for repeat in repeats]))
    return mean_median_gap(repeats) > MEAN_MEDIAN_LIMIT and apart_s > CALL_NOISE_S


def mean_median_gap(repeats: Sequence[Repeat]) -> float:
    """How far means lie from medians, as a share of the median: the middle one of the repeats."""
    return float(np.median([abs(repeat.mean_s / repeat.median_s - 1) for repeat in repeats]))


def drift(repeats: Sequence[Repeat]) -> float:
    """The medians of the last third of the repeats against those of the first third: positive is slower."""
    third = max(1, len(repeats) // 3)
    medians_s = [repeat.median_s for repeat in repeats]
    return float(np.median(medians_s[-third:]) / np.median(medians_s[:third]) - 1)


def idle_drifted(before: Sequence[EnergyReading], after: Sequence[EnergyReading]) -> bool:
    """Whether any source's idle power moved by more than a tenth while the model ran.

    An estimate of an idle process is a few ticks of CPU time, and says nothing of the machine.
    """
    pairs = [pair for pair in zip(before, after, strict=True) if pair[0].provenance is not Provenance.ESTIMATED]
    powers = [(a.joules / a.seconds, b.joules / b.seconds) for a, b in pairs if a.joules and b.joules]
    return any(abs(last - first) > _IDLE_DRIFT_LIMIT * first for first, last in powers)
