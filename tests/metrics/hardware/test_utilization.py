from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import (
    Machine,
    MetricInputError,
    Share,
    Work,
    computational_efficiency,
    efficiency_gap,
    ideal_latency_s,
    layer_times_agree,
    memory_bandwidth_utilization,
    model_flop_utilization,
    network_least_s,
    waterline,
)

amounts = st.floats(1e-3, 1e9)
TWO = [Work(10, 3), Work(10, 0.1)]
MACHINE = Machine(10.0, 1.0)


@given(amounts, amounts, amounts)
def test_latency_is_operations_over_peak_and_efficiency(operations, latency, peak):
    efficiency = computational_efficiency(operations, latency, peak)
    assert operations / (peak * efficiency.value) == pytest.approx(latency)


@given(amounts, st.floats(1.0, 1e6), amounts)
def test_the_gap_is_one_over_the_efficiency(operations, times_slower, peak):
    latency = ideal_latency_s(operations, peak) * times_slower
    gap = efficiency_gap(operations, latency, peak)
    assert gap == pytest.approx(times_slower)
    assert gap * computational_efficiency(operations, latency, peak).value == pytest.approx(1)


def test_a_latency_below_the_ideal_flags_the_efficiency_and_has_no_gap():
    assert computational_efficiency(10, 0.5, 10).exceeds
    with pytest.raises(MetricInputError, match="below the ideal"):
        efficiency_gap(10, 0.5, 10)


def test_fewer_operations_at_lower_efficiency_can_be_slower():
    small, large = Work(10, 8), Work(20, 1)
    assert small.operations < large.operations
    assert network_least_s([small], MACHINE) > network_least_s([large], MACHINE)


def test_a_share_above_one_is_kept_and_flagged():
    assert model_flop_utilization(330e12, 312e12) == Share(330 / 312)
    assert model_flop_utilization(330e12, 312e12).exceeds
    assert not model_flop_utilization(312e12, 312e12).exceeds


def test_bandwidth_utilization_counts_parameters_and_cache():
    assert memory_bandwidth_utilization(14e9, 1e9, 0.01, 2e12).value == pytest.approx(0.75)


def test_a_waterline_says_which_kernels_memory_bounds_and_what_each_loses():
    line = waterline(TWO, MACHINE, [4.0, 1.5])
    assert [kernel.under_water for kernel in line.kernels] == [True, False]
    assert [kernel.lost_s for kernel in line.kernels] == [3.0, 0.5]
    assert sum(kernel.lost_s for kernel in line.kernels) == 5.5 - line.ideal_s


def test_without_measured_times_nothing_is_said_to_be_lost():
    assert [kernel.lost_s for kernel in waterline(TWO, MACHINE).kernels] == [None, None]


@given(st.lists(st.builds(Work, amounts, amounts), min_size=1, max_size=6), amounts, amounts)
def test_no_sequence_exceeds_its_highest_efficiency(kernels, peak, bandwidth):
    line = waterline(kernels, Machine(peak, bandwidth))
    assert 0 < line.highest_efficiency <= 1 + 1e-9
    assert line.highest_efficiency == pytest.approx(line.ideal_s / network_least_s(kernels, Machine(peak, bandwidth)))


def test_layers_must_sum_to_the_model_within_the_tolerance():
    assert layer_times_agree([1.0, 2.0], 3.1)
    assert not layer_times_agree([1.0, 2.0], 3.2)
    assert layer_times_agree([1.0, 2.0], 3.0, tolerance=0)


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (ideal_latency_s, (0, 1)),
        (ideal_latency_s, (1, inf)),
        (computational_efficiency, (1, 0, 1)),
        (computational_efficiency, (1, nan, 1)),
        (model_flop_utilization, (-1, 1)),
        (model_flop_utilization, (1, 0)),
        (memory_bandwidth_utilization, (0, 0, 1, 1)),
        (memory_bandwidth_utilization, (1, 0, 0, 1)),
        (waterline, ([], MACHINE)),
        (waterline, ([Work(0, 0)], MACHINE)),
        (waterline, (TWO, MACHINE, [4.0])),
        (waterline, (TWO, MACHINE, [2.9, 1.0])),
        (waterline, (TWO, MACHINE, [nan, 1.0])),
        (layer_times_agree, ([], 1.0)),
        (layer_times_agree, ([1.0], 0.0)),
        (layer_times_agree, ([1.0], 1.0, 2.0)),
    ],
)
def test_bad_input_is_refused(function, arguments):
    with pytest.raises(MetricInputError):
        function(*arguments)
