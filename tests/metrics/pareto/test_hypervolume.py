from math import nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import MetricInputError, front_mask, hypervolume, hypervolume_contributions

WORKED = [[1, 5], [2, 3], [4, 2], [3, 4], [5, 1]]
LOWER = ("lower", "lower")
points_of_two = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=1, max_size=15)
points_of_three = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=8)


def test_the_worked_volumes_and_contributions_come_out():
    assert hypervolume(WORKED, (6, 6), LOWER) == 16
    assert hypervolume_contributions(WORKED, (6, 6), LOWER).tolist() == [1, 4, 1, 0, 1]
    assert hypervolume([[1, 2, 3], [2, 1, 3], [3, 3, 1]], (4, 4, 4), ["lower"] * 3) == 10


def test_a_higher_is_better_objective_mirrors():
    mirrored = [[x, -y] for x, y in WORKED]
    assert hypervolume(mirrored, (6, -6), ("lower", "higher")) == 16
    assert hypervolume_contributions(mirrored, (6, -6), ("lower", "higher")).tolist() == [1, 4, 1, 0, 1]


def test_points_not_better_than_the_reference_everywhere_add_nothing():
    assert hypervolume([[6, 1], [7, 0], [1, nan], [1, float("inf")]], (6, 6), LOWER) == 0
    np.testing.assert_array_equal(hypervolume_contributions([[6, 1], [1, nan], [5, 5]], (6, 6), LOWER), [0, nan, 1])
    assert hypervolume([], (6, 6), LOWER) == 0
    assert hypervolume_contributions([], (6, 6), LOWER).tolist() == []


@given(points_of_two)
def test_the_volume_of_two_objectives_is_the_number_of_unit_squares_covered(points):
    covered = {(x, y) for a, b in points for x in range(a, 9) for y in range(b, 9)}
    assert hypervolume(points, (9, 9), LOWER) == len(covered)


@given(points_of_three)
def test_the_volume_of_three_objectives_is_the_number_of_unit_cubes_covered(points):
    cells = range(6)
    covered = {
        (x, y, z)
        for x in cells
        for y in cells
        for z in cells
        if any(a <= x and b <= y and c <= z for a, b, c in points)
    }
    assert hypervolume(points, (6, 6, 6), ["lower"] * 3) == len(covered)


@given(points_of_three)
def test_a_contribution_is_what_the_front_loses_without_the_point(points):
    directions = ["lower"] * 3
    front = np.array(points, dtype=float)[front_mask(points, directions)]
    whole = hypervolume(front, (6, 6, 6), directions)
    lost = [whole - hypervolume(np.delete(front, i, axis=0), (6, 6, 6), directions) for i in range(len(front))]
    np.testing.assert_allclose(hypervolume_contributions(front, (6, 6, 6), directions), lost, atol=1e-9)


@pytest.mark.parametrize(
    ("reference", "directions"), [((6, 6, 6), LOWER), ((6, nan), LOWER), ((6, float("inf")), LOWER), ((6,), ("lower",))]
)
def test_a_reference_that_does_not_fit_is_refused(reference, directions):
    with pytest.raises(MetricInputError):
        hypervolume(WORKED, reference, directions)
