from itertools import pairwise
from math import inf, nan

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from leaderboard.metrics import step_line

LOWER = ("lower", "lower")

# Small whole numbers: ties, duplicates, missing and infinite values are then the rule and not the exception.
coordinates = st.sampled_from([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, inf, nan])
directions_of = st.sampled_from(["higher", "lower"])
flat_tables = arrays(float, st.tuples(st.integers(0, 20), st.just(2)), elements=coordinates)

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
