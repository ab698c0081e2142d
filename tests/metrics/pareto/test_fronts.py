from math import inf, nan

import moocore
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from paretoset import paretorank, paretoset

from leaderboard.metrics import (
    MetricInputError,
    front_layers,
    front_mask,
    placed_mask,
)
from tests.metrics.pareto.brute_force import brute_force_front

WORKED = np.array([[1, 5], [2, 3], [4, 2], [3, 4], [5, 1]], dtype=float)
LOWER = ("lower", "lower")

# Small whole numbers: ties, duplicates, missing and infinite values are then the rule and not the exception.
coordinates = st.sampled_from([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, inf, nan])
directions_of = st.sampled_from(["higher", "lower"])
flat_tables = arrays(float, st.tuples(st.integers(0, 20), st.just(2)), elements=coordinates)
small_tables = arrays(float, st.tuples(st.integers(1, 16), st.integers(1, 5)), elements=coordinates)


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


@given(small_tables, st.lists(directions_of, min_size=5, max_size=5))
def test_the_front_is_what_the_definition_says(points, directions):
    directions = directions[: points.shape[1]]
    np.testing.assert_array_equal(front_mask(points, directions), brute_force_front(points, directions))


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


def test_of_equal_points_the_first_may_stand_for_all():
    points = [[1, 1], [2, 0], [1, 1], [2, 1], [2, 0]]
    assert front_mask(points, LOWER, equals="first").tolist() == [True, True, False, False, False]
    with pytest.raises(MetricInputError):
        front_mask(points, LOWER, equals="last")


@given(small_tables, st.lists(directions_of, min_size=5, max_size=5))
@settings(max_examples=60, deadline=None)
def test_the_first_of_each_kind_is_a_front_without_equals(points, directions):
    directions = directions[: points.shape[1]]
    every, first = (front_mask(points, directions, equals) for equals in ("all", "first"))
    assert not (first & ~every).any()
    kinds = {tuple(row) for row in np.abs(points[every]).tolist()}
    assert {tuple(row) for row in np.abs(points[first]).tolist()} == kinds
    assert first.sum() == len(kinds)


@given(small_tables, st.lists(directions_of, min_size=5, max_size=5))
@settings(max_examples=60, deadline=None)
def test_layers_are_fronts_of_what_the_layers_before_leave(points, directions):
    directions = directions[: points.shape[1]]
    layers = front_layers(points, directions)
    assert [layer is not None for layer in layers] == placed_mask(points).tolist()
    left = points.copy()
    for layer in range(max((layer for layer in layers if layer is not None), default=-1) + 1):
        here = front_mask(left, directions)
        assert here.tolist() == [found == layer for found in layers]
        left[here] = nan
    assert np.isnan(left).any(axis=1).all()


@pytest.mark.parametrize("columns", [2, 3, 5])
@pytest.mark.parametrize("levels", [4, 30, 10**9])
def test_two_libraries_and_the_definition_agree_on_fronts_with_ties_and_duplicates(columns, levels):
    generator = np.random.default_rng(columns * levels)
    points = generator.integers(0, levels, (400, columns)).astype(float)
    points = np.vstack([points, points[:40]])
    directions = ["higher" if column % 2 else "lower" for column in range(columns)]
    maximise = [direction == "higher" for direction in directions]
    sense = ["max" if higher else "min" for higher in maximise]
    np.testing.assert_array_equal(front_mask(points, directions), brute_force_front(points, directions))
    for equals, every in (("all", True), ("first", False)):
        ours = front_mask(points, directions, equals)
        np.testing.assert_array_equal(ours, moocore.is_nondominated(points, maximise=maximise, keep_weakly=every))
        np.testing.assert_array_equal(ours, paretoset(points, sense, distinct=not every, use_numba=False))
    ranks = paretorank(points, sense, distinct=False, use_numba=False)
    assert front_layers(points, directions) == tuple((ranks - 1).tolist())


@pytest.mark.parametrize("shape", ["cloud", "stair", "band", "grid", "sorted"])
@pytest.mark.parametrize("directions", [LOWER, ("lower", "higher"), ("higher", "lower", "higher")])
def test_the_look_at_a_sample_of_many_points_changes_no_verdict(shape, directions):
    generator = np.random.default_rng(3)
    signs = np.array([1 if direction == "lower" else -1 for direction in directions])
    costs = generator.random((40_000, len(directions)))
    if shape in {"stair", "band"}:
        costs[:, 1] = 1 - costs[:, 0] + (generator.random(len(costs)) * 0.1 if shape == "band" else 0)
    if shape == "grid":
        costs = np.round(costs, 1)
    if shape == "sorted":
        costs = costs[np.argsort(costs[:, 0])]
    points = costs * signs
    points[::97, 0] = nan
    points[5::101, 1] = inf
    points[7::103, 0] = -inf
    bad = points.copy()
    bad[np.isinf(bad)] = np.where(np.broadcast_to(signs, bad.shape) > 0, 1e9, -1e9)[np.isinf(bad)]
    known = ~np.isnan(bad).any(axis=1)
    expected = np.zeros(len(bad), dtype=bool)
    expected[known] = moocore.is_nondominated(bad[known] * signs, keep_weakly=True)
    np.testing.assert_array_equal(front_mask(points, directions), expected)


def test_a_front_without_objectives_is_refused():
    for function in (front_mask, front_layers):
        with pytest.raises(MetricInputError):
            function([[]], [])
