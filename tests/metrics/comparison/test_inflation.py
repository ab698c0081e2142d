from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import (
    MetricInputError,
    alarm_threshold,
    energy_bound_j,
    inflation_factor,
    job_energy_limit_j,
    output_token_limit,
    wall_time_limit_s,
    worst_case_bound_j,
)

requests = st.lists(st.tuples(st.floats(0.1, 100), st.floats(0.1, 1e4), st.integers(1, 4096)), min_size=1, max_size=10)


def test_an_inflation_that_no_float_holds_is_refused():
    with pytest.raises(MetricInputError, match="larger than a float"):
        inflation_factor([5e-324], [1.0])


def test_inflation_is_a_ratio_of_means():
    assert inflation_factor([50, 150], [700, 874]) == pytest.approx(7.87)


@given(requests, st.integers(1, 4096))
def test_the_bound_is_never_below_a_measured_request_within_the_limit(rows, limit):
    prefill, decode, tokens = zip(*rows, strict=True)
    bound = worst_case_bound_j(prefill, decode, tokens, limit)
    assert all(p + d <= bound * (1 + 1e-12) for p, d, count in rows if count <= limit)


def test_a_lower_limit_lowers_the_bound_linearly():
    bounds = [energy_bound_j(10.0, 0.5, limit) for limit in (100, 200, 300)]
    assert bounds == [60.0, 110.0, 160.0]
    assert energy_bound_j(10.0, 0.5, 0) == 10.0


def test_an_output_limit_leaves_room_and_stays_in_the_context():
    assert output_token_limit(500, 8192) == 2000
    assert output_token_limit(5000, 8192) == 8192
    assert output_token_limit(0.1, 8192) == 1


def test_wall_time_has_a_floor_of_half_a_minute():
    assert wall_time_limit_s(100, 0.01, 0.1) == 30.0
    assert wall_time_limit_s(2000, 0.05, 1.0) == pytest.approx(310.0)


def test_a_job_may_use_what_its_device_could():
    assert job_energy_limit_j(350.0, 600.0) == 210_000.0


def test_the_alarm_takes_the_lower_of_its_two_thresholds():
    assert alarm_threshold([10] * 999 + [1000]) == pytest.approx(10.99)
    assert alarm_threshold([10] * 90 + [1000] * 10) == 80


@pytest.mark.parametrize(
    "call",
    [
        lambda: inflation_factor([], [1]),
        lambda: inflation_factor([0], [1]),
        lambda: inflation_factor([nan], [1]),
        lambda: inflation_factor([1], [inf]),
        lambda: energy_bound_j(-1, 1, 1),
        lambda: energy_bound_j(1, nan, 1),
        lambda: energy_bound_j(1, 1, -1),
        lambda: worst_case_bound_j([1], [1], [0], 5),
        lambda: worst_case_bound_j([1], [1, 2], [1], 5),
        lambda: output_token_limit(nan, 10),
        lambda: output_token_limit(10, 0),
        lambda: wall_time_limit_s(0, 1, 1),
        lambda: wall_time_limit_s(1, -1, 1),
        lambda: job_energy_limit_j(0, 1),
        lambda: alarm_threshold([]),
    ],
)
def test_what_no_definition_covers_is_refused(call):
    with pytest.raises(MetricInputError):
        call()
