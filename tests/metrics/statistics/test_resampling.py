import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import bootstrap

from leaderboard.metrics import (
    INTERVAL_DRAWS,
    STORED_DRAWS,
    MetricInputError,
    accuracy_draws,
    delta_method_se,
    ipw_from_queries,
    item_indices,
    mean_draws,
    mean_over_repeats_draws,
    median_over_repeats_draws,
    percentile_interval,
    ratio_of_means_draws,
    stable_seed,
)

CORRECT = [1, 1, 0, 1, 0, 1, 1, 0, 1, 1] * 10
FIRST_INDICES = [283, 307, 453, 570, 20, 86]
FIRST_SEED = 3036791904074334638
POWER_W = [100, 120, 110, 90, 105, 95, 115, 100, 108, 97] * 10


def test_the_worked_ratio_of_means_its_error_and_its_interval_come_out():
    assert ipw_from_queries(CORRECT, POWER_W) == pytest.approx(0.00673077, abs=5e-9)
    assert delta_method_se(CORRECT, POWER_W) == pytest.approx(0.000450803, abs=5e-10)
    draws = ratio_of_means_draws(CORRECT, POWER_W, item_indices(100, INTERVAL_DRAWS, seed=1))
    interval = percentile_interval(draws)
    assert interval.low == pytest.approx(0.00582, abs=3e-5)
    assert interval.high == pytest.approx(0.00759, abs=3e-5)
    assert draws.std() == pytest.approx(delta_method_se(CORRECT, POWER_W), rel=0.05)


def test_the_joint_bootstrap_agrees_with_scipy():
    pairs = (np.array(CORRECT, float), np.array(POWER_W, float))
    theirs = bootstrap(
        pairs,
        lambda a, p, axis: a.mean(axis=axis) / p.mean(axis=axis),
        paired=True,
        vectorized=True,
        n_resamples=5000,
        method="percentile",
        rng=np.random.default_rng(3),
    ).confidence_interval
    ours = percentile_interval(ratio_of_means_draws(*pairs, item_indices(100, 5000, seed=2)))
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), rel=0.01)


def test_fewer_draws_are_the_first_rows_of_more():
    more = item_indices(600, INTERVAL_DRAWS, seed=7)
    np.testing.assert_array_equal(item_indices(600, STORED_DRAWS, seed=7), more[:STORED_DRAWS])
    outcomes = np.arange(600) % 3 == 0
    np.testing.assert_array_equal(
        accuracy_draws(outcomes, more[:STORED_DRAWS]), accuracy_draws(outcomes, more)[:STORED_DRAWS]
    )


def test_a_seed_gives_the_same_resamples_on_every_machine():
    """Stored draws of old entries must stay paired with new ones: a NumPy that changes its stream fails here."""
    assert item_indices(600, 1, seed=1)[0, :6].tolist() == FIRST_INDICES
    assert stable_seed("items", "digits-v1") == FIRST_SEED


def test_a_seed_does_not_depend_on_the_process():
    line = "from leaderboard.metrics import stable_seed; print(stable_seed('items', 'digits-v1'))"
    output = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=True).stdout
    assert int(output) == stable_seed("items", "digits-v1")


def test_seeds_of_different_words_differ():
    assert len({stable_seed("ab", "c"), stable_seed("a", "bc"), stable_seed("abc"), stable_seed()}) == 4


@given(st.integers(1, 50), st.integers(1, 50), st.integers(0, 2**63))
def test_indices_name_items_of_the_set(n_items, draws, seed):
    indices = item_indices(n_items, draws, seed)
    assert indices.shape == (draws, n_items)
    assert indices.min() >= 0
    assert indices.max() < n_items


def test_two_entries_with_the_same_outcomes_have_the_same_draws_and_so_no_difference():
    indices = item_indices(50, 200, seed=4)
    outcomes = np.arange(50) % 4 > 0
    np.testing.assert_array_equal(accuracy_draws(outcomes, indices), accuracy_draws(outcomes, indices))


def test_pairing_narrows_the_interval_of_a_difference():
    """Two models that fail on the same items differ less surely apart when each is resampled alone."""
    generator = np.random.default_rng(5)
    first = generator.random(400) < 0.8
    second = first & (generator.random(400) < 0.98)
    shared, other = item_indices(400, 2000, seed=1), item_indices(400, 2000, seed=2)
    paired = accuracy_draws(first, shared) - accuracy_draws(second, shared)
    unpaired = accuracy_draws(first, shared) - accuracy_draws(second, other)
    assert paired.std() < unpaired.std() / 2


@given(st.lists(st.booleans(), min_size=1, max_size=40), st.integers(1, 30))
def test_accuracy_draws_are_the_mean_of_the_drawn_outcomes(outcomes, draws):
    indices = item_indices(len(outcomes), draws, seed=9)
    expected = [np.mean([outcomes[i] for i in row]) for row in indices]
    np.testing.assert_allclose(accuracy_draws(outcomes, indices), expected)


def test_a_large_item_set_is_gathered_in_parts_that_change_nothing():
    outcomes = np.arange(30_000) % 2
    indices = item_indices(30_000, 400, seed=3)
    np.testing.assert_allclose(accuracy_draws(outcomes, indices), [outcomes[row].mean() for row in indices])


def test_repeats_of_one_seed_are_resampled_together():
    latency = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    np.testing.assert_allclose(
        median_over_repeats_draws(latency * 7, 100, seed=3), median_over_repeats_draws(latency, 100, seed=3) * 7
    )
    np.testing.assert_allclose(
        mean_over_repeats_draws(latency + 1, 100, seed=3), mean_over_repeats_draws(latency, 100, seed=3) + 1
    )


@given(st.lists(st.floats(0, 1e3), min_size=1, max_size=15))
def test_draws_over_repeats_stay_between_the_extremes(values):
    for draws in (median_over_repeats_draws(values, 50, seed=1), mean_over_repeats_draws(values, 50, seed=1)):
        assert min(values) - 1e-9 <= draws.min()
        assert draws.max() <= max(values) + 1e-9


def test_the_bootstrap_over_items_covers_the_true_accuracy_within_simulation_error():
    generator = np.random.default_rng(11)
    indices = item_indices(200, 1000, seed=6)
    covered = [0.8 in percentile_interval(accuracy_draws(generator.random(200) < 0.8, indices)) for _ in range(400)]
    assert np.mean(covered) == pytest.approx(0.95, abs=0.035)


@pytest.mark.parametrize(("n_items", "draws"), [(0, 5), (-1, 5), (5, 0)])
def test_nothing_to_draw_is_refused(n_items, draws):
    with pytest.raises(MetricInputError):
        item_indices(n_items, draws, seed=1)


@pytest.mark.parametrize("outcomes", [[1, 0], [1, 0, 2], [1, 0, float("nan")], [[1, 0, 1]]])
def test_outcomes_that_do_not_fit_the_items_are_refused(outcomes):
    with pytest.raises(MetricInputError):
        accuracy_draws(outcomes, item_indices(3, 5, seed=1))


def test_a_missing_power_is_missing_in_each_draw_that_contains_it():
    indices = np.array([[0, 0], [0, 1]], dtype=np.int32)
    np.testing.assert_array_equal(ratio_of_means_draws([1, 1], [2.0, np.nan], indices), [0.5, np.nan])
    np.testing.assert_array_equal(ratio_of_means_draws([1, 1], [0.0, 0.0], indices), [np.nan, np.nan])


@pytest.mark.parametrize(("top", "bottom"), [([1], [1]), ([1, 2], [1]), ([1, 1], [0, 0]), ([1, 1], [-1, -1])])
def test_a_standard_error_needs_pairs_and_a_positive_mean(top, bottom):
    with pytest.raises(MetricInputError):
        delta_method_se(top, bottom)


def test_the_standard_error_divides_by_one_less_than_the_number_of_queries():
    """The worked number 0.000450803 has divisor n - 1; with n it would be 0.000448543."""
    acc, power = np.array(CORRECT), np.array(POWER_W)
    residuals = acc - acc.mean() / power.mean() * power
    assert delta_method_se(acc, power) == pytest.approx(residuals.std(ddof=1) / 10 / power.mean())
    assert residuals.std() / 10 / power.mean() == pytest.approx(0.000448543, abs=5e-10)


@pytest.mark.parametrize("values", [[1.0, np.inf], [1e308, 1e308]])
def test_values_without_a_finite_sum_are_refused(values):
    with pytest.raises(MetricInputError):
        mean_over_repeats_draws(values, 5, seed=1)
    with pytest.raises(MetricInputError):
        ratio_of_means_draws(values, [1.0, 1.0], item_indices(2, 5, seed=1))
    with pytest.raises(MetricInputError):
        delta_method_se(values, [1.0, 1.0])


def test_a_negative_seed_is_refused():
    with pytest.raises(MetricInputError):
        item_indices(2, 5, seed=-1)


def test_no_repeats_is_refused():
    with pytest.raises(MetricInputError):
        median_over_repeats_draws([], 10, seed=1)


@pytest.mark.parametrize(
    "indices",
    [
        [[0, 1]],
        np.array([0, 1]),
        np.array([[5, 7]]),
        np.array([[0, -1]]),
        np.array([[0, 2]]),
        np.array([[0.0, 1.0]]),
        np.array([[0, 1, 1]]),
        np.empty((0, 2), dtype=np.int32),
    ],
)
def test_indices_that_are_none_of_these_items_are_refused(indices):
    for function in (mean_draws, accuracy_draws):
        with pytest.raises(MetricInputError):
            function([1.0, 0.0], indices)
    with pytest.raises(MetricInputError):
        ratio_of_means_draws([1.0, 2.0], [1.0, 1.0], indices)


def test_no_items_have_no_mean():
    with pytest.raises(MetricInputError):
        mean_draws([], np.empty((3, 0), dtype=np.int32))
