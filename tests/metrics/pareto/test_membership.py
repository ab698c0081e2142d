from math import inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from leaderboard.metrics import MetricInputError, front_mask, front_membership, front_states, placed_mask
from tests.metrics.pareto.brute_force import brute_force_front

LOWER = ("lower", "lower")

# Small whole numbers: ties, duplicates, missing and infinite values are then the rule and not the exception.
coordinates = st.sampled_from([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, inf, nan])
directions_of = st.sampled_from(["higher", "lower"])
flat_tables = arrays(float, st.tuples(st.integers(0, 20), st.just(2)), elements=coordinates)


@given(flat_tables, directions_of, directions_of)
def test_the_sweep_and_the_library_agree_on_two_objectives(points, x_direction, y_direction):
    directions = (x_direction, y_direction)
    share = front_membership([points[:, :1], points[:, 1:]], directions)
    np.testing.assert_array_equal(share == 1.0, front_mask(points, directions))
    np.testing.assert_array_equal(np.isnan(share), ~placed_mask(points))


def test_membership_is_the_share_of_resamples_on_the_front():
    x = [[1, 1, 1, 1], [2, 2, 2, 2], [2, 2, 2, 2]]
    y = [[5, 5, 5, 5], [4, 4, 4, 6], [3, 5, 3, 3]]
    assert front_membership([x, y], LOWER).tolist() == [1.0, 0.25, 0.75]


def test_a_point_without_a_value_in_a_resample_is_off_that_front_and_never_placed_is_nan():
    x = [[1, nan], [nan, nan], [2, 2]]
    y = [[1, 1], [1, 1], [2, 2]]
    np.testing.assert_array_equal(front_membership([x, y], LOWER), [0.5, nan, 0.5])


def test_membership_without_points_or_draws():
    assert front_membership([np.empty((0, 5)), np.empty((0, 5))], LOWER).tolist() == []
    assert np.isnan(front_membership([np.empty((2, 0)), np.empty((2, 0))], LOWER)).all()


@pytest.mark.parametrize(("x", "y"), [([1.0], [1.0]), ([[1.0]], [[1.0, 2.0]])])
def test_draws_of_different_shapes_are_refused(x, y):
    with pytest.raises(MetricInputError):
        front_membership([x, y], LOWER)


def test_membership_of_many_points_equals_the_library_resample_by_resample():
    generator = np.random.default_rng(1)
    x, y = generator.integers(0, 30, (2, 200, 40)).astype(float)
    one_by_one = [front_mask(np.column_stack([x[:, d], y[:, d]]), ("lower", "higher")) for d in range(40)]
    np.testing.assert_array_equal(front_membership([x, y], ("lower", "higher")), np.mean(one_by_one, axis=0))


any_draws = st.tuples(st.integers(1, 5), st.integers(1, 8), st.integers(1, 4)).flatmap(
    lambda shape: arrays(float, shape, elements=coordinates)
)


@given(any_draws, st.lists(directions_of, min_size=5, max_size=5))
@settings(max_examples=60, deadline=None)
def test_membership_in_any_number_of_objectives_is_the_share_of_fronts(draws, directions):
    directions = directions[: len(draws)]
    fronts = [brute_force_front(draws[:, :, d].T, directions) for d in range(draws.shape[2])]
    expected = np.mean(fronts, axis=0)
    expected[np.isnan(draws).any(axis=0).all(axis=1)] = nan
    np.testing.assert_array_equal(front_membership(draws, directions), expected)


def test_a_third_objective_saves_a_point_in_the_resamples_in_which_it_is_best():
    quality, energy = [[0.9, 0.9], [0.8, 0.8]], [[1, 1], [2, 2]]
    latency = [[5, 5], [4, 6]]
    assert front_membership([quality, energy], ("higher", "lower")).tolist() == [1, 0]
    assert front_membership([quality, energy, latency], ("higher", "lower", "lower")).tolist() == [1, 0.5]


@pytest.mark.parametrize(
    ("draws", "directions"),
    [([], []), ([[[1.0]]], LOWER), ([[[1.0]]] * 3, LOWER), ([[[1.0]], [[1.0]], [[1.0, 2.0]]], ["lower"] * 3)],
)
def test_a_table_of_one_shape_and_a_direction_belong_to_each_objective(draws, directions):
    with pytest.raises(MetricInputError):
        front_membership(draws, directions)


def test_the_states_are_the_words_for_the_probability():
    mask = np.array([True, True, False, False, False, True, False])
    placed = np.array([True, True, True, True, False, True, True])
    probability = np.array([0.5, 0.499, 0.06, 0.05, 0.9, nan, nan])
    states = ("on", "contested", "contested", "dominated", "unplaced", "on", "dominated")
    assert front_states(mask, placed, probability) == states


def test_without_resamples_the_front_of_the_values_decides():
    points = [[1, 2], [2, 1], [3, 3], [None, 0]]
    assert front_states(front_mask(points, LOWER), placed_mask(points)) == ("on", "on", "dominated", "unplaced")


def test_states_of_different_lengths_are_refused():
    with pytest.raises(MetricInputError):
        front_states(np.array([True]), np.array([True, True]))
