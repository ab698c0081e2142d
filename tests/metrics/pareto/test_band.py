import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import leaderboard.metrics as m

LOWER_HIGHER = ("lower", "higher")
FLOATS = st.floats(-10, 10)


def exact(values, draws=4):
    return np.repeat(np.array(values, dtype=float)[:, None], draws, axis=1)


def test_of_exact_values_it_is_the_step_line_itself():
    band = m.front_band(exact([1, 2]), exact([0.5, 0.8]), LOWER_HIGHER, [0.5, 1, 1.5, 2, 9])
    assert band.tolist() == [[-np.inf] * 2, [0.5] * 2, [0.5] * 2, [0.8] * 2, [0.8] * 2]


def test_it_spans_what_most_resamples_attain():
    y = [np.linspace(0.0, 1.0, 101)]
    band = m.front_band(np.ones((1, 101)), y, LOWER_HIGHER, [2])
    assert band == pytest.approx(np.array([[0.95, 0.05]]))


def test_what_a_resample_does_not_place_counts_nowhere_in_it():
    x = [[1.0, np.nan, 1.0, 1.0]]
    assert m.front_band(x, np.ones((1, 4)), ("lower", "lower"), [2], [0.0, 0.75, 1.0]).tolist() == [[1.0, 1.0, np.inf]]


@given(st.lists(st.tuples(*[FLOATS] * 6), min_size=1, max_size=6), st.lists(FLOATS, min_size=1, max_size=4))
def test_it_is_what_trying_every_point_in_every_resample_gives(points, budgets):
    table = np.array(points)
    x, y = table[:, :3], table[:, 3:]
    tried = np.array([
        [max((y[i, d] for i in range(len(x)) if x[i, d] <= budget), default=-np.inf) for d in range(3)]
        for budget in budgets
    ])  # fmt: skip
    band = m.front_band(x, y, LOWER_HIGHER, budgets, [0.0, 0.5, 1.0])
    assert band.tolist() == np.sort(tried, axis=1)[:, ::-1].tolist()


@pytest.mark.parametrize(
    ("x", "y", "shares"),
    [([[1.0]], [[1.0, 2.0]], [0.5]), ([[1.0]], [[1.0]], [1.5]), ([], [], [0.5]), ([1.0], [1.0], [0.5])],
)
def test_what_no_band_covers_is_refused(x, y, shares):
    with pytest.raises(m.MetricInputError):
        m.front_band(x, y, LOWER_HIGHER, [1.0], shares)
