"""Test-time scaling, accuracy under budgets, and what a right answer costs in tokens."""

from leaderboard.metrics.reasoning.budgets import (
    BudgetWinner,
    budget_frontier,
    budgeted_accuracy,
    parallel_latency_s,
)
from leaderboard.metrics.reasoning.compute_fit import (
    BackTest,
    ComputeFit,
    backtest_compute_curve,
    fit_compute_curve,
)
from leaderboard.metrics.reasoning.least_squares import (
    CurveValue,
)
from leaderboard.metrics.reasoning.scaling import (
    marginal_gain,
    saturation_samples,
    scaling_curve,
)
from leaderboard.metrics.reasoning.scaling_fit import (
    Saturation,
    ScalingFit,
    fit_scaling,
    item_covariance,
)
from leaderboard.metrics.reasoning.tokens import (
    DifficultyTokens,
    TokenSaving,
    token_saving,
    tokens_by_difficulty,
    tokens_per_correct,
)

__all__ = [
    "BackTest",
    "BudgetWinner",
    "ComputeFit",
    "CurveValue",
    "DifficultyTokens",
    "Saturation",
    "ScalingFit",
    "TokenSaving",
    "backtest_compute_curve",
    "budget_frontier",
    "budgeted_accuracy",
    "fit_compute_curve",
    "fit_scaling",
    "item_covariance",
    "marginal_gain",
    "parallel_latency_s",
    "saturation_samples",
    "scaling_curve",
    "token_saving",
    "tokens_by_difficulty",
    "tokens_per_correct",
]
