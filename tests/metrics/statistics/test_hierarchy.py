from math import inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderboard.metrics import (
    MetricInputError,
    cluster_and_attempt_draws,
    cluster_mean_draws,
    item_indices,
    joint_mean_draws,
    percentile_interval,
    run_and_query_draws,
)
from leaderboard.metrics.statistics.hierarchy import run_seed

labelled = st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, 1)), min_size=1, max_size=20)


def test_runs_and_queries_are_both_drawn_by_their_indices():
    table = np.random.default_rng(1).random((2, 4, 30))
    runs, queries = item_indices(4, 500, run_seed(7)), item_indices(30, 500, 7)
    expected = [
        [quantity[np.ix_(chosen, asked)].mean() for chosen, asked in zip(runs, queries, strict=True)]
        for quantity in table
    ]
    np.testing.assert_allclose(run_and_query_draws(table, 500, 7), expected, rtol=1e-12)


def test_one_run_is_the_joint_bootstrap_over_queries():
    values = np.random.default_rng(2).random((3, 40))
    np.testing.assert_allclose(
        run_and_query_draws(values[:, None, :], 300, 5), joint_mean_draws(values, 300, 5), rtol=1e-12
    )


def test_runs_that_differ_widen_the_interval_and_runs_that_repeat_do_not():
    generator = np.random.default_rng(3)
    queries = generator.normal(100, 10, 200)
    shifts = generator.normal(0, 5, 6)
    same = np.tile(queries, (6, 1))[None]
    shifted = (queries + shifts[:, None])[None]
    alone = run_and_query_draws(same, 4000, 1).std()
    assert alone == pytest.approx(queries.std() / np.sqrt(200), rel=0.05)
    both = run_and_query_draws(shifted, 4000, 1).std()
    assert both == pytest.approx(np.hypot(alone, shifts.std() / np.sqrt(6)), rel=0.05)


def test_the_interval_over_runs_and_queries_covers_the_truth():
    """30 runs, for a percentile interval over few runs is known to be too narrow."""
    generator = np.random.default_rng(4)
    covered = []
    for _ in range(120):
        table = (
            10 + generator.normal(0, 1, (30, 1)) + generator.normal(0, 2, (1, 60)) + generator.normal(0, 1, (30, 60))
        )
        covered.append(10 in percentile_interval(run_and_query_draws(table[None], 400, 2)))
    assert np.mean(covered) == pytest.approx(0.94, abs=0.06)


@given(labelled, st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_clusters_are_drawn_by_their_indices_whatever_the_order_of_attempts(attempts, random):
    labels, values = zip(*attempts, strict=True)
    problems = sorted(set(labels))
    means = np.array([np.mean([v for c, v in attempts if c == problem]) for problem in problems])
    expected = means[item_indices(len(problems), 50, seed=3)].mean(axis=1)
    np.testing.assert_allclose(cluster_mean_draws(values, labels, 50, seed=3), expected, rtol=1e-12)
    random.shuffle(attempts)
    labels, values = zip(*attempts, strict=True)
    np.testing.assert_allclose(cluster_mean_draws(values, labels, 50, seed=3), expected, rtol=1e-12)


def test_attempts_at_one_problem_are_no_independent_trials():
    """Eight equal attempts at each of 50 problems say as much as one: the error is that of 50, not of 400."""
    solved = np.random.default_rng(5).random(50) < 0.6
    labels, values = np.repeat(np.arange(50), 8), np.repeat(solved, 8).astype(float)
    error = np.sqrt(solved.mean() * (1 - solved.mean()) / 50)
    assert cluster_mean_draws(values, labels, 4000, seed=1).std() == pytest.approx(error, rel=0.05)
    assert cluster_and_attempt_draws(values, labels, 4000, seed=1).std() == pytest.approx(error, rel=0.05)
    alone = joint_mean_draws(values[None], 4000, seed=1).std()
    assert alone == pytest.approx(error / np.sqrt(8), rel=0.05)


def test_the_second_level_adds_the_variance_within_problems():
    generator = np.random.default_rng(6)
    values = generator.normal(0, 1, (40, 5)) + generator.normal(0, 2, (40, 1))
    within = values.var(axis=1).mean() / 5 / 40
    between = values.mean(axis=1).var() / 40
    drawn = cluster_and_attempt_draws(values.ravel(), np.repeat(np.arange(40), 5), 6000, seed=2)
    assert drawn.std() == pytest.approx(np.sqrt(between + within), rel=0.05)
    assert drawn.mean() == pytest.approx(values.mean(), abs=0.02)


def test_problems_with_different_numbers_of_attempts_weigh_the_same():
    values, labels = [0, 1, 1, 1, 1], ["a", "b", "b", "b", "b"]
    for function in (cluster_mean_draws, cluster_and_attempt_draws):
        assert set(function(values, labels, 200, seed=1).tolist()) == {0, 0.5, 1}


def test_a_seed_gives_the_same_draws_again():
    values, labels = np.random.default_rng(7).random(30), np.arange(30) // 3
    for function in (cluster_mean_draws, cluster_and_attempt_draws):
        np.testing.assert_array_equal(function(values, labels, 100, seed=4), function(values, labels, 100, seed=4))
        assert (function(values, labels, 100, seed=4) != function(values, labels, 100, seed=5)).any()


@pytest.mark.parametrize("values", [[1.0], [[1.0]], np.empty((1, 0, 3)), [[[1.0, nan]]], [[[inf]]]])
def test_runs_and_queries_without_whole_values_are_refused(values):
    with pytest.raises(MetricInputError):
        run_and_query_draws(values, 5, seed=1)


@pytest.mark.parametrize("function", [cluster_mean_draws, cluster_and_attempt_draws])
@pytest.mark.parametrize(("values", "clusters"), [([], []), ([1.0], ["a", "b"]), ([[1.0]], [["a"]]), ([inf], ["a"])])
def test_values_without_their_clusters_are_refused(function, values, clusters):
    with pytest.raises(MetricInputError):
        function(values, clusters, 5, seed=1)
    with pytest.raises(MetricInputError):
        function([1.0], ["a"], 0, seed=1)
