from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import (
    HardwareLimit,
    MetricInputError,
    hardware_limit,
    predictor_accuracy,
    share_of_hardware_limit,
)

rates = st.floats(0.1, 1e6)


@given(st.dictionaries(st.sampled_from(["cpu memory", "link", "gpu"]), rates, min_size=1))
def test_the_limit_is_the_least_of_its_components(limits):
    found = hardware_limit(limits)
    assert found.rate_per_s == min(limits.values()) == limits[found.component]


def test_a_share_above_the_limit_is_an_error_and_names_the_component():
    limits = {"link": 50.0, "gpu": 80.0}
    assert hardware_limit(limits) == HardwareLimit("link", 50.0)
    assert share_of_hardware_limit(40.0, limits) == 0.8
    assert share_of_hardware_limit(50.0, limits) == 1.0
    with pytest.raises(MetricInputError, match="link"):
        share_of_hardware_limit(50.1, limits)


def test_an_error_of_6_percent_is_an_accuracy_of_94():
    assert predictor_accuracy([0.94, 1.06], [1.0, 1.0]) == pytest.approx(0.94)
    assert predictor_accuracy([3.0], [1.0]) == -1.0


@given(st.lists(st.tuples(rates, rates), min_size=1, max_size=9))
def test_a_predictor_is_never_better_than_perfect(pairs):
    predicted, measured = zip(*pairs, strict=True)
    assert predictor_accuracy(predicted, measured) <= predictor_accuracy(measured, measured) == 1


@pytest.mark.parametrize("limits", [{}, {"gpu": 0.0}, {"gpu": inf}, {"gpu": nan}])
def test_limits_that_are_none_are_refused(limits):
    with pytest.raises(MetricInputError):
        hardware_limit(limits)


@pytest.mark.parametrize("rate", [-1.0, nan, inf])
def test_a_rate_that_is_none_is_refused(rate):
    with pytest.raises(MetricInputError):
        share_of_hardware_limit(rate, {"gpu": 1.0})


@pytest.mark.parametrize("pair", [([], []), ([1.0], []), ([nan], [1.0]), ([1.0], [0.0]), ([1.0], [inf])])
def test_pairs_that_are_none_are_refused(pair):
    with pytest.raises(MetricInputError):
        predictor_accuracy(*pair)
