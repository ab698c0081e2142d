"""The plain quantities of a run: shares, rates, sums and sizes. Small, and one function each, so that the number an
agent prints and the number the server stores come from one place.
"""

from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import as_finite, as_floats, is_count, require


def accuracy(outcomes: ArrayLike) -> float:
    """Share of correct items: the mean of `(n,)` outcomes in 0..1. A failed or timed-out item is a 0.

    Raises MetricInputError for no items or an outcome outside 0..1.
    """
    values = as_floats(outcomes)
    require(values.ndim == 1 and values.size >= 1, "one outcome per item, and at least one item")
    require(bool(((values >= 0) & (values <= 1)).all()), "an outcome lies in 0..1")
    return float(values.mean())


def per_item(total: float, items: int) -> float:
    """Total / items: energy, cost or processor time of one item. Failed items are counted among the items.

    Raises MetricInputError for items that are no whole number of at least 1, or a total negative or not finite.
    """
    require(is_count(items, 1), "a whole number of items, and at least one")
    require(bool(np.isfinite(total)) and total >= 0, "a total is finite and not negative")
    return total / items


def throughput_per_s(items: int, seconds: float) -> float:
    """Items / seconds of the timed pass.

    Raises MetricInputError for items that are no whole number, a duration that is not positive and finite, or a rate
    larger than a float holds.
    """
    require(is_count(items), "a count is whole and not negative")
    require(bool(np.isfinite(seconds)) and seconds > 0, "a duration is positive and finite")
    return as_finite(items / seconds)


def cold_start_s(load_s: float, first_call_s: float) -> float:
    """Time from nothing loaded to the first answer, in s: load + first call.

    Raises MetricInputError for a duration that is negative or not finite, or a sum larger than a float holds.
    """
    require(bool(np.isfinite([load_s, first_call_s]).all()), "durations are finite")
    require(load_s >= 0 and first_call_s >= 0, "durations are not negative")
    return as_finite(load_s + first_call_s)


def peak(samples: ArrayLike) -> float:
    """Largest of `(n,)` samples of power or memory. It can miss a peak between two of them.

    Raises MetricInputError for no samples, or one that is negative or not finite.
    """
    values = as_floats(samples)
    require(values.ndim == 1 and values.size >= 1, "a row of samples, and at least one")
    require(bool((np.isfinite(values) & (values >= 0)).all()), "a sample is finite and not negative")
    return float(values.max())


def parameter_count(shapes: Sequence[Sequence[int]]) -> int:
    """Number of weights in tensors of these shapes; a scalar (`()`) is one.

    Raises MetricInputError for a side that is negative or not whole.
    """
    require(all(is_count(side) for shape in shapes for side in shape), "a side of a tensor is whole and not negative")
    return sum(prod(int(side) for side in shape) for shape in shapes)
