from itertools import pairwise
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import (
    Gap,
    MetricInputError,
    integrate_power_j,
    sampling_gaps,
    time_mean_power_w,
    window_energy_j,
    window_mean_power_w,
)

TIMES_S = [0.0, 0.05, 0.10, 0.20]
POWER_W = [100.0, 200.0, 150.0, 150.0]

powers = st.floats(0, 1e4)
steps = st.floats(1e-3, 1e2)
traces = st.lists(st.tuples(steps, powers), min_size=2, max_size=40).map(
    lambda rows: (np.cumsum([step for step, _ in rows]), np.array([power for _, power in rows]))
)


def test_mean_power_is_weighted_by_time_and_not_by_sample():
    assert time_mean_power_w(TIMES_S, POWER_W) == pytest.approx(156.25, rel=1e-12)
    assert np.mean(POWER_W) == 150.0


def test_right_hand_rectangles_are_another_number():
    assert np.diff(TIMES_S) @ np.array(POWER_W[1:]) == pytest.approx(32.5)
    assert integrate_power_j(TIMES_S, POWER_W) == pytest.approx(31.25, rel=1e-14)


@pytest.mark.parametrize("samples", [2, 3, 8192, 8193, 8194, 16385, 100_001])
def test_a_trace_of_any_length_integrates_as_numpy_does(samples):
    generator = np.random.default_rng(samples)
    times, power = np.cumsum(generator.uniform(0.01, 0.09, samples)), generator.uniform(0, 400, samples)
    assert integrate_power_j(times, power) == pytest.approx(float(np.trapezoid(power, times)), rel=1e-13)


@pytest.mark.parametrize("where", [0, 1, 8191, 8192, 8193, 20_000])
@pytest.mark.parametrize("wrong", [nan, inf, -inf, -1e-300])
def test_one_bad_sample_anywhere_spoils_the_trace(where, wrong):
    times, power = np.arange(20_001.0), np.ones(20_001)
    power[where] = wrong
    with pytest.raises(MetricInputError):
        integrate_power_j(times, power)


@pytest.mark.parametrize("where", [0, 1, 8191, 8192, 8193, 20_000])
@pytest.mark.parametrize("wrong", [nan, inf, -inf])
def test_one_bad_instant_anywhere_spoils_the_trace(where, wrong):
    times = np.arange(20_001.0)
    times[where] = wrong
    with pytest.raises(MetricInputError):
        integrate_power_j(times, np.ones(20_001))


@pytest.mark.parametrize("where", [0, 8190, 8191, 8192, 19_999])
def test_a_clock_that_stands_still_anywhere_is_seen(where):
    times = np.arange(20_001.0)
    times[where + 1] = times[where]
    with pytest.raises(MetricInputError):
        integrate_power_j(times, np.ones(20_001))


def test_an_energy_that_no_float_holds_is_refused():
    with pytest.raises(MetricInputError):
        integrate_power_j([-1e308, 1e308], [1e308, 1e308])


@given(traces)
def test_energy_lies_between_the_least_and_the_greatest_power_times_the_duration(trace):
    times, power = trace
    energy, seconds = integrate_power_j(times, power), times[-1] - times[0]
    assert power.min() * seconds * (1 - 1e-9) <= energy <= power.max() * seconds * (1 + 1e-9)
    assert energy == pytest.approx(time_mean_power_w(times, power) * seconds)


@given(traces)
def test_a_sample_added_on_the_line_between_two_changes_no_energy(trace):
    times, power = trace
    middle = (times[:-1] + times[1:]) / 2
    finer = np.sort(np.concatenate([times, middle]))
    assert integrate_power_j(finer, np.interp(finer, times, power)) == pytest.approx(integrate_power_j(times, power))


@given(traces, st.integers(1, 38))
def test_windows_that_share_a_sample_add_up(trace, cut):
    times, power = trace
    cut = min(cut, len(times) - 2)
    if cut < 1:
        return
    first, second = integrate_power_j(times[: cut + 1], power[: cut + 1]), integrate_power_j(times[cut:], power[cut:])
    assert first + second == pytest.approx(integrate_power_j(times, power))


@pytest.mark.parametrize(
    ("times", "power"),
    [
        ([], []),
        ([0.0], [5.0]),
        ([0.0, 1.0], [5.0]),
        ([0.0, 0.0], [5.0, 5.0]),
        ([1.0, 0.0], [5.0, 5.0]),
        ([0.0, 1.0], [5.0, -1.0]),
        ([0.0, 1.0], [5.0, nan]),
        ([0.0, inf], [5.0, 5.0]),
        ([[0.0, 1.0]], [[5.0, 5.0]]),
    ],
)
@pytest.mark.parametrize("function", [integrate_power_j, time_mean_power_w])
def test_a_trace_that_cannot_be_integrated_is_refused(function, times, power):
    with pytest.raises(MetricInputError):
        function(times, power)


def test_the_edges_of_a_window_are_interpolated():
    # 0 W at 0 s to 100 W at 10 s: 25 W and 75 W at the edges.
    assert window_energy_j([0, 10], [0, 100], 2.5, 7.5) == pytest.approx(250)
    assert window_mean_power_w([0, 10], [0, 100], 2.5, 7.5) == pytest.approx(50)


def test_a_window_around_the_whole_trace_is_the_trace():
    assert window_energy_j(TIMES_S, POWER_W, 0.0, 0.20) == pytest.approx(31.25, rel=1e-14)


@given(traces, st.lists(st.floats(0, 1), min_size=1, max_size=5, unique=True))
def test_a_window_split_anywhere_sums(trace, shares):
    times, power = trace
    inner = np.clip(times[0] + np.array(shares) * (times[-1] - times[0]), times[0], times[-1])  # rounding may leave it
    cuts = np.unique([times[0], *inner, times[-1]])
    parts = [window_energy_j(times, power, *map(float, edges)) for edges in pairwise(cuts)]
    assert sum(parts) == pytest.approx(integrate_power_j(times, power))


@given(traces, st.lists(st.floats(0, 1), max_size=5))
def test_interpolated_samples_anywhere_change_no_energy(trace, shares):
    times, power = trace
    finer = np.unique([*times, *(times[0] + np.array(shares) * (times[-1] - times[0]))])
    resampled = np.interp(finer, times, power)
    assert integrate_power_j(finer, resampled) == pytest.approx(integrate_power_j(times, power))


@pytest.mark.parametrize(("start", "end"), [(-0.1, 0.1), (0.1, 0.3), (0.1, 0.1), (0.1, 0.0), (nan, 0.1), (0.0, nan)])
@pytest.mark.parametrize("function", [window_energy_j, window_mean_power_w])
def test_a_window_that_the_trace_does_not_cover_is_refused(function, start, end):
    with pytest.raises(MetricInputError):
        function(TIMES_S, POWER_W, start, end)


def test_a_bad_sample_outside_the_window_spoils_the_trace_too():
    with pytest.raises(MetricInputError):
        window_energy_j([0, 1, 2, 3], [5, 5, 5, -1], 0.2, 0.8)


def test_gaps_are_the_pauses_that_are_longer_than_told():
    assert sampling_gaps([0, 1, 2, 5, 6, 9.5], 2.5) == (Gap(2, 5), Gap(6, 9.5))
    assert sampling_gaps([0, 1, 2], 1.0) == ()


@pytest.mark.parametrize(
    ("times", "longest"), [([], 1), ([0], 1), ([0, 0], 1), ([1, 0], 1), ([0, nan], 1), ([0, 1], 0), ([0, 1], nan)]
)
def test_gaps_of_no_trace_are_refused(times, longest):
    with pytest.raises(MetricInputError):
        sampling_gaps(times, longest)
