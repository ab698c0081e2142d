from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import (
    MetricInputError,
    average_energy_consumption_w,
    average_latency_s,
    average_memory_bytes,
    average_memory_utilization,
    model_compression_rate,
    peak_compute_utilization,
    throughput_per_parameter,
    time_mean_power_w,
)

steps, uses = st.floats(0.01, 5), st.floats(0, 80)
traces = st.lists(st.tuples(steps, uses), min_size=2, max_size=12).map(
    lambda rows: (np.cumsum([step for step, _ in rows]), np.array([use for _, use in rows]))
)


@given(traces)
def test_utilizations_stay_between_0_and_1_and_follow_the_plain_mean(trace):
    times, used = trace
    for share in (average_memory_utilization(times, used, 80.0), peak_compute_utilization(times, used, 80.0)):
        assert 0 <= share <= 1
        assert share == pytest.approx(average_memory_bytes(times, used) / 80.0)


@given(traces)
def test_average_energy_consumption_is_the_mean_power(trace):
    assert average_energy_consumption_w(*trace) == pytest.approx(time_mean_power_w(*trace))


def test_more_used_than_there_is_means_a_wrong_limit():
    for function in (average_memory_utilization, peak_compute_utilization):
        with pytest.raises(MetricInputError):
            function([0, 1], [1.0, 3.0], 2.0)
        with pytest.raises(MetricInputError):
            function([0, 1], [0.0, 0.0], 0.0)


def test_latency_is_the_mean_of_compute_and_communication_together():
    assert average_latency_s([1.0, 2.0], [0.5, 0.5]) == 2.0
    for pair in (([], []), ([1.0], [1.0, 2.0]), ([nan], [1.0]), ([1.0], [-1.0])):
        with pytest.raises(MetricInputError):
            average_latency_s(*pair)


def test_throughput_is_normalised_by_the_parameters():
    assert throughput_per_parameter(4000, 2.0, 1000) == 2.0
    for arguments in ((-1, 1, 1), (1, 0, 1), (1, 1, 0), (inf, 1, 1), (1, nan, 1)):
        with pytest.raises(MetricInputError):
            throughput_per_parameter(*arguments)


def test_compression_to_a_quarter_is_4_minus_what_scales_and_tables_add():
    assert model_compression_rate(16e9, 4e9, 60, 60) == 4.0
    assert model_compression_rate(16e9, 4.5e9, 60, 60) == pytest.approx(3.5556, rel=1e-4)


def test_a_compressed_model_that_scores_0_compresses_to_nothing_and_an_original_of_0_has_no_rate():
    assert model_compression_rate(16, 4, 60, 0) == 0
    assert model_compression_rate(16, 4, 0, 60) is None


@given(st.floats(0.1, 1e6), st.floats(0.1, 1e6), st.floats(0.01, 1e3))
def test_the_unit_of_the_sizes_does_not_matter(before, after, unit):
    plain = model_compression_rate(before, after, 3.0, 2.0)
    assert model_compression_rate(before * unit, after * unit, 3.0, 2.0) == pytest.approx(plain)


@pytest.mark.parametrize("arguments", [(0, 1, 1, 1), (1, 0, 1, 1), (1, 1, -1, 1), (1, 1, 1, nan), (inf, 1, 1, 1)])
def test_sizes_and_scores_that_are_none_are_refused(arguments):
    with pytest.raises(MetricInputError):
        model_compression_rate(*arguments)
