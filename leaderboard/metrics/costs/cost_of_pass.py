"""Cost of one correct answer: Perwatt's form for one entry, and the published one by problem (arXiv 2504.13359)."""

from typing import overload

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import FloatArray, as_floats, require


@overload
def cost_of_pass(cost_usd: float, accuracy: float) -> float: ...
@overload
def cost_of_pass(cost_usd: FloatArray, accuracy: FloatArray) -> FloatArray: ...
def cost_of_pass(cost_usd: float | FloatArray, accuracy: float | FloatArray) -> float | FloatArray:
    """Cost-of-pass of one entry: mean attempt cost / accuracy over the item set, in USD per correct answer.

    The entry form (a Perwatt rule): infinite only at accuracy 0, also when the attempts were free. The
    published form is `cost_of_pass_per_problem`. Takes two numbers, or two arrays of draws of one shape, where NaN
    stays NaN. Raises MetricInputError for a negative or infinite cost, an accuracy outside 0..1, different shapes, a
    number that is NaN (a missing cost has no cost-of-pass), or a quotient that no float holds.
    """
    cost, share = as_floats(cost_usd), as_floats(accuracy)
    require(cost.shape == share.shape, f"shapes differ: {cost.shape} and {share.shape}")
    require(not bool(((cost < 0) | np.isinf(cost)).any()), "a cost is finite and not negative")
    require(not bool(((share < 0) | (share > 1)).any()), "accuracy is a fraction in 0..1")
    missing = np.isnan(cost) | np.isnan(share)
    value = _quotient(cost, share)
    value[missing] = np.nan
    if value.ndim:
        return value
    require(not bool(missing), "cost and accuracy are numbers")
    return float(value)


def cost_of_pass_per_problem(costs_usd: ArrayLike, passes: ArrayLike, *, drop_incomplete: bool = False) -> FloatArray:
    """Mean cost / success rate of each problem, in USD per correct answer.

    v = C / R: means over the runs of a problem first, then the ratio (arXiv 2504.13359, section 2).
    `costs_usd` and `passes` (0 or 1) are `(problems, runs)`; the answer is `(problems,)`, infinite where no run
    passed. All runs are paid for, right or wrong. A deterministic model is infinite on every problem it misses, so this
    form serves frontiers only. A run with NaN for its cost or its pass is incomplete: an error, or left out of both
    means with `drop_incomplete`. Raises MetricInputError for no (complete) runs of a problem, shapes that differ, a
    negative or infinite cost, or a pass that is neither 0 nor 1.
    """
    cost, passed = as_floats(costs_usd), as_floats(passes)
    require(cost.ndim == 2 and cost.shape == passed.shape, "costs and passes are tables (problems, runs) of one shape")
    complete = ~(np.isnan(cost) | np.isnan(passed))
    require(drop_incomplete or bool(complete.all()), "every run is complete, or incomplete ones are dropped on request")
    require(cost.shape[1] >= 1 and bool(complete.any(axis=1).all()), "a problem has at least one complete run")
    require(bool((np.isfinite(cost) & (cost >= 0))[complete].all()), "a cost is finite and not negative")
    require(bool(np.isin(passed[complete], (0.0, 1.0)).all()), "a run passes (1) or does not (0)")
    runs = complete.sum(axis=1)
    with np.errstate(over="ignore"):
        means = np.where(complete, cost, 0.0).sum(axis=1) / runs
    return _quotient(means, np.where(complete, passed, 0.0).sum(axis=1) / runs)


def _quotient(cost: FloatArray, share: FloatArray) -> FloatArray:
    """Cost / share, infinite where the share is 0 and nowhere else."""
    value = np.full(cost.shape, np.inf)
    with np.errstate(over="ignore", invalid="ignore"):  # NaN is missing, and an overflow is told below
        np.divide(cost, share, out=value, where=share != 0)
    require(not bool((np.isinf(value) & (share != 0)).any()), "a cost-of-pass is larger than a float holds")
    return value
