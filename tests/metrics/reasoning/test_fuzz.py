import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderboard.metrics import (
    backtest_compute_curve,
    budget_frontier,
    budgeted_accuracy,
    fit_compute_curve,
    fit_scaling,
    item_covariance,
    marginal_gain,
    parallel_latency_s,
    saturation_samples,
    scaling_curve,
    token_saving,
    tokens_by_difficulty,
    tokens_per_correct,
)
from tests.metrics.comparison.outcomes import NASTY, ROWS, TABLES
from tests.metrics.documented import only_documented

counts = st.integers(-1, 10**6)
labels = st.lists(st.text(max_size=2), max_size=6)
fractions = st.lists(st.floats(0, 1), min_size=5, max_size=8)

CALLS = {
    "scaling_curve": lambda draw: scaling_curve(draw(ROWS), draw(ROWS), draw(NASTY)),
    "marginal_gain": lambda draw: marginal_gain(draw(ROWS), draw(counts), draw(NASTY)),
    "saturation_samples": lambda draw: saturation_samples(draw(ROWS), draw(NASTY), draw(NASTY)),
    "fit_scaling": lambda draw: fit_scaling(draw(ROWS), draw(ROWS), draw(st.none() | TABLES)),
    "item_covariance": lambda draw: item_covariance(draw(TABLES)),
    "fit_compute_curve": lambda draw: fit_compute_curve(draw(ROWS), draw(ROWS), draw(NASTY)),
    "backtest_compute_curve": lambda draw: backtest_compute_curve(draw(ROWS), draw(ROWS), draw(counts), draw(NASTY)),
    "budgeted_accuracy": lambda draw: budgeted_accuracy(draw(ROWS), draw(ROWS), draw(ROWS)),
    "budget_frontier": lambda draw: budget_frontier(draw(TABLES), draw(ROWS)),
    "parallel_latency_s": lambda draw: parallel_latency_s(draw(TABLES)),
    "tokens_per_correct": lambda draw: tokens_per_correct(draw(ROWS), draw(ROWS)),
    "tokens_by_difficulty": lambda draw: tokens_by_difficulty(draw(ROWS), draw(ROWS), draw(labels)),
    "token_saving": lambda draw: token_saving(draw(NASTY), draw(NASTY), draw(NASTY), draw(NASTY)),
}

INFINITE = {"parallel_latency_s", "tokens_per_correct", "tokens_by_difficulty"}
"""A sample that never ended, and tokens for a right answer where there is none."""


@pytest.mark.parametrize("name", CALLS)
@settings(max_examples=60)
@given(st.data())
def test_only_documented_outcomes_occur(name, data):
    only_documented(lambda: CALLS[name](data.draw), infinite=name in INFINITE)


@settings(max_examples=60)
@given(fractions, st.data())
def test_any_accuracies_are_fitted_or_refused(values, data):
    samples = data.draw(st.lists(st.integers(1, 10**9), min_size=len(values), max_size=len(values), unique=True))
    fit = only_documented(lambda: fit_scaling(samples, values))
    for budget in (0, 1, 10**12):
        only_documented(lambda budget=budget: fit.at(budget))
    only_documented(lambda: fit.saturation(1e-9))


@settings(max_examples=60)
@given(fractions, st.data())
def test_any_scores_are_fitted_or_refused(values, data):
    amounts = st.lists(st.floats(5e-324, 1e308), min_size=len(values), max_size=len(values))
    fit = only_documented(lambda: fit_compute_curve(data.draw(amounts), values, 0.0))
    for compute in (5e-324, 1.0, 1e308):
        only_documented(lambda compute=compute: fit and fit.at(compute))
