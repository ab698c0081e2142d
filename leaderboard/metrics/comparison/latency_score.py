"""Accuracy with a price on latency, as MnasNet searches with (arXiv 1807.11626)."""

from math import inf, isfinite

import numpy as np

from leaderboard.metrics.vocabulary import require

SOFT_EXPONENT = -0.07
"""Below and above the target alike: about 5 % of accuracy for a doubling of latency."""

LARGEST_EXPONENT = 10.0


def latency_aware_score(
    accuracy: float,
    latency_s: float,
    target_s: float,
    below: float = SOFT_EXPONENT,
    above: float = SOFT_EXPONENT,
) -> float:
    """Score = accuracy * (latency / target)^w, w = `below` up to the target and `above` beyond it; higher is better.

    The published abstract puts latency in the objective; this form of it is our choice. At the target the score is the
    accuracy, and w = 0 ranks by accuracy. Exponents are <= 0: being slow is never rewarded. `above` = -inf is a hard
    limit: every model beyond the target scores -inf (not feasible), so it ranks below all feasible ones. Latencies
    belong to one named device. Raises MetricInputError for an accuracy outside 0..1, times that are not positive and
    finite, an exponent above 0 or below -10 (but -inf above), or a score too large for a number.
    """
    require(0 <= accuracy <= 1, "accuracy is a fraction in 0..1")
    require(all(isfinite(time) and time > 0 for time in (latency_s, target_s)), "times are positive and finite")
    require(-LARGEST_EXPONENT <= below <= 0, "the exponent below the target lies in -10..0")
    require(above == -inf or -LARGEST_EXPONENT <= above <= 0, "the exponent above the target lies in -10..0 or is -inf")
    late = latency_s > target_s
    if late and above == -inf:
        return -inf
    with np.errstate(over="ignore", under="ignore"):
        factor = float(np.exp((above if late else below) * (np.log(latency_s) - np.log(target_s))))
    require(isfinite(factor), "the latency is too far from the target for a number")
    return accuracy * factor
