"""One-off costs spread over what they serve: sleep-time compute, search or training for many devices.

After Sleep-time Compute (arXiv 2504.13171) and Once-for-All (arXiv 1908.09791). The amounts of one call share one
unit, whichever it is: USD, GPU hours, gCO2e. The count is of queries, or of deployment targets.
"""

from math import inf

from leaderboard.metrics.vocabulary import require


def amortised_cost(offline: float, online: float, count: float) -> float:
    """Cost of one query: offline / count + online. Falls towards the online cost as the count grows.

    Raises MetricInputError for negative or infinite costs, or a count that is not positive and finite.
    """
    _costs(offline, online)
    require(0 < count < inf, "a count is positive and finite")
    cost = offline / count + online
    require(cost < inf, "the cost is larger than a float holds")
    return cost


def break_even_count(offline: float, online: float, other_online: float, other_offline: float = 0.0) -> float:
    """Count from which the first way costs no more than the other: (offline - other) / (other online - online).

    0 where it never costs more, infinite where it always does: a lower online cost is what pays an offline cost back.
    `other_offline` is the other way's one-off cost, 0 for a way without one. Not rounded: a caller who counts whole
    queries rounds up. Raises MetricInputError for negative or infinite costs.
    """
    _costs(offline, online)
    _costs(other_offline, other_online)
    paid, saved = offline - other_offline, other_online - online
    if paid <= 0 and saved >= 0:
        return 0.0
    if saved <= 0 or paid <= 0:
        return inf
    return paid / saved


def _costs(offline: float, online: float) -> None:
    require(0 <= offline < inf and 0 <= online < inf, "costs are finite and not negative")
