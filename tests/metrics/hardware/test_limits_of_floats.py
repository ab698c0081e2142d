"""Counts that count nothing, and results that no float holds."""

from math import inf

import pytest

import leaderboard.metrics as m

MODEL = m.AttentionModel(8e9, 32, 8, 4608)
SHAPE = m.CacheShape(32, 8, 128)


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (m.strong_scaling_efficiency, (1, 1.0, inf, 1.0)),
        (m.throughput_scaling_efficiency, (1.5, 1.0, 2, 1.0)),
        (m.kv_cache_bytes, (SHAPE, inf)),
        (m.kv_cache_bytes, (SHAPE, 1.5)),
        (m.CacheShape, (32.5, 8, 128)),
        (m.prefill_least_s, (8e9, inf, 1, 1.0)),
        (m.eflops, (MODEL, 10, [10, 10], inf)),
        (m.eflops, (MODEL, 10.5, [10, 10])),
        (m.sparse_eflops, (MODEL, 10, 10, inf)),
        (m.AttentionModel, (8e9, 32, 8, 0.5)),
        (m.trial_coverage, (10, 1.5, 2)),
        (m.linear_layer, (10**200, 10**200, 1)),
        (m.linear_layer, (1.5, 1, 1)),
        (m.attention_decode, (10**200, 10**9, 1, 10**200)),
        (m.attention_decode, (1, inf, 1, 1)),
    ],
)
def test_a_count_that_is_infinite_huge_or_a_fraction_is_refused(function, arguments):
    with pytest.raises(m.MetricInputError):
        function(*arguments)


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (m.servers_within_budget, (1e-300, 1e308)),
        (m.concurrent_users, (1e308, 0.0, 1e-300)),
        (m.model_flop_utilization, (1e308, 1e-308)),
        (m.predictor_accuracy, ([1e308], [1e-308])),
        (m.average_memory_bytes, ([0, 1], [1e308, 1e308])),
        (m.average_memory_bytes, ([-1e308, 1e308], [1.0, 1.0])),
        (m.average_energy_consumption_w, ([0, 1], [1e308, 1e308])),
        (m.power_profile, ([0, 1, 2], [1e308] * 3, 10)),
        (m.power_headroom, (1e308, 1e-308)),
        (m.average_latency_s, ([1e308], [1e308])),
        (m.launch_queue_time_s, ([-1e308], [1e308])),
        (m.weak_scaling_efficiency, (1e308, 1e-308)),
        (m.efficiency_gap, (1e-300, 1.0, 1e300)),
        (m.Machine, (1e308, 1e-308)),
        (m.roofline_point, (m.Work(1e308, 0.0), m.Machine(1e-308, 1.0))),
        (m.context_switch_least_s, (1e308, 1e308, 1.0)),
        (m.throughput_per_parameter, (1e308, 1e-308, 1.0)),
        (m.model_compression_rate, (1e308, 1e-308, 1.0, 1.0)),
        (m.eflops, (m.AttentionModel(1e308, 32, 8, 1), 10, [10, 10])),
    ],
)
def test_a_result_larger_than_a_float_holds_is_refused(function, arguments):
    with pytest.raises(m.MetricInputError):
        function(*arguments)


def test_scaling_of_times_whose_product_is_infinite_is_still_their_ratio():
    assert m.strong_scaling_efficiency(4, 1e308, 8, 1e308).value == 0.5


@pytest.mark.parametrize(
    ("name", "peak", "bandwidth"),
    [
        ("A100-40G", 312e12, 1555e9),
        ("A100-80G", 312e12, 2039e9),
        ("H100 SXM", 989.5e12, 3072e9),
        ("A6000", 154.8e12, 768e9),
    ],
)
def test_the_machines_are_those_of_llm_viewers_table(name, peak, bandwidth):
    assert m.MACHINES[name] == m.Machine(peak, bandwidth)
    assert len(m.MACHINES) == 4
