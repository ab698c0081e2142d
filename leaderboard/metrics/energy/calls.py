"""The energy of single calls, from the steps of a trace: as much as a meter that is read so often can say of each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.energy.power_over_time import Steps
from leaderboard.metrics.energy.windows import MIN_SAMPLES, query_marks
from leaderboard.metrics.vocabulary import BoolArray, FloatArray, require

LONGEST_STEP = 3.0
"""A call that meets a pause between samples of more periods than this has no energy (a Perwatt rule)."""


@dataclass(frozen=True, slots=True)
class CallEnergies:
    """`(calls,)` each, in J; NaN where the energy of a call cannot be told."""

    energy_j: FloatArray
    edge_j: FloatArray
    """How far an energy may be off: what was used within one sample period, at its start and at its end together."""


def call_energies(parts: Sequence[Steps], starts_s: ArrayLike, ends_s: ArrayLike, period_s: float) -> CallEnergies:
    """Energy between the own start and end of each call, summed over the parts of one source.

    `parts` are traces of the source in one window, each in the order of time; `starts_s` and `ends_s` are `(calls,)`
    on their clock, in order. What lies between two calls is charged to neither, so calls never sum to more than their
    window. NaN where a call is shorter than MIN_SAMPLES of `period_s`, is not covered by every part, meets a pause
    of more than LONGEST_STEP periods, or used nothing that a float holds. Nothing is imputed. Power within a step is
    its mean. Raises MetricInputError for no parts, a period that is not positive and finite, marks that are not
    finite, calls that end before they start, or that overlap. Source: as `query_energies`.
    """
    starts, ends = query_marks(starts_s, ends_s)
    require(bool(parts), "a source has a trace")
    require(0 < period_s < np.inf, "a period is positive and finite")
    told: BoolArray = ends - starts >= MIN_SAMPLES * period_s
    energy_j, edge_j = np.zeros(starts.shape), np.zeros(starts.shape)
    for part in parts:
        told &= _is_covered(part, starts, ends, LONGEST_STEP * period_s)
        if not len(part.start_s):
            continue
        with np.errstate(over="ignore", invalid="ignore"):  # told by what is not finite
            energy_j += _used_j(part, starts, ends)
            for at in (starts, ends):
                edge_j += _used_j(part, at - period_s, at + period_s) / 2
    told &= np.isfinite(energy_j) & np.isfinite(edge_j) & (energy_j > 0)
    return CallEnergies(np.where(told, energy_j, np.nan), np.where(told, edge_j, np.nan))


def sample_period_s(parts: Sequence[Steps], resolution_s: float | None) -> float | None:
    """How often a source is really read: the median step of its traces in s, or its own resolution where that is
    coarser. `None` where nothing was sampled.
    """
    lasted = [part.end_s - part.start_s for part in parts if len(part.start_s)]
    if not lasted:
        return None
    return max(float(np.median(np.concatenate(lasted))), resolution_s or 0.0)


def _is_covered(part: Steps, starts: FloatArray, ends: FloatArray, longest_s: float) -> BoolArray:
    """Whether the steps reach over each call without a pause."""
    if not len(part.start_s):
        return np.zeros(starts.shape, dtype=np.bool_)
    # A step that was left out is a pause of any length; it lies between the end of one and the start of the next.
    pauses = (part.end_s - part.start_s > longest_s, part.start_s[1:] > part.end_s[:-1])
    opens = np.sort(np.concatenate([part.start_s[pauses[0]], part.end_s[:-1][pauses[1]]]))
    closes = np.sort(np.concatenate([part.end_s[pauses[0]], part.start_s[1:][pauses[1]]]))
    met = np.searchsorted(opens, ends, side="left") > np.searchsorted(closes, starts, side="right")
    return np.asarray((starts >= part.start_s[0]) & (ends <= part.end_s[-1]) & ~met)


def _used_j(part: Steps, from_s: FloatArray, to_s: FloatArray) -> FloatArray:
    """Energy between two instants; nothing is used outside the steps."""
    steps_j = part.mean_w * (part.end_s - part.start_s)
    times_s = np.column_stack([part.start_s, part.end_s]).ravel()
    sums_j = np.cumsum(steps_j)
    before_j = np.concatenate([[0.0], sums_j[:-1]])
    used_j = np.column_stack([before_j, sums_j]).ravel()
    return np.asarray(np.interp(to_s, times_s, used_j) - np.interp(from_s, times_s, used_j), dtype=np.float64)
