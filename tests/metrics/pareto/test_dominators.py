from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from leaderboard.metrics import Dominators, MetricInputError, dominators, front_mask, placed_mask

WORKED = np.array([[1, 5], [2, 3], [4, 2], [3, 4], [5, 1]], dtype=float)
LOWER = ("lower", "lower")

# Small whole numbers: ties, duplicates, missing and infinite values are then the rule and not the exception.
coordinates = st.sampled_from([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, inf, nan])
flat_tables = arrays(float, st.tuples(st.integers(0, 20), st.just(2)), elements=coordinates)


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
