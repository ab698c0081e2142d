from math import exp, inf, log, nan, sqrt

import moocore
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from leaderboard.metrics import MetricInputError, epsilon_additive, epsilon_multiplicative, front_mask, igd_plus

LOWER = ("lower", "lower")
# The example of moocore's documentation.
POINTS = np.array([[3.5, 5.5], [3.6, 4.1], [4.1, 3.2], [5.5, 1.5]])
REFERENCE = np.array([[1, 6], [2, 5], [3, 4], [4, 3], [5, 2], [6, 1]], dtype=float)
INDICATORS = (epsilon_additive, epsilon_multiplicative, igd_plus)

tables = arrays(float, st.tuples(st.integers(1, 8), st.just(3)), elements=st.integers(1, 9).map(float))
directions_of = st.tuples(*[st.sampled_from(["higher", "lower"])] * 3)


def test_the_documented_example_comes_out():
    assert epsilon_additive(POINTS, REFERENCE, LOWER) == 2.5
    assert epsilon_multiplicative(POINTS, REFERENCE, LOWER) == 3.5
    assert igd_plus(POINTS, REFERENCE, LOWER) == pytest.approx(0.9855036468106652, rel=1e-12)


@given(tables, tables, directions_of)
@settings(max_examples=60, deadline=None)
def test_the_indicators_are_their_definitions(points, reference, directions):
    signs = np.array([1 if direction == "lower" else -1 for direction in directions])
    worse = points[:, None] * signs - reference[None] * signs
    factor = (points[:, None] / reference[None]) ** signs
    assert epsilon_additive(points, reference, directions) == worse.max(axis=2).min(axis=0).max()
    assert epsilon_multiplicative(points, reference, directions) == pytest.approx(factor.max(axis=2).min(axis=0).max())
    short = np.sqrt((np.maximum(worse, 0) ** 2).sum(axis=2)).min(axis=0).mean()
    assert igd_plus(points, reference, directions) == pytest.approx(short)


@given(tables, directions_of)
@settings(max_examples=40, deadline=None)
def test_a_set_covers_itself_and_its_front_is_as_good(points, directions):
    front = points[front_mask(points, directions)]
    assert epsilon_additive(front, points, directions) == 0
    assert epsilon_multiplicative(front, points, directions) == 1
    assert igd_plus(front, points, directions) == 0


def test_a_factor_is_a_shift_of_logarithms_and_moocore_agrees():
    shift = epsilon_additive(np.log(POINTS), np.log(REFERENCE), LOWER)
    assert exp(shift) == pytest.approx(epsilon_multiplicative(POINTS, REFERENCE, LOWER))
    higher = moocore.epsilon_mult(POINTS, ref=REFERENCE, maximise=[False, True])
    assert epsilon_multiplicative(POINTS, REFERENCE, ("lower", "higher")) == higher


def test_igd_plus_counts_only_what_is_worse():
    assert igd_plus([[0, 3]], [[1, 1]], LOWER) == 2
    assert igd_plus([[4, 5]], [[1, 1]], LOWER) == sqrt(9 + 16)
    assert log(epsilon_multiplicative([[1, 2]], [[1, 1]], LOWER)) == pytest.approx(log(2))


@pytest.mark.parametrize("indicator", INDICATORS)
def test_points_that_reach_nothing_are_left_out_and_nobody_is_infinitely_far(indicator):
    assert indicator([[1, nan], [inf, 1], [2, 2]], [[1, 1]], LOWER) == indicator([[2, 2]], [[1, 1]], LOWER)
    assert indicator([[nan, 1]], [[1, 1]], LOWER) == inf
    assert indicator([], [[1, 1]], LOWER) == inf


@pytest.mark.parametrize("indicator", INDICATORS)
@pytest.mark.parametrize("reference", [[], [[1, nan]], [[1, inf]], [[1, 2, 3]]])
def test_a_reference_that_does_not_fit_is_refused(indicator, reference):
    with pytest.raises(MetricInputError):
        indicator(POINTS, reference, LOWER)


@pytest.mark.parametrize(("points", "reference"), [([[0, 1]], [[1, 1]]), ([[1, 1]], [[-1, 1]])])
def test_a_factor_of_values_that_are_not_positive_is_refused(points, reference):
    with pytest.raises(MetricInputError):
        epsilon_multiplicative(points, reference, LOWER)
