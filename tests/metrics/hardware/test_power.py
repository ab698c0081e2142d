from math import inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from leaderboard.metrics import (
    MetricInputError,
    power_headroom,
    power_percentile_w,
    power_profile,
    servers_within_budget,
    time_mean_power_w,
)

traces = st.lists(st.tuples(st.floats(0.01, 3), st.floats(0, 500)), min_size=2, max_size=40).map(
    lambda rows: (np.cumsum([step for step, _ in rows]), np.array([power for _, power in rows]))
)


def test_percentiles_weigh_by_time_and_not_by_sample():
    """Nine samples in the first second at 400 W, two seconds apart afterwards at 100 W."""
    times = [*np.linspace(0, 0.8, 9), 2, 4, 6, 8, 10]
    profile = power_profile(times, [400] * 9 + [100] * 5, 10)
    assert np.median([400] * 9 + [100] * 5) == 400
    assert (profile.p50_w, profile.peak_w) == (100, 400)
    assert profile.mean_w == pytest.approx(142)


@settings(max_examples=60)
@given(traces, st.floats(0, 100))
def test_percentiles_agree_with_the_weighted_quantiles_of_numpy_and_scipy(trace, percent):
    times, power = trace
    steps = np.diff(times)
    weights = (np.append(steps, 0) + np.insert(steps, 0, 0)) / 2
    expected = np.quantile(power, percent / 100, weights=weights, method="inverted_cdf")
    second = stats.quantile(power, percent / 100, weights=weights, method="inverted_cdf")
    ours = power_percentile_w(times, power, percent, inf)
    # On a step of the distribution rounding may choose either side.
    near = [
        np.quantile(power, np.clip(percent / 100 + d, 0, 1), weights=weights, method="inverted_cdf")
        for d in (-1e-9, 1e-9)
    ]
    assert ours in (expected, *near)
    assert float(second) in (expected, *near)


@given(traces)
def test_the_mean_is_the_trapezoids_and_the_percentiles_rise_to_the_peak(trace):
    profile = power_profile(*trace, inf)
    assert profile.mean_w == pytest.approx(time_mean_power_w(*trace))
    assert profile.p50_w <= profile.p95_w <= profile.p99_w <= profile.peak_w
    assert profile.covered_s == pytest.approx(trace[0][-1] - trace[0][0])
    assert profile.gaps == ()


@given(traces, st.floats(0.01, 3))
def test_covered_time_and_gaps_make_up_the_whole(trace, longest_gap_s):
    profile = power_profile(*trace, longest_gap_s)
    if profile is not None:
        assert profile.covered_s + profile.gap_s == pytest.approx(trace[0][-1] - trace[0][0])
        assert profile.gap_s == pytest.approx(sum(end - start for start, end in profile.gaps))


def test_a_gap_is_reported_and_not_filled_in():
    profile = power_profile([0, 1, 2, 10, 11], [100, 100, 100, 300, 300], 1.5)
    assert profile.gaps == ((2.0, 10.0),)
    assert (profile.gap_s, profile.covered_s) == (8.0, 3.0)
    assert profile.mean_w == pytest.approx((2 * 100 + 300) / 3)


def test_nothing_but_gaps_is_no_profile():
    assert power_profile([0, 10, 20], [1, 1, 1], 1.0) is None
    assert power_percentile_w([0, 10, 20], [1, 1, 1], 50, 1.0) is None


def test_a_sample_alone_between_gaps_counts_for_the_peak_and_for_no_percentile():
    times, power = [0, 1, 10, 20, 21], [100, 100, 500, 100, 100]
    assert (power_profile(times, power, 1.5).p99_w, power_profile(times, power, 1.5).peak_w) == (100, 500)
    assert power_percentile_w(times, [100, 100, 0, 100, 100], 0, 1.5) == 100


def test_constant_power_at_70_percent_of_the_rating_leaves_30_percent():
    profile = power_profile([0, 1, 5], [70, 70, 70], 10)
    assert profile.peak_to_mean == 1.0
    assert power_headroom(profile.peak_w, 100) == pytest.approx(0.3)


def test_peaks_at_the_rating_leave_none_at_zero_risk_and_some_when_risk_is_accepted():
    times, power = np.arange(101), np.where(np.arange(101) == 50, 100.0, 40.0)
    assert power_headroom(power_percentile_w(times, power, 100, 10), 100) == 0
    assert power_headroom(power_percentile_w(times, power, 98, 10), 100) == pytest.approx(0.6)
    assert power_headroom(120, 100) == pytest.approx(-0.2)


def test_servers_fit_by_the_level_they_reach_together():
    assert servers_within_budget(300, 1000) == 3
    assert servers_within_budget(250, 1000) == 4
    assert servers_within_budget(1001, 1000) == 0


def test_a_machine_that_draws_nothing_has_no_peak_to_mean():
    assert power_profile([0, 1], [0, 0], 10).peak_to_mean is None


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (power_profile, ([0], [1], 1)),
        (power_profile, ([0, 0], [1, 1], 1)),
        (power_profile, ([0, 1], [1, -1], 1)),
        (power_profile, ([0, 1], [1, nan], 1)),
        (power_profile, ([0, 1], [1, 1], 0)),
        (power_profile, ([0, 1], [1, 1], nan)),
        (power_percentile_w, ([0, 1], [1, 1], 101, 1)),
        (power_percentile_w, ([0, 1], [1, 1], nan, 1)),
        (power_headroom, (1, 0)),
        (power_headroom, (-1, 1)),
        (power_headroom, (nan, 1)),
        (servers_within_budget, (0, 1)),
        (servers_within_budget, (1, inf)),
    ],
)
def test_bad_input_is_refused(function, arguments):
    with pytest.raises(MetricInputError):
        function(*arguments)
