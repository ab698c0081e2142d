"""The best configuration within a limit of storage, memory, latency or cost."""

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import Direction, as_costs, as_floats, require


def best_under_budget(
    qualities: ArrayLike, resources: ArrayLike, limit: float, direction: Direction = "higher"
) -> int | None:
    """Index of the best of `(n,)` qualities whose resource `(n,)` is within the limit (equal is within).

    Of equally good ones the smaller wins, then the first. A configuration with a missing or infinite value is not
    chosen. `None` where none fits. Raises MetricInputError for lengths that differ or a limit that is NaN.
    """
    costs, sizes = as_costs(qualities, direction), as_floats(resources)
    require(costs.ndim == 1 and costs.shape == sizes.shape, "one quality and one resource per configuration")
    require(not np.isnan(limit), "a limit is a number")
    fits = np.flatnonzero(np.isfinite(costs) & np.isfinite(sizes) & (sizes <= limit))
    if not fits.size:
        return None
    return int(fits[np.lexsort((sizes[fits], costs[fits]))[0]])
