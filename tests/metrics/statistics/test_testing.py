from math import nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import permutation_test as scipy_permutation_test
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

from leaderboard.metrics import McNemar, MetricInputError, holm, mcnemar_exact, permutation_test

outcome_pairs = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=1, max_size=80)
small_pairs = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=9)


def outcomes(first_only, second_only, both=3):
    return [1] * first_only + [0] * second_only + [1] * both, [0] * first_only + [1] * second_only + [1] * both


@given(outcome_pairs)
@settings(max_examples=80, deadline=None)
def test_mcnemar_agrees_with_statsmodels(pairs):
    first, second = np.array(pairs).T
    table = [[np.sum((first == a) & (second == b)) for b in (0, 1)] for a in (0, 1)]
    found = mcnemar_exact(first, second)
    assert found.p_value == pytest.approx(mcnemar(table, exact=True).pvalue, rel=1e-10)
    assert (found.first_only, found.second_only) == (table[1][0], table[0][1])


@pytest.mark.parametrize(("first_only", "second_only"), [(900, 1100), (40_000, 40_500), (0, 1500)])
def test_mcnemar_agrees_for_many_items_too(first_only, second_only):
    found = mcnemar_exact(*outcomes(first_only, second_only))
    theirs = mcnemar([[0, second_only], [first_only, 0]], exact=True).pvalue
    assert found.p_value == pytest.approx(theirs, rel=1e-8, abs=1e-300)


def test_a_textbook_mcnemar_comes_out():
    assert mcnemar_exact(*outcomes(1, 9)) == McNemar(1, 9, pytest.approx(2 * (1 + 10) / 1024))
    assert mcnemar_exact([1, 0], [1, 0]) == McNemar(0, 0, 1.0)


@given(small_pairs)
@settings(max_examples=40, deadline=None)
def test_the_exact_permutation_test_agrees_with_scipy(pairs):
    first, second = np.array(pairs, dtype=float).T
    theirs = scipy_permutation_test(
        (first, second), lambda a, b, axis: (a - b).mean(axis=axis), permutation_type="samples", vectorized=True
    )
    assert permutation_test(first, second) == pytest.approx(theirs.pvalue, rel=1e-12)


def test_random_sign_patterns_agree_with_scipy_to_simulation_error():
    generator = np.random.default_rng(1)
    first = generator.normal(0, 1, 60)
    second = first + generator.normal(0.25, 1, 60)
    theirs = scipy_permutation_test(
        (first, second),
        lambda a, b, axis: (a - b).mean(axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=9999,
        rng=np.random.default_rng(2),
    )
    assert permutation_test(first, second, draws=9999) == pytest.approx(theirs.pvalue, abs=0.015)


def test_on_outcomes_it_is_mcnemars_test():
    first, second = outcomes(3, 10)
    assert permutation_test(first, second) == pytest.approx(mcnemar_exact(first, second).p_value, rel=1e-12)
    many = outcomes(40, 62)
    assert permutation_test(*many) == pytest.approx(mcnemar_exact(*many).p_value, abs=0.01)


@given(small_pairs, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_neither_order_of_items_nor_of_systems_nor_scale_matters(pairs, random):
    first, second = np.array(pairs, dtype=float).T
    p_value = permutation_test(first, second)
    assert permutation_test(second, first) == p_value
    assert permutation_test(first * 0.1, second * 0.1) == p_value
    order = list(range(len(pairs)))
    random.shuffle(order)
    assert permutation_test(first[order], second[order]) == p_value


def test_the_error_of_both_tests_is_near_the_nominal_level():
    """5 % of comparisons of two equal systems come out significant; McNemar, being exact, in fewer."""
    generator = np.random.default_rng(3)
    permuted, exact = [], []
    for seed in range(400):
        hard = generator.random(150)
        first, second = generator.random((2, 150)) < hard
        permuted.append(permutation_test(generator.normal(size=40), generator.normal(size=40), 400, seed) <= 0.05)
        exact.append(mcnemar_exact(first, second).p_value <= 0.05)
    assert np.mean(permuted) == pytest.approx(0.05, abs=0.03)
    assert np.mean(exact) <= 0.06


def test_a_random_p_value_is_never_zero_and_repeats_with_its_seed():
    first, second = np.arange(100.0) + 5, np.zeros(100)
    assert permutation_test(first, second, draws=99, seed=4) == 0.01
    noisy = np.random.default_rng(5).normal(0.1, 1, 100)
    assert permutation_test(noisy, second, 500, 6) == permutation_test(noisy, second, 500, 6)


@given(st.lists(st.floats(0, 1), max_size=12))
@settings(max_examples=15, deadline=None)
def test_holm_agrees_with_statsmodels(p_values):
    theirs = multipletests(p_values, method="holm")[1] if p_values else []
    np.testing.assert_allclose(holm(p_values), theirs, rtol=1e-12)


def test_a_textbook_holm_comes_out():
    np.testing.assert_allclose(holm([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02])
    assert holm([]).tolist() == []


@pytest.mark.parametrize("p_values", [[nan], [-0.1], [1.1], [[0.5]], 0.5, [None]])
def test_what_is_no_p_value_is_refused(p_values):
    with pytest.raises(MetricInputError):
        holm(p_values)


@pytest.mark.parametrize("test", [mcnemar_exact, permutation_test])
@pytest.mark.parametrize(("first", "second"), [([1, 0], [1]), ([], []), ([1], [nan]), ([[1]], [[0]]), (1, 0)])
def test_unpaired_values_are_refused(test, first, second):
    with pytest.raises(MetricInputError):
        test(first, second)


def test_outcomes_between_0_and_1_are_not_for_mcnemar():
    with pytest.raises(MetricInputError):
        mcnemar_exact([0.5], [1])


@pytest.mark.parametrize(("draws", "seed"), [(0, 1), (10, -1)])
def test_no_patterns_and_a_negative_seed_are_refused(draws, seed):
    with pytest.raises(MetricInputError):
        permutation_test([1, 2], [2, 1], draws, seed)
