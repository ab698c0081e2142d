from math import inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from leaderboard.metrics import MetricInputError, degradation_slope, hit_rate


def test_a_latency_equal_to_the_limit_hits_it_and_no_answer_misses():
    assert hit_rate([0.1, 0.2, 0.3, inf], 0.2) == 0.5


def test_the_ranking_when_idle_and_under_load_may_differ():
    steady, fragile = ([0.1, 0.3], [0.1, 0.3]), ([0.1, 0.1], [0.4, 0.5])
    idle, loaded = (tuple(hit_rate(system[level], 0.2) for system in (steady, fragile)) for level in (0, 1))
    assert idle[0] < idle[1]
    assert loaded[0] > loaded[1]


def test_the_slope_is_the_change_per_unit_of_contention():
    assert degradation_slope([0.0, 0.5, 0.9], [1.0, 0.5, 0.1]) == pytest.approx(-1.0)


def test_a_level_that_was_not_measured_is_left_out_and_one_level_has_no_slope():
    assert degradation_slope([0.0, 0.5, 0.9], [1.0, nan, 0.1]) == pytest.approx(-1.0)
    assert degradation_slope([0.0, 0.5], [1.0, nan]) is None
    assert degradation_slope([], []) is None


@settings(max_examples=40)
@given(st.lists(st.integers(0, 100), min_size=2, max_size=6, unique=True), st.data())
def test_the_slope_agrees_with_scipy(levels, data):
    values = data.draw(st.lists(st.floats(0, 1), min_size=len(levels), max_size=len(levels)))
    expected = stats.linregress(np.array(levels) / 100, values).slope
    assert degradation_slope(np.array(levels) / 100, values) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("latencies", "limit"), [([], 1.0), ([0.0], 1.0), ([nan], 1.0), ([1.0], 0.0), ([1.0], inf)])
def test_items_without_latency_or_limit_are_refused(latencies, limit):
    with pytest.raises(MetricInputError):
        hit_rate(latencies, limit)


@pytest.mark.parametrize(
    ("levels", "values"), [([0.5], []), ([0.5, 0.5], [1, 1]), ([50], [1]), ([nan], [1]), ([0.1, 0.2], [1, inf])]
)
def test_levels_that_are_none_are_refused(levels, values):
    with pytest.raises(MetricInputError):
        degradation_slope(levels, values)
