"""Whatever the numbers, a statistic is finite, a documented infinity or NaN, or a MetricInputError. Warnings fail."""

from math import inf, isnan, nan

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderboard import metrics
from leaderboard.metrics import MetricInputError

EXTREMES = [0.0, -0.0, 1.0, -1.0, 0.5, 5e-324, 1e-300, 1e154, 1e308, -1e308, inf, -inf, nan]
number = st.one_of(st.sampled_from(EXTREMES), st.floats(), st.integers(0, 2).map(float))
vector = st.lists(number, max_size=6)
table = st.integers(0, 4).flatmap(lambda n: st.lists(st.lists(number, min_size=n, max_size=n), max_size=4))
direction = st.sampled_from(["higher", "lower", "sideways"])
fuzz = settings(max_examples=80, deadline=None)


def outcome(function, *arguments, **options):
    """The answer, or None where the input was refused in the documented way."""
    try:
        return function(*arguments, **options)
    except MetricInputError:
        return None


def finite_or_missing(draws):
    return draws is None or not np.isinf(draws).any()


def finite(value):
    return value is None or bool(np.isfinite(value).all())


def within_range_or_infinite(ratios, top, bottom):
    """Infinite only where the quotient of two finite means exceeds a float; NaN only where a mean is missing."""
    usable = (bottom > 0) & ~np.isnan(top)
    largest = np.finfo(float).max
    with np.errstate(over="ignore"):
        beyond = np.abs(top[usable]) > largest * np.minimum(bottom[usable], 1.0) / 4
    return not np.isnan(ratios[usable]).any() and bool((np.isfinite(ratios[usable]) | beyond).all())


@given(vector, vector, st.integers(-1, 30), st.integers(-1, 3), number)
@fuzz
def test_comparisons_of_any_two_vectors(first, second, draws, seed, margin):
    for function in (metrics.difference_draws, metrics.log_ratio_draws):
        assert finite(outcome(function, first, second, draws, seed))
    p_value = outcome(metrics.permutation_test, first, second, draws, seed)
    assert p_value is None or 0 < p_value <= 1
    found = outcome(metrics.mcnemar_exact, first, second)
    assert found is None or 0 < found.p_value <= 1
    effect = outcome(metrics.paired_effect_size, first, second)
    assert effect is None or not isnan(effect)
    compared = outcome(metrics.compare_paired, first[:3], second[:3], margin)
    assert compared is None or finite([compared.difference, compared.interval.low, compared.interval.high])


@given(vector)
@fuzz
def test_adjusting_any_p_values(p_values):
    adjusted = outcome(metrics.holm, p_values)
    assert adjusted is None or ((adjusted >= p_values) & (adjusted <= 1)).all()


@given(table, table, st.integers(-1, 30), st.integers(-1, 3))
@fuzz
def test_joint_draws_of_any_table(first, second, draws, seed):
    means = outcome(metrics.joint_mean_draws, first, draws, seed)
    assert means is None or np.isnan(means[~np.isfinite(means)]).all()
    ratios = outcome(metrics.joint_ratio_draws, first, second, draws, seed)
    if ratios is not None:
        assert ratios.shape == (len(first), draws)
        bottom = outcome(metrics.joint_mean_draws, second, draws, seed)
        assert np.isnan(ratios[(bottom < 0) | np.isnan(bottom)]).all()  # the mean of a positive sum may round to 0
        assert within_range_or_infinite(ratios, outcome(metrics.joint_mean_draws, first, draws, seed), bottom)
    assert finite(outcome(metrics.run_and_query_draws, [first], draws, seed))


@given(vector, st.lists(st.integers(0, 3), max_size=6), st.integers(-1, 30), st.integers(-1, 3))
@fuzz
def test_clusters_of_any_values(values, labels, draws, seed):
    for function in (metrics.cluster_mean_draws, metrics.cluster_and_attempt_draws):
        means = outcome(function, values, labels, draws, seed)
        assert means is None or not np.isinf(means).any()


@given(vector, vector, st.integers(0, 5), st.integers(-1, 30), st.integers(-1, 3))
@fuzz
def test_resamples_of_any_values(first, second, items, draws, seed):
    assert finite(outcome(metrics.delta_method_se, first, second))
    indices = outcome(metrics.item_indices, items, draws, seed)
    for function in (metrics.median_over_repeats_draws, metrics.mean_over_repeats_draws):
        found = outcome(function, first, draws, seed)
        assert found is None or (found.shape == (draws,) and finite_or_missing(found))
        assert found is None or np.isnan(first).any() or finite(found)
    if indices is None:
        return
    means = outcome(metrics.mean_draws, first, indices)
    if means is not None:
        assert means.shape == (draws,)
        assert finite_or_missing(means)
        np.testing.assert_array_equal(np.isnan(means), np.isnan(np.array(first)[indices]).any(axis=1))
    accuracies = outcome(metrics.accuracy_draws, first, indices)
    assert accuracies is None or ((accuracies >= 0) & (accuracies <= 1)).all()
    ratios = outcome(metrics.ratio_of_means_draws, first, second, indices)
    if ratios is not None:
        bottom = metrics.mean_draws(second, indices)
        assert np.isnan(ratios[~(bottom > 0)]).all()
        assert within_range_or_infinite(ratios, means, bottom)


@given(vector, table, direction, number)
@fuzz
def test_ranks_of_any_values(values, draws, way, level):
    for function in (metrics.rank_intervals, metrics.tie_bands):
        found = outcome(function, values, draws, way, level)
        assert found is None or len(found) == len(values)


@given(st.integers(-2, 20), st.integers(-2, 20), number, vector)
@fuzz
def test_intervals_of_any_counts_and_draws(successes, n, z, draws):
    found = outcome(metrics.wilson_interval, successes, n, z)
    assert found is None or 0 <= found.low <= found.high <= 1
    of_draws = outcome(metrics.percentile_interval, draws, z)
    refused = not draws or not 0 < z < 1
    if refused or np.isnan(draws).any():
        assert of_draws is None
    else:
        assert min(draws) <= of_draws.low <= of_draws.high <= max(draws)
    low, high = sorted([z, *draws])[:2] if draws else (z, z)
    interval = outcome(metrics.Interval, low, high)
    assert interval is None or outcome(metrics.equivalence_verdict, interval, z) is None or z > 0
