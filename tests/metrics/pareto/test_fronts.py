from itertools import pairwise
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from leaderboard.metrics import (
    Dominators,
    MetricInputError,
    dominators,
    front_mask,
    front_membership,
    front_states,
    placed_mask,
    step_line,
)
from leaderboard.metrics.pareto.sweep import sweep_front

WORKED = np.array([[1, 5], [2, 3], [4, 2], [3, 4], [5, 1]], dtype=float)
LOWER = ("lower", "lower")

# Small whole numbers: ties, duplicates, missing and infinite values are then the rule and not the exception.
coordinates = st.sampled_from([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, inf, nan])
directions_of = st.sampled_from(["higher", "lower"])
flat_tables = arrays(float, st.tuples(st.integers(0, 20), st.just(2)), elements=coordinates)
small_tables = arrays(float, st.tuples(st.integers(1, 16), st.integers(1, 4)), elements=coordinates)


def brute_force_front(points, directions):
    """The definition, pair by pair."""
    costs = points * [1 if direction == "lower" else -1 for direction in directions]
    costs[np.isinf(points)] = inf
    placed = ~np.isnan(costs).any(axis=1)
    no_worse = (costs[:, None, :] <= costs[None, :, :]).all(axis=2)
    better = (costs[:, None, :] < costs[None, :, :]).any(axis=2)
    return placed & ~(no_worse & better).any(axis=0)


def test_the_worked_front_comes_out():
    assert front_mask(WORKED, LOWER).tolist() == [True, True, True, False, True]


def test_equal_points_on_the_front_are_all_kept():
    assert front_mask([[1, 1], [1, 1], [2, 1]], LOWER).tolist() == [True, True, False]


def test_a_missing_value_takes_its_point_out_before_the_filter():
    points = [[1, nan], [2, 3]]
    assert front_mask(points, LOWER).tolist() == [False, True]
    assert placed_mask(points).tolist() == [False, True]
    assert placed_mask([[1, None], [2, 3]]).tolist() == [False, True]


def test_an_infinite_value_is_the_worst_in_either_direction():
    assert front_mask([[1, inf], [1, 3]], LOWER).tolist() == [False, True]
    assert front_mask([[1, inf], [1, 3]], ("lower", "higher")).tolist() == [False, True]
    assert front_mask([[inf, inf], [inf, inf]], LOWER).tolist() == [True, True]


def test_no_points_make_an_empty_front():
    assert front_mask([], LOWER).tolist() == []
    assert front_mask([[nan, 1]], LOWER).tolist() == [False]
    assert placed_mask([]).tolist() == []


@pytest.mark.parametrize(
    ("points", "directions"), [([[1, 2]], ["lower"]), ([1, 2], LOWER), ([[1, 2]], ["lower", "up"])]
)
def test_a_table_that_does_not_fit_its_directions_is_refused(points, directions):
    with pytest.raises(MetricInputError):
        front_mask(points, directions)


@given(small_tables, st.lists(directions_of, min_size=4, max_size=4))
def test_the_front_is_what_the_definition_says(points, directions):
    directions = directions[: points.shape[1]]
    np.testing.assert_array_equal(front_mask(points, directions), brute_force_front(points, directions))


@given(flat_tables, directions_of, directions_of)
def test_the_sweep_and_the_library_agree_on_two_objectives(points, x_direction, y_direction):
    directions = (x_direction, y_direction)
    share = front_membership(points[:, :1], points[:, 1:], directions)
    np.testing.assert_array_equal(share == 1.0, front_mask(points, directions))
    np.testing.assert_array_equal(np.isnan(share), ~placed_mask(points))


@given(flat_tables, st.randoms(use_true_random=False))
def test_the_order_of_points_does_not_matter(points, random):
    order = list(range(len(points)))
    random.shuffle(order)
    np.testing.assert_array_equal(front_mask(points[order], LOWER), front_mask(points, LOWER)[order])


@given(flat_tables)
def test_a_monotone_change_of_scale_moves_nobody_on_or_off_the_front(points):
    stretched = np.column_stack([np.exp(points[:, 0]), points[:, 1] ** 3 + 7])
    np.testing.assert_array_equal(front_mask(stretched, LOWER), front_mask(points, LOWER))


@given(flat_tables, st.integers(0, 3), st.integers(1, 3))
def test_a_dominated_point_changes_no_verdict(points, dx, dy):
    if not front_mask(points, LOWER).any():
        return
    leader = points[np.flatnonzero(front_mask(points, LOWER))[0]]
    if not np.isfinite(leader).all():
        return
    more = np.vstack([points, leader + np.array([dx, dy])])
    assert front_mask(more, LOWER).tolist() == [*front_mask(points, LOWER).tolist(), False]


@given(flat_tables)
def test_the_front_of_the_front_is_the_front(points):
    front = points[front_mask(points, LOWER)]
    assert front_mask(front, LOWER).all()


def test_membership_is_the_share_of_resamples_on_the_front():
    x = [[1, 1, 1, 1], [2, 2, 2, 2], [2, 2, 2, 2]]
    y = [[5, 5, 5, 5], [4, 4, 4, 6], [3, 5, 3, 3]]
    assert front_membership(x, y, LOWER).tolist() == [1.0, 0.25, 0.75]


def test_a_point_without_a_value_in_a_resample_is_off_that_front_and_never_placed_is_nan():
    x = [[1, nan], [nan, nan], [2, 2]]
    y = [[1, 1], [1, 1], [2, 2]]
    np.testing.assert_array_equal(front_membership(x, y, LOWER), [0.5, nan, 0.5])


def test_membership_without_points_or_draws():
    assert front_membership(np.empty((0, 5)), np.empty((0, 5)), LOWER).tolist() == []
    assert np.isnan(front_membership(np.empty((2, 0)), np.empty((2, 0)), LOWER)).all()


@pytest.mark.parametrize(("x", "y"), [([1.0], [1.0]), ([[1.0]], [[1.0, 2.0]])])
def test_draws_of_different_shapes_are_refused(x, y):
    with pytest.raises(MetricInputError):
        front_membership(x, y, LOWER)


def test_membership_of_many_points_equals_the_library_resample_by_resample():
    generator = np.random.default_rng(1)
    x, y = generator.integers(0, 30, (2, 200, 40)).astype(float)
    one_by_one = [front_mask(np.column_stack([x[:, d], y[:, d]]), ("lower", "higher")) for d in range(40)]
    np.testing.assert_array_equal(front_membership(x, y, ("lower", "higher")), np.mean(one_by_one, axis=0))


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


STAIR_X, STAIR_Y = [1.0, 2.0, 4.0], [5.0, 3.0, 2.0]


def test_the_line_steps_horizontally_first_where_lower_x_is_better():
    assert step_line(STAIR_X, STAIR_Y, *LOWER) == ((1, 5), (2, 5), (2, 3), (4, 3), (4, 2))
    assert step_line([1, 2, 4], [2, 3, 5], "lower", "higher") == ((1, 2), (2, 2), (2, 3), (4, 3), (4, 5))


def test_the_line_steps_vertically_first_where_higher_x_is_better():
    assert step_line(STAIR_X, STAIR_Y, "higher", "higher") == ((1, 5), (1, 3), (2, 3), (2, 2), (4, 2))
    assert step_line([1, 2, 4], [2, 3, 5], "higher", "lower") == ((1, 2), (1, 3), (2, 3), (2, 5), (4, 5))


def test_the_line_leaves_out_what_is_dominated_missing_infinite_or_drawn_already():
    x = [1.0, 1.0, 2.0, 3.0, nan, 4.0]
    y = [2.0, 2.0, 1.0, 3.0, 0.0, -inf]
    assert step_line(x, y, *LOWER) == ((1, 2), (2, 2), (2, 1))
    assert step_line([], [], *LOWER) == ()
    assert step_line([nan], [1.0], *LOWER) == ()
    assert step_line([3.0], [1.0], *LOWER) == ((3, 1),)


@given(flat_tables, directions_of, directions_of)
def test_every_vertex_is_attainable_and_no_point_lies_beyond_the_line(points, x_direction, y_direction):
    """A corner claims no more than a point of the front gives: some point is at least as good on both axes."""
    line = step_line(points[:, 0], points[:, 1], x_direction, y_direction)
    finite = points[np.isfinite(points).all(axis=1)]
    assert bool(line) == bool(len(finite))
    signs = np.array([1 if d == "lower" else -1 for d in (x_direction, y_direction)])
    for vertex in line:
        assert (signs * finite <= signs * np.array(vertex)).all(axis=1).any()
    assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(line))


def test_a_dominated_point_knows_how_many_beat_it_and_the_nearest():
    points = [[1, 1], [9, 9], [10, 10], [8, 2]]
    assert dominators(points, LOWER, 2) == Dominators(3, 1)
    assert dominators(points, LOWER, 0) == Dominators(0, None)
    assert dominators([[1, 1], [1, 1]], LOWER, 0) == Dominators(0, None)


def test_nearness_does_not_depend_on_the_units():
    points = np.array([[1, 90], [50, 20], [60, 100], [0, 0], [100, 100.0]])
    nearest = dominators(points, LOWER, 2).nearest
    assert dominators(points * [1e-9, 1e6], LOWER, 2).nearest == nearest == 0


def test_missing_and_infinite_values_have_their_place_among_dominators():
    points = [[1, nan], [1, 1], [2, inf], [1, inf], [nan, nan]]
    assert dominators(points, LOWER, 0) == Dominators(0, None)
    assert dominators(points, LOWER, 2) == Dominators(2, 3)
    assert dominators([[inf, inf], [1, inf]], LOWER, 0) == Dominators(1, 1)


@given(flat_tables)
def test_who_is_dominated_by_nobody_is_on_the_front(points):
    free = [dominators(points, LOWER, i).count == 0 for i in range(len(points))]
    np.testing.assert_array_equal(np.array(free, dtype=bool) & placed_mask(points), front_mask(points, LOWER))


def test_there_is_no_point_outside_the_table():
    with pytest.raises(MetricInputError):
        dominators(WORKED, LOWER, 5)


def test_the_sweep_takes_one_front_or_many():
    flat = sweep_front(WORKED[:, 0], WORKED[:, 1])
    stacked = sweep_front(np.stack([WORKED[:, 0]] * 2), np.stack([WORKED[:, 1]] * 2))
    assert flat.tolist() == stacked[0].tolist() == stacked[1].tolist() == [True, True, True, False, True]
