"""How sure a frontier is: problems drawn with replacement, and the runs of each problem within it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.costs.cost_of_pass import cost_of_pass_per_problem
from leaderboard.metrics.statistics.resampling import item_indices, seeded
from leaderboard.metrics.vocabulary import FloatArray, as_floats, require


def cost_of_pass_draws(costs_usd: ArrayLike, passes: ArrayLike, draws: int, seed: int) -> FloatArray:
    """Cost-of-pass of every problem with its runs resampled: tables `(problems, runs)` -> `(draws, problems)`, in USD.

    Infinite where no drawn run passed. A problem's runs are drawn for themselves; give each model a seed of its own,
    since their runs have nothing in common. Errors as `cost_of_pass_per_problem`; also for no draws or a negative seed.
    """
    cost_of_pass_per_problem(costs_usd, passes)  # refuses what does not fit
    require(draws >= 1, "at least one draw is needed")
    cost, passed = as_floats(costs_usd), as_floats(passes)
    generator = seeded(seed)
    rows = np.arange(len(cost))[:, None]
    values = np.empty((draws, len(cost)))
    for draw in range(draws):
        runs = generator.integers(0, cost.shape[1], size=cost.shape)
        values[draw] = cost_of_pass_per_problem(cost[rows, runs], passed[rows, runs])
    return values


def frontier_draws(values_usd: Sequence[ArrayLike], expert_usd: ArrayLike | None, draws: int, seed: int) -> FloatArray:
    """Task frontier in USD of every resample of the problems, `(draws,)`: the cheapest first, then the mean.

    Each of `values_usd` is a model's `(problems,)` vector, or its `cost_of_pass_draws` so that runs vary too. Use
    one seed for everything that is compared on these problems. Without an expert a draw may be infinite: their
    share, `np.isinf(draws).mean()`, is to be reported beside the interval. Source: version 2 of arXiv
    2504.13359 (percentile bootstrap of 10 000 resamples), read in a write-up. Raises MetricInputError for shapes that
    do not fit, no model and no expert per problem, no draws, a negative cost or seed, or NaN.
    """
    require(len(values_usd) >= 1, "at least one model")
    problems = int((np.shape(values_usd[0]) or (0,))[-1])
    require(problems >= 1 and draws >= 1, "at least one problem and one draw")
    expert = as_floats(0.0 if expert_usd is None else expert_usd)
    require(bool(np.isfinite(expert).all()), "an expert's price is finite")
    cheapest = np.full((draws, problems), np.inf)
    for values in (*values_usd, *(() if expert_usd is None else (expert,))):
        table = as_floats(values)
        require(table.shape in {(), (problems,), (draws, problems)}, "one value per problem, or per draw and problem")
        require(bool((table >= 0).all()), "a cost-of-pass is not negative and not NaN")
        np.minimum(cheapest, table, out=cheapest)
    with np.errstate(over="ignore"):
        means = np.take_along_axis(cheapest, item_indices(problems, draws, seed), axis=1).mean(axis=1)
    return np.asarray(means)
