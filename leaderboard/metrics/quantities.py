"""The plain quantities of a run: shares, rates, sums and sizes. Small, and one function each, so that the number an
agent prints and the number the server stores come from one place.
"""

from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import as_floats, require


def accuracy(outcomes: ArrayLike) -> float:
    """Share of correct items: the mean of `(n,)` outcomes in 0..1. A failed or timed-out item is a 0.

    Raises MetricInputError for no items or an outcome outside 0..1.
    """
    values = as_floats(outcomes)
    require(values.ndim == 1 and values.size >= 1, "one outcome per item, and at least one item")
    require(bool(((values >= 0) & (values <= 1)).all()), "an outcome lies in 0..1")
    return float(values.mean())


def per_item(total: float, items: int) -> float:
    """Total / items: energy, cost or processor time of one item. Failed items are counted among the items."""
    require(items >= 1, "at least one item")
    require(bool(np.isfinite(total)) and total >= 0, "a total is finite and not negative")
    return total / items


def throughput_per_s(items: int, seconds: float) -> float:
    """Items / seconds of the timed pass."""
    require(items >= 0, "a count is not negative")
    require(bool(np.isfinite(seconds)) and seconds > 0, "a duration is positive and finite")
    return items / seconds


def cold_start_s(load_s: float, first_call_s: float) -> float:
    """Time from nothing loaded to the first answer, in s: load + first call."""
    require(bool(np.isfinite([load_s, first_call_s]).all()), "durations are finite")
    require(load_s >= 0 and first_call_s >= 0, "durations are not negative")
    return load_s + first_call_s


def peak(samples: ArrayLike) -> float:
    """Largest of the samples. It can miss a peak between two of them. Raises MetricInputError for none, or NaN."""
    values = as_floats(samples)
    require(values.size >= 1 and not bool(np.isnan(values).any()), "at least one sample, and none missing")
    return float(values.max())


def parameter_count(shapes: Sequence[Sequence[int]]) -> int:
    """Number of weights in tensors of these shapes; a scalar (`()`) is one."""
    require(all(side >= 0 for shape in shapes for side in shape), "a side of a tensor is not negative")
    return sum(prod(shape) for shape in shapes)
