"""How power spreads over time, and what room a rating or a budget leaves (after POLCA, arXiv 2308.12908)."""

from dataclasses import dataclass
from math import floor, inf

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.hardware.traces import checked_trace
from leaderboard.metrics.vocabulary import FloatArray, as_finite, require


@dataclass(frozen=True, slots=True)
class PowerProfile:
    """Power over time in W without the gaps: mean, percentiles, peak; the seconds covered, and those in gaps.

    One profile is of one workload and phase: cut the trace at the marks first.
    """

    mean_w: float
    p50_w: float
    p95_w: float
    p99_w: float
    peak_w: float
    covered_s: float
    gap_s: float
    gaps: tuple[tuple[float, float], ...]

    @property
    def peak_to_mean(self) -> float | None:
        """Peak / mean power; `None` (`not_applicable`) where no power was drawn."""
        return as_finite(self.peak_w / self.mean_w) if self.mean_w > 0 else None


@np.errstate(over="ignore", invalid="ignore")  # told by as_finite
def power_profile(times_s: ArrayLike, power_w: ArrayLike, longest_gap_s: float) -> PowerProfile | None:
    """Time-weighted profile of a trace that may be sampled unevenly.

    Each sample weighs half of the time to its neighbours, so that the mean is that of the trapezoid rule. A step
    longer than `longest_gap_s` is a gap: listed as (start, end), weighing nothing, never interpolated. Percentiles
    are power levels that are not exceeded for that share of the covered time; the peak is that of all samples.
    `None` (`too_few_samples`) when gaps are all there is. Raises MetricInputError for fewer than two samples, power
    that is negative or not finite, a clock that does not advance, a longest gap that is not positive, or an
    energy larger than a float holds.
    """
    times, power = checked_trace(times_s, power_w)
    weights = _weights_s(times, longest_gap_s)
    covered = float(weights.sum())
    if covered == 0:
        return None
    steps = np.diff(times)
    wide = np.flatnonzero(steps > longest_gap_s)
    return PowerProfile(
        mean_w=as_finite(float(weights @ power) / covered),
        p50_w=_percentile(power, weights, 0.50),
        p95_w=_percentile(power, weights, 0.95),
        p99_w=_percentile(power, weights, 0.99),
        peak_w=float(power.max()),
        covered_s=covered,
        gap_s=float(steps[wide].sum()),
        gaps=tuple((float(times[place]), float(times[place + 1])) for place in wide),
    )


def power_percentile_w(times_s: ArrayLike, power_w: ArrayLike, percent: float, longest_gap_s: float) -> float | None:
    """Power in W that is not exceeded for `percent` of the covered time; 100 is the peak. Otherwise `power_profile`."""
    require(0 <= percent <= 100, "a percentile lies in 0..100")
    times, power = checked_trace(times_s, power_w)
    weights = _weights_s(times, longest_gap_s)
    if not weights.any():
        return None
    return float(power.max()) if percent == 100 else _percentile(power, weights, percent / 100)


def power_headroom(level_w: float, rated_w: float) -> float:
    """Share of the rated power that a level leaves: 1 - level / rated. Negative where the level is above the rating.

    With the peak as the level there is no risk of capping, with the 99th percentile it is 1 % of the time. Raises
    MetricInputError for a rating that is not positive, a negative level, or anything not finite.
    """
    require(0 <= level_w < inf and 0 < rated_w < inf, "a level and a positive rating, both finite")
    return as_finite(1 - level_w / rated_w)


def servers_within_budget(level_w: float, budget_w: float) -> int:
    """Servers that fit a power budget when all draw the level at once: floor(budget / level).

    Peaks are taken to coincide (a Perwatt rule): servers under one load do. Raises MetricInputError for a level that
    is not positive, a negative budget, or anything not finite.
    """
    require(0 < level_w < inf and 0 <= budget_w < inf, "a positive level and a budget, both finite")
    return floor(as_finite(budget_w / level_w))


def _weights_s(times: FloatArray, longest_gap_s: float) -> FloatArray:
    require(longest_gap_s > 0, "the longest gap is positive")
    steps = np.diff(times)
    halves = np.where(steps > longest_gap_s, 0.0, steps / 2)
    return np.asarray(np.pad(halves, (0, 1)) + np.pad(halves, (1, 0)), dtype=np.float64)


def _percentile(power: FloatArray, weights: FloatArray, share: float) -> float:
    order = np.argsort(power, kind="stable")
    order = order[weights[order] > 0]
    reached = np.cumsum(weights[order])
    place = int(np.searchsorted(reached, share * reached[-1], side="left"))
    return float(power[order[place]])
