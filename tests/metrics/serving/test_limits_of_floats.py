"""Counts that count nothing, and results that no float holds."""

from math import inf

import pytest

import leaderboard.metrics as m

PROFILE = m.RuntimeProfile((100,), (0.1,), 0.05)


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (m.time_per_output_token_s, (0.0, 1.0, inf)),
        (m.time_per_output_token_s, (0.0, 1.0, 2.5)),
        (m.offline_denoised_runtime_s, (1.0, inf)),
        (m.estimated_runtime_s, (PROFILE, inf, 1)),
        (m.estimated_runtime_s, (PROFILE, 1, 1.5)),
        (m.device_seconds, (1.0, inf)),
        (m.generated_tokens, ([1.5], 0, False)),
        (m.mlperf_early_stopping_queries, (90, 2.5)),
        (m.mlperf_early_stopping_met, (inf, 1, 90)),
        (m.minimum_calls, (99.9,)),
        (m.StreamedRequest, (0.0, 1.0, 2.0, 2.5)),
        (m.inter_token_gaps_s, ([0.0, 1.0], [1, 1.5])),
    ],
)
def test_a_count_that_is_infinite_or_a_fraction_is_refused(function, arguments):
    with pytest.raises(m.MetricInputError):
        function(*arguments)


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (m.runtime_over_idealized, (1e308, 1e-308)),
        (m.denoised_image_runtime_s, ([[1e308], [1e308]],)),
        (m.degradation_slope, ([0.0, 1e-300], [0.0, 1e308])),
        (m.degradation_slope, ([0.0, 5e-324], [0.0, 1.0])),
        (m.time_to_first_token_s, (-1e308, 1e308)),
        (m.time_per_output_token_s, (-1e308, 1e308, 2)),
        (m.inter_chunk_gaps_s, ([-1e308, 1e308],)),
        (m.StreamedRequest, (-1e308, 0.0, 1e308, 2)),
        (m.stage_breakdown, (-1e308, 1e308, [])),
        (m.device_seconds, (1e308, 10)),
        (m.mean_estimated_runtime_s, (m.RuntimeProfile((1,), (1e308,), 0.0), [1, 1], [1, 1])),
        (m.needed_scale, (m.StreamedRequest(0.0, 1e308, 1e308, 1), m.ServiceObjectives(1e-308, 1.0))),
        (m.repeat_medians_s, ([[1e308, 1e308]],)),
    ],
)
def test_a_result_larger_than_a_float_holds_is_refused(function, arguments):
    with pytest.raises(m.MetricInputError):
        function(*arguments)


@pytest.mark.parametrize("percent_and_confidence", [(200, 0.99), (0, 0.99), (99, 5), (99, 0.0)])
def test_an_estimate_of_nothing_still_checks_its_percentile_and_confidence(percent_and_confidence):
    with pytest.raises(m.MetricInputError):
        m.mlperf_early_stopping_estimate([], *percent_and_confidence)


@pytest.mark.parametrize("calls", [[-1.0, float("nan")], [0.0], [[1.0]], [inf]])
def test_too_few_calls_are_still_durations(calls):
    with pytest.raises(m.MetricInputError):
        m.latency_percentile(calls, 99)
