"""Do parameters or FLOP order models as latency does? Not always (Nemotron-Flash, 2025; MnasNet, arXiv 1807.11626)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.comparison.correlation import mean_ranks, spearman
from leaderboard.metrics.vocabulary import as_floats, require

MINIMUM_MODELS = 5


@dataclass(frozen=True, slots=True)
class RankInversion:
    """The proxy ranks model `smaller` below model `larger`, and yet it is slower.

    `gap` adds how many ranks apart the two are by the proxy and by the measurement.
    """

    smaller: int
    larger: int
    gap: float


@dataclass(frozen=True, slots=True)
class ProxyCheck:
    """Spearman correlation of proxy and measurement (`None`: one of them is all ties), and the worst inversions."""

    spearman: float | None
    models: int
    inversions: tuple[RankInversion, ...]


def check_proxy(proxy: ArrayLike, latency_s: ArrayLike, listed: int = 5) -> ProxyCheck | None:
    """Rank correlation of `(n,)` parameters, FLOP or MACs with `(n,)` latencies on one device at one batch size.

    Models with a missing value (`None`, NaN) on either side are left out; indices are those of the input. The
    inversions listed are the largest, then the first. `None` for fewer than five models: no figure. Raises
    MetricInputError for lengths that differ, a negative or infinite proxy, or a latency that is <= 0 or infinite.
    """
    sizes, times = as_floats(proxy), as_floats(latency_s)
    require(sizes.ndim == 1 and sizes.shape == times.shape, "one proxy and one latency per model")
    require(listed >= 0, "a number of inversions is not negative")
    kept = np.flatnonzero(~(np.isnan(sizes) | np.isnan(times)))
    sizes, times = sizes[kept], times[kept]
    require(bool(((sizes >= 0) & np.isfinite(sizes)).all()), "a proxy is finite and not negative")
    require(bool(((times > 0) & np.isfinite(times)).all()), "a latency is positive and finite")
    if len(kept) < MINIMUM_MODELS:
        return None
    by_size, by_time = mean_ranks(sizes), mean_ranks(times)
    larger_by = by_size[None, :] - by_size[:, None]
    slower_by = by_time[:, None] - by_time[None, :]
    gaps = np.where((larger_by > 0) & (slower_by > 0), larger_by + slower_by, 0.0)
    worst = np.argsort(-gaps, axis=None, kind="stable")[:listed]
    rows, columns = np.unravel_index(worst, gaps.shape)
    inversions = tuple(
        RankInversion(int(kept[row]), int(kept[column]), float(gaps[row, column]))
        for row, column in zip(rows, columns, strict=True)
        if gaps[row, column] > 0
    )
    return ProxyCheck(spearman(sizes, times), len(kept), inversions)
