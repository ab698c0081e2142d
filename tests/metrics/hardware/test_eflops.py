from math import inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from leaderboard.metrics import AttentionModel, MetricInputError, eflops, sparse_eflops, trial_coverage

MODEL = AttentionModel(8e9, 32, 8, 128 * 36)
lengths = st.integers(0, 5000)


@given(lengths, st.integers(1, 64))
def test_trials_share_the_prompts_cache_and_nothing_else(prompt, trials):
    one, many = eflops(MODEL, prompt, 1000), eflops(MODEL, prompt, 1000, trials)
    assert many.compute == pytest.approx(trials * one.compute)
    assert many.memory <= trials * one.memory * (1 + 1e-9)
    assert many.total == many.compute + many.memory


@given(lengths, st.lists(lengths, min_size=1, max_size=5))
def test_costs_are_averaged_and_not_lengths(prompt, outputs):
    mean = eflops(MODEL, prompt, outputs)
    assert mean.compute == pytest.approx(np.mean([eflops(MODEL, prompt, output).compute for output in outputs]))
    assert mean.compute >= eflops(MODEL, prompt, np.mean(outputs)).compute * (1 - 1e-9)


@given(lengths, st.integers(1, 5000))
def test_a_budget_of_the_whole_context_costs_what_dense_attention_costs(prompt, output):
    dense = eflops(MODEL, prompt, output)
    for budget in (prompt + output, 10 * (prompt + output)):
        sparse = sparse_eflops(MODEL, prompt, output, budget)
        assert (sparse.compute, sparse.memory) == pytest.approx((dense.compute, dense.memory))


@given(lengths, st.integers(1, 5000), lengths, lengths)
def test_a_smaller_budget_never_costs_more(prompt, output, budget, more):
    small, large = (sparse_eflops(MODEL, prompt, output, tokens).total for tokens in (budget, budget + more))
    assert small <= large * (1 + 1e-9)


@given(st.integers(0, 300), st.integers(1, 300), st.integers(0, 700))
def test_the_minus_form_sums_what_each_token_attends_to(prompt, output, budget):
    """Token t sees min(B, L_in + t) others; the formula is that sum with the integral for the sum over t."""
    attended = sum(min(budget, prompt + token + 0.5) for token in range(output))
    memory = sparse_eflops(AttentionModel(1.0, 1, 1, 1), prompt, output, budget, balance=1.0).memory
    assert memory / 4 == pytest.approx(attended, abs=0.5)


@settings(max_examples=60)
@given(st.integers(1, 60), st.data())
def test_coverage_agrees_with_scipys_hypergeometric(samples, data):
    correct, trials = data.draw(st.integers(0, samples)), data.draw(st.integers(1, samples))
    expected = 1 - stats.hypergeom.pmf(0, samples, correct, trials)
    assert trial_coverage(samples, correct, trials) == pytest.approx(expected, abs=1e-9)


def test_coverage_of_one_trial_is_the_success_rate_and_of_all_trials_certain():
    assert trial_coverage(10, 3, 1) == 0.3
    assert trial_coverage(10, 1, 10) == 1.0
    assert trial_coverage(10, 0, 10) == 0.0
    assert trial_coverage(10_000, 1, 5_000) == 0.5


@pytest.mark.parametrize("arguments", [(10, 11, 1), (10, -1, 1), (10, 1, 0), (10, 1, 11), (0, 0, 1)])
def test_counts_that_do_not_fit_are_refused(arguments):
    with pytest.raises(MetricInputError):
        trial_coverage(*arguments)


@pytest.mark.parametrize("arguments", [(0, 8, 8, 8), (inf, 8, 8, 8), (1, 8, 9, 8), (1, 8, 0, 8), (1, 8, 8, 0)])
def test_a_model_that_is_none_is_refused(arguments):
    with pytest.raises(MetricInputError):
        AttentionModel(*arguments)


@pytest.mark.parametrize(
    "rest", [(-1, 1), (1, -1), (1, []), (1, nan), (1, [[1]]), (1, 1, 0), (1, 1, 1, -1.0), (1, 1, 1, inf)]
)
def test_lengths_trials_and_balance_that_are_none_are_refused(rest):
    with pytest.raises(MetricInputError):
        eflops(MODEL, *rest)
    with pytest.raises(MetricInputError):
        sparse_eflops(MODEL, 1, 1, -1)
