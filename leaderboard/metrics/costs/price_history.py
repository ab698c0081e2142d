"""What it costs to reach a score, as models come out (after AstroMLab 1, arXiv 2407.11194)."""

from dataclasses import dataclass
from math import inf, log

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import FloatArray, as_finite, as_floats, require


@dataclass(frozen=True, slots=True)
class PriceSteps:
    """A step curve: from `months[i]` on the score could be had for `prices_usd[i]`. Empty: no model reaches it.

    Raises MetricInputError unless both are `(steps,)`, dates rise, and prices fall and stay positive.
    """

    months: FloatArray
    prices_usd: FloatArray

    def __post_init__(self) -> None:
        months, prices = as_floats(self.months), as_floats(self.prices_usd)
        require(months.ndim == 1 and months.shape == prices.shape, "one price for each date of a curve")
        require(bool(np.isfinite(months).all() and (months[1:] > months[:-1]).all()), "the dates of a curve rise")
        require(bool((np.isfinite(prices) & (prices > 0)).all()), "a price is positive and finite")
        require(bool((prices[1:] < prices[:-1]).all()), "the prices of a curve fall")
        object.__setattr__(self, "months", months)
        object.__setattr__(self, "prices_usd", prices)


def price_to_reach(
    scores: ArrayLike, prices_usd: ArrayLike, released_months: ArrayLike, threshold: float
) -> PriceSteps:
    """Lowest price so far of a model with score >= threshold, at each release that lowers it.

    `scores`, `prices_usd` (of a run, of a million tokens: one kind) and `released_months` are `(models,)`. Along the
    curve prices fall and dates rise, both strictly. Raises MetricInputError for lengths that differ, a score, date or
    threshold that is not finite, or a price that is not positive and finite.
    """
    score, price = as_floats(scores), as_floats(prices_usd)
    month = as_floats(released_months)
    require(score.ndim == 1 and score.shape == price.shape == month.shape, "one score, price and date per model")
    require(bool(np.isfinite(score).all() and np.isfinite(month).all()), "scores and dates are finite")
    require(bool((np.isfinite(price) & (price > 0)).all()), "a price is positive and finite")
    require(bool(np.isfinite(threshold)), "a threshold is finite")
    reaches = np.flatnonzero(score >= threshold)
    # Of one date the cheapest first, so that the dearer ones lower nothing.
    order = reaches[np.lexsort((price[reaches], month[reaches]))]
    before = np.minimum.accumulate(np.concatenate([[inf], price[order]]))[:-1]
    steps = order[price[order] < before]
    return PriceSteps(month[steps], price[steps])


def months_until_factor(steps: PriceSteps, factor: float) -> float | None:
    """Months from the first price to the first one that is lower by `factor` or more; `None` while none is.

    Errors as `months_per_factor`.
    """
    require(1 < factor < inf, "a price falls by a factor above 1")
    if not steps.prices_usd.size:
        return None
    reached = np.flatnonzero(steps.prices_usd <= steps.prices_usd[0] / factor)
    if not reached.size:
        return None
    months = float(steps.months[reached[0]]) - float(steps.months[0])
    require(months < inf, "the dates of a curve span a finite time")
    return months


def months_per_factor(steps: PriceSteps, factor: float) -> float | None:
    """Months in which the price falls by `factor` along its trend: ln(factor) / -slope of ln(price) over months.

    Least squares through the steps of the curve (a Perwatt rule). `None` for fewer than two steps. Raises
    MetricInputError unless factor > 1, or where dates or months leave the range of a number.
    """
    require(1 < factor < inf, "a price falls by a factor above 1")
    if steps.prices_usd.size < 2:
        return None
    with np.errstate(over="ignore"):
        span = float(steps.months[-1] - steps.months[0])
    require(0 < span < inf, "the dates of a curve span a finite time")
    share = (steps.months - steps.months[0]) / span
    share = share - share.mean()
    slope = float(share @ np.log(steps.prices_usd) / (share @ share))
    # Two prices may be closer than their logarithms can tell.
    return as_finite(log(factor) * span / -slope) if slope < 0 else None
