"""Behaviour of a system while others use its device (after ApproxDet, arXiv 2010.10754)."""

from math import inf

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import as_finite, as_floats, require


def hit_rate(latencies_s: ArrayLike, limit_s: float) -> float:
    """Share of items in 0..1 with latency <= limit; an item without an answer is infinite and misses.

    One rate for each contention level and content group. Raises MetricInputError for no items, a latency that is not
    positive or NaN, or a limit that is not positive and finite.
    """
    latencies = as_floats(latencies_s)
    require(latencies.ndim == 1 and latencies.size >= 1, "one latency per item, and at least one item")
    require(bool((latencies > 0).all()), "a latency is positive")
    require(0 < limit_s < inf, "a limit is positive and finite")
    return float((latencies <= limit_s).mean())


@np.errstate(over="ignore", invalid="ignore", divide="ignore")  # told by as_finite
def degradation_slope(contention: ArrayLike, values: ArrayLike) -> float | None:
    """Change of a value (hit rate, accuracy, latency in s) per unit of contention: the least-squares line over levels.

    `contention` `(levels,)` is the busy share of the device in 0..1, `values` `(levels,)` belong to it. A level that
    was not measured (NaN) is left out, never interpolated; `None` (`too_few_samples`) below two measured levels. The
    line is our choice. Raises MetricInputError for equal levels, levels outside 0..1, an infinite value, or
    a slope larger than a float holds.
    """
    levels, results = as_floats(contention), as_floats(values)
    require(levels.ndim == 1 and levels.shape == results.shape, "one value per level")
    require(bool(((levels >= 0) & (levels <= 1)).all()), "contention is a share in 0..1")
    require(np.unique(levels).size == levels.size, "each level once")
    require(not bool(np.isinf(results).any()), "a value is finite, or missing")
    measured = ~np.isnan(results)
    levels, results = levels[measured], results[measured]
    if levels.size < 2:
        return None
    spread = levels - levels.mean()
    return as_finite(float(spread @ results / (spread @ spread)))
