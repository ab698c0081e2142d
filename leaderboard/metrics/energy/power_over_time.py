"""Samples of power or of an energy counter as few bins to draw: smallest, mean and largest in each. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboard.metrics.energy.counters import counter_steps_j
from leaderboard.metrics.vocabulary import FloatArray


@dataclass(frozen=True, slots=True)
class Bin:
    """`at_s` is its middle."""

    at_s: float
    low_w: float
    mean_w: float
    high_w: float


@dataclass(frozen=True, slots=True)
class Steps:
    """Stretches between neighbouring samples, with the power in each: its mean, and the smaller and larger end."""

    start_s: FloatArray
    end_s: FloatArray
    mean_w: FloatArray
    low_w: FloatArray
    high_w: FloatArray


def power_steps(times_s: FloatArray, powers_w: FloatArray) -> Steps:
    """Steps `(n - 1,)` of samples `(n,)` of power, each a trapezoid; none of fewer than two samples."""
    before, after = powers_w[:-1], powers_w[1:]
    return Steps(times_s[:-1], times_s[1:], (before + after) / 2, np.minimum(before, after), np.maximum(before, after))


def counter_steps(times_s: FloatArray, readings_j: FloatArray, range_j: float | None = None) -> Steps:
    """Steps of readings of a counter, without those in which it went backwards: there nothing is known, and no zero.

    Raises MetricInputError as `counter_steps_j`.
    """
    start_s, end_s = times_s[:-1], times_s[1:]
    if len(times_s) < 2:
        return Steps(start_s, end_s, end_s, end_s, end_s)
    joules = counter_steps_j(readings_j, range_j)
    known = np.isfinite(joules)
    start_s, end_s = start_s[known], end_s[known]
    mean_w = joules[known] / (end_s - start_s)
    return Steps(start_s, end_s, mean_w, mean_w, mean_w)


def binned(parts: Sequence[Steps], start_s: float, end_s: float, bins: int) -> tuple[Bin | None, ...]:
    """Return `bins` bins from `start_s` to `end_s`; None where nothing was sampled. Of at least one part."""
    width = (end_s - start_s) / bins
    joined = [np.concatenate([getattr(part, name) for part in parts]) for name in Steps.__slots__]
    first_s, last_s, mean_w, low_w, high_w = joined
    first = np.clip(((first_s - start_s) / width).astype(np.int64), 0, bins - 1)
    last = np.clip(np.ceil((last_s - start_s) / width).astype(np.int64) - 1, first, bins - 1)
    step, place = _spread(first, last)
    covered_s = np.minimum(last_s[step], start_s + (place + 1) * width) - np.maximum(
        first_s[step], start_s + place * width
    )
    covered_s = np.maximum(covered_s, 0.0)
    seconds = np.bincount(place, covered_s, bins)
    joules = np.bincount(place, covered_s * mean_w[step], bins)
    low, high = np.full(bins, np.inf), np.full(bins, -np.inf)
    np.minimum.at(low, place, low_w[step])
    np.maximum.at(high, place, high_w[step])
    return tuple(
        Bin(
            start_s + (index + 0.5) * width,
            float(low[index]),
            float(joules[index] / seconds[index]),
            float(high[index]),
        )
        if seconds[index] > 0
        else None
        for index in range(bins)
    )


def _spread(first: NDArray[np.int64], last: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return, for each pair of a step and a bin that it reaches into, both of their places."""
    counts = last - first + 1
    step = np.repeat(np.arange(len(first)), counts)
    offset = np.arange(len(step)) - np.repeat(np.cumsum(counts) - counts, counts)
    return step, first[step] + offset


def runs(bins: Sequence[Bin | None]) -> Iterator[tuple[Bin, ...]]:
    """Yield the stretches of neighbouring bins."""
    run: list[Bin] = []
    for one in (*bins, None):
        if one is not None:
            run.append(one)
        elif run:
            yield tuple(run)
            run = []
