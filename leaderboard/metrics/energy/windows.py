"""The energy of every query from one power trace and the marks of the queries."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leaderboard.metrics.energy.traces import as_trace, edge_power_w, integrate_power_j, sampling_gaps
from leaderboard.metrics.vocabulary import BoolArray, FloatArray, as_floats, require
from leaderboard.missing import MissingReason

MIN_SAMPLES = 10
"""A query with fewer samples inside has no energy and no power: it is missing, never imputed (a Perwatt rule)."""


@dataclass(frozen=True, slots=True)
class QueryEnergy:
    """Energy of one query in J and its mean power in W over time, or the reason why there is neither."""

    energy_j: float | None
    mean_power_w: float | None
    samples: int
    missing: MissingReason | None = None


def query_energies(
    times_s: ArrayLike,
    power_w: ArrayLike,
    starts_s: ArrayLike,
    ends_s: ArrayLike,
    *,
    min_samples: int = MIN_SAMPLES,
    longest_gap_s: float | None = None,
) -> tuple[QueryEnergy, ...]:
    """Trapezoid of a trace between the own marks of each query, with power interpolated at both edges.

    What lies between two queries (idling, judging) is charged to neither. `None` with `too_few_samples`: fewer than
    `min_samples` samples from start to end, a query that the trace does not cover, or one that meets a gap longer
    than `longest_gap_s`. `None` with `no_power`: the energy is 0. Nothing is imputed.
    `starts_s` and `ends_s` are `(queries,)` on the clock of the trace, in order. Raises MetricInputError for a bad
    trace, marks that are not finite, a query that ends before it starts, or queries that overlap: one meter cannot tell
    them apart. Source: the protocol of arXiv 2511.07885, without its harness's fault of counting from the query before.
    """
    times, power = as_trace(times_s, power_w)
    starts, ends = query_marks(starts_s, ends_s)
    require(min_samples >= 1, "a query needs a sample")
    integrate_power_j(times, power)  # refuses a bad trace, and an energy too large for a float
    first, last = np.searchsorted(times, starts, side="left"), np.searchsorted(times, ends, side="right")
    samples = last - first
    usable = (samples >= min_samples) & (starts >= times[0]) & (ends <= times[-1])
    if longest_gap_s is not None:
        for gap in sampling_gaps(times, longest_gap_s):
            usable &= (ends <= gap.start_s) | (starts >= gap.end_s)
    energies = np.full(starts.shape, np.nan)
    energies[usable] = _energies_j(times, power, starts[usable], ends[usable])
    return tuple(
        _query(*row) for row in zip(energies.tolist(), (ends - starts).tolist(), samples.tolist(), strict=True)
    )


def query_marks(starts_s: ArrayLike, ends_s: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return starts and ends of queries as arrays; raises MetricInputError as `query_energies`."""
    starts, ends = as_floats(starts_s), as_floats(ends_s)
    require(starts.ndim == 1 and starts.shape == ends.shape, f"{starts.shape} starts do not fit {ends.shape} ends")
    require(bool(np.isfinite(starts).all() and np.isfinite(ends).all()), "marks are finite")
    require(bool((starts < ends).all()), "a query ends after it starts")
    with np.errstate(over="ignore"):
        require(bool(np.isfinite(ends - starts).all()), "a query's duration is finite")
    require(bool((ends[:-1] <= starts[1:]).all()), "queries are in order and do not overlap")
    return starts, ends


def _energies_j(times: FloatArray, power: FloatArray, starts: FloatArray, ends: FloatArray) -> FloatArray:
    """Energy of windows that each hold a sample: whole steps between samples, and a part of a step at either edge."""
    first, last = np.searchsorted(times, starts, side="left"), np.searchsorted(times, ends, side="right") - 1
    edge_w = edge_power_w(times, power, starts), edge_power_w(times, power, ends)
    head = (times[first] - starts) * (edge_w[0] + power[first]) / 2
    tail = (ends - times[last]) * (power[last] + edge_w[1]) / 2
    return head + _whole_steps_j(times, power, first, last) + tail


def _whole_steps_j(times: FloatArray, power: FloatArray, first: NDArray[np.intp], last: NDArray[np.intp]) -> FloatArray:
    sums = np.zeros(first.shape)
    several: BoolArray = last > first
    if several.any():
        # One 0 more than there are steps, so that a window may end at the last sample.
        steps = np.append(np.diff(times) * (power[1:] + power[:-1]) / 2, 0.0)
        bounds = np.column_stack([first[several], last[several]]).ravel()
        sums[several] = np.add.reduceat(steps, bounds)[::2]
    return sums


def _query(energy_j: float, seconds: float, samples: int) -> QueryEnergy:
    if np.isnan(energy_j):
        return QueryEnergy(None, None, samples, MissingReason.TOO_FEW_SAMPLES)
    if energy_j <= 0:
        return QueryEnergy(None, None, samples, MissingReason.NO_POWER)
    return QueryEnergy(energy_j, energy_j / seconds, samples)
