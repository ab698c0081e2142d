from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import MetricInputError, integrate_power_j, net_energy_j, time_mean_power_w

TIMES_S = [0.0, 0.05, 0.10, 0.20]
POWER_W = [100.0, 200.0, 150.0, 150.0]

powers = st.floats(0, 1e4)
steps = st.floats(1e-3, 1e2)
traces = st.lists(st.tuples(steps, powers), min_size=2, max_size=40).map(
    lambda rows: (np.cumsum([step for step, _ in rows]), np.array([power for _, power in rows]))
)


def test_uneven_samples_integrate_by_the_trapezoid_rule_over_their_actual_times():
    assert integrate_power_j(TIMES_S, POWER_W) == pytest.approx(31.25, rel=1e-12)


def test_mean_power_is_weighted_by_time_and_not_by_sample():
    assert time_mean_power_w(TIMES_S, POWER_W) == pytest.approx(156.25, rel=1e-12)
    assert np.mean(POWER_W) == 150.0


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


def test_net_energy_is_gross_minus_what_idling_would_have_used():
    assert net_energy_j(31.25, 50.0, 0.2) == pytest.approx(21.25)


def test_a_load_that_does_not_rise_above_idle_has_no_net_energy():
    assert net_energy_j(10.0, 50.0, 0.2) is None
    assert net_energy_j(9.0, 50.0, 0.2) is None


@pytest.mark.parametrize("arguments", [(0, 1, 1), (-1, 1, 1), (1, -1, 1), (1, 1, 0), (nan, 1, 1), (1, 1, inf)])
def test_net_energy_refuses_what_was_not_measured(arguments):
    with pytest.raises(MetricInputError):
        net_energy_j(*arguments)
