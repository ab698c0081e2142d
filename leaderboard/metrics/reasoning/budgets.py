"""Accuracy at a budget of latency, first-token time, tokens or FLOP (EdgeReasoning, 2025)."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import FloatArray, as_floats, require


@dataclass(frozen=True, slots=True)
class BudgetWinner:
    """The most accurate configuration at one budget; `None` where no configuration has a right answer in time."""

    budget: float
    accuracy: float
    configuration: int | None


def budgeted_accuracy(correct: ArrayLike, used: ArrayLike, budgets: ArrayLike) -> FloatArray:
    """Share of items that were right within each budget: `(items,)` outcomes and use, `(n,)` budgets -> `(n,)`.

    A late answer is wrong; use equal to the budget is within it. `used` is in the budget's unit (s, tokens, FLOP), and
    infinite for an item that never ended. A budget below the fastest item gives 0. Raises MetricInputError for no items
    or budgets, lengths that differ, an outcome outside 0..1, and a use or budget that is negative or not a number: an
    item whose use was not measured cannot be placed.
    """
    outcomes, amounts = as_floats(correct), as_floats(used)
    limits = as_floats(budgets)
    require(outcomes.ndim == 1 and outcomes.shape == amounts.shape, "one outcome and one use per item")
    require(outcomes.size >= 1 and limits.ndim == 1 and limits.size >= 1, "at least one item and one budget")
    require(bool(((outcomes >= 0) & (outcomes <= 1)).all()), "an outcome lies in 0..1")
    require(bool((amounts >= 0).all() and (limits >= 0).all()), "a use and a budget are not negative, and no NaN")
    require(not bool(np.isinf(limits).any()), "a budget is finite")
    order = np.argsort(amounts, kind="stable")
    right_by = np.concatenate([[0.0], np.cumsum(outcomes[order])])
    within = np.searchsorted(amounts[order], limits, side="right")
    return np.asarray(np.minimum(right_by[within] / len(outcomes), 1.0), dtype=np.float64)


def parallel_latency_s(latencies_s: ArrayLike) -> FloatArray:
    """Latency of items answered from parallel samples: the slowest sample of each; `(items, samples)` -> `(items,)`.

    Tokens, energy and FLOP of parallel samples are added instead, for all of them are paid for. A sample that never
    ended is infinite, and so is its item. Raises MetricInputError for no samples, or a latency <= 0 or NaN.
    """
    table = as_floats(latencies_s)
    require(table.ndim == 2 and table.size >= 1, "a row of sample latencies per item")
    require(bool((table > 0).all()), "a latency is positive, and not NaN")
    return np.asarray(table.max(axis=1), dtype=np.float64)


def budget_frontier(curves: ArrayLike, budgets: Sequence[float]) -> tuple[BudgetWinner, ...]:
    """Best accuracy at each budget over the configurations: `(configurations, n)` curves of `budgeted_accuracy`.

    The first of equally accurate configurations wins. The best of many measured on the same items flatters: confirm a
    choice on other items. Raises MetricInputError for no curves, a width that differs, an accuracy outside 0..1 or a
    budget that is negative or not finite.
    """
    table = as_floats(curves)
    require(table.ndim == 2 and table.size >= 1 and table.shape[1] == len(budgets), "one accuracy per budget and curve")
    require(bool(((table >= 0) & (table <= 1)).all()), "an accuracy lies in 0..1")
    require(all(isfinite(budget) and budget >= 0 for budget in budgets), "a budget is finite and not negative")
    best = np.argmax(table, axis=0)
    return tuple(
        BudgetWinner(float(budget), float(table[row, column]), int(row) if table[row, column] > 0 else None)
        for column, (row, budget) in enumerate(zip(best, budgets, strict=True))
    )
