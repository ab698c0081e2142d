from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import (
    MetricInputError,
    strong_scaling_efficiency,
    throughput_scaling_efficiency,
    weak_scaling_efficiency,
)

seconds = st.floats(1e-3, 1e3)


def test_twice_the_devices_and_work_in_the_same_time_scale_perfectly():
    assert weak_scaling_efficiency(3.0, 3.0).value == 1.0


def test_twice_the_devices_in_half_the_time_scale_perfectly():
    assert strong_scaling_efficiency(8, 3.0, 16, 1.5).value == 1.0


def test_above_one_is_flagged_and_not_clipped():
    share = strong_scaling_efficiency(1, 10.0, 2, 4.0)
    assert share.value == pytest.approx(1.25)
    assert share.exceeds


@given(st.integers(1, 64), st.integers(1, 64), seconds, seconds)
def test_throughput_and_time_say_the_same(base, factor, before, after):
    scaled = base * factor
    by_time = strong_scaling_efficiency(base, before, scaled, after).value
    assert throughput_scaling_efficiency(base, 1 / before, scaled, 1 / after).value == pytest.approx(by_time)


@pytest.mark.parametrize("function", [strong_scaling_efficiency, throughput_scaling_efficiency])
@pytest.mark.parametrize("arguments", [(0, 1, 2, 1), (4, 1, 2, 1), (1, 0, 2, 1), (1, 1, 2, inf), (1, nan, 2, 1)])
def test_devices_and_times_that_are_none_are_refused(function, arguments):
    with pytest.raises(MetricInputError):
        function(*arguments)


@pytest.mark.parametrize("pair", [(0, 1), (1, -1), (nan, 1), (1, inf)])
def test_weak_scaling_needs_two_times(pair):
    with pytest.raises(MetricInputError):
        weak_scaling_efficiency(*pair)
