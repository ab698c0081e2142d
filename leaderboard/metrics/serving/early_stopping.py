"""How many queries make a tail percentile sure: the early-stopping rule of MLPerf Inference.

The benchmark is that of arXiv 1911.02549; the rule was read in `inference_rules.adoc` and the load generator's
`early_stopping.cc`, with tolerance 0.
"""

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.statistics.intervals import Estimate
from leaderboard.metrics.vocabulary import as_floats, is_count, require
from leaderboard.missing import MissingReason

MLPERF_EARLY_STOPPING_CONFIDENCE = 0.99


def mlperf_early_stopping_queries(
    percent: float, over_bound: int, confidence: float = MLPERF_EARLY_STOPPING_CONFIDENCE
) -> int:
    """Queries needed to say that the percentile is within the bound when `over_bound` (t) of them were over it.

    h + t for the smallest h with I_p(h, t + 1) <= 1 - confidence, I the regularised incomplete beta function: the
    chance that no more than t of h + t queries are over the bound if only a share p of all is within. `percent` is
    100 p. Computed with SciPy. Raises MetricInputError unless 0 < percent < 100, t is a count and 0 <
    confidence < 1.
    """
    _require_shares(percent, confidence)
    require(is_count(over_bound), "a count is whole and not negative")
    most = 1
    while not _sure(most, over_bound, percent, confidence):
        most *= 2
    least = most // 2
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (least, middle) if _sure(middle, over_bound, percent, confidence) else (middle, most)
    return most + over_bound


def mlperf_early_stopping_met(
    queries: int, over_bound: int, percent: float, confidence: float = MLPERF_EARLY_STOPPING_CONFIDENCE
) -> bool:
    """Whether these queries are enough for the percentile to count as within its bound; errors as
    `mlperf_early_stopping_queries`.
    """
    require(is_count(queries) and 0 <= over_bound <= queries, "the queries over the bound are among the queries")
    return queries >= mlperf_early_stopping_queries(percent, over_bound, confidence)


def mlperf_early_stopping_estimate(
    latencies_s: ArrayLike, percent: float, confidence: float = MLPERF_EARLY_STOPPING_CONFIDENCE
) -> Estimate:
    """Percentile of a stream's latencies in s that holds with the given confidence; never below the plain percentile.

    With t the most queries over the bound that these many allow, the t - 1 slowest are dropped and the slowest left
    is the estimate. Missing (`too_few_samples`) where not even t = 1 is allowed: below 64 queries for the 90th
    (SingleStream), 662 for the 99th percentile (MultiStream). Raises MetricInputError for a latency that is not
    positive and finite, a percentile outside 0..100 or a confidence outside 0..1.
    """
    _require_shares(percent, confidence)
    latencies = as_floats(latencies_s)
    require(latencies.ndim == 1, "one latency per query")
    require(bool((np.isfinite(latencies) & (latencies > 0)).all()), "a latency is positive and finite")
    allowed = _most_over_bound(latencies.size, percent, confidence)
    if allowed < 1:
        return Estimate(None, None, latencies.size, MissingReason.TOO_FEW_SAMPLES)
    place = latencies.size - allowed
    return Estimate(float(np.partition(latencies, place)[place]), None, latencies.size)


def _most_over_bound(queries: int, percent: float, confidence: float) -> int:
    """Largest t whose needed number of queries is at most `queries`; 0 where t = 1 already needs more."""
    least, beyond = 0, queries + 1
    while beyond - least > 1:
        middle = (least + beyond) // 2
        enough = mlperf_early_stopping_queries(percent, middle, confidence) <= queries
        least, beyond = (middle, beyond) if enough else (least, middle)
    return least


def _require_shares(percent: float, confidence: float) -> None:
    require(0 < percent < 100, "a percentile lies between 0 and 100")
    require(0 < confidence < 1, "a confidence lies between 0 and 1")


def _sure(within_bound: int, over_bound: int, percent: float, confidence: float) -> bool:
    from scipy.special import betainc

    return bool(betainc(within_bound, over_bound + 1, percent / 100) <= 1 - confidence)
