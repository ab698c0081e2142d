import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from leaderboard.metrics.pareto.sweep import sweep_front

WORKED = np.array([[1, 5], [2, 3], [4, 2], [3, 4], [5, 1]], dtype=float)


def test_the_sweep_takes_one_front_or_many():
    flat = sweep_front(WORKED[:, 0], WORKED[:, 1])
    stacked = sweep_front(np.stack([WORKED[:, 0]] * 2), np.stack([WORKED[:, 1]] * 2))
    assert flat.tolist() == stacked[0].tolist() == stacked[1].tolist() == [True, True, True, False, True]


values = st.sampled_from([0.0, 1.0, 2.0, 3.0, np.inf, np.nan])


@given(arrays(float, st.tuples(st.integers(1, 4), st.integers(1, 12), st.just(2)), elements=values))
@settings(max_examples=60, deadline=None)
def test_many_fronts_at_once_are_the_fronts_one_by_one(tables):
    together = sweep_front(tables[..., 0], tables[..., 1])
    for table, front in zip(tables, together, strict=True):
        np.testing.assert_array_equal(sweep_front(table[:, 0], table[:, 1]), front)


@pytest.mark.parametrize("shape", [(0,), (3, 0), (0, 4)])
def test_no_points_leave_no_front(shape):
    assert sweep_front(np.empty(shape), np.empty(shape)).shape == shape
