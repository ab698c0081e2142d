from math import inf, nan

import pytest

from leaderboard.metrics import (
    MLPERF_QUALITY_SHARES,
    MetricInputError,
    mlperf_inferred_multistream_s,
    mlperf_inferred_offline_per_s,
    mlperf_quality_met,
)


def test_eight_samples_take_eight_times_the_tail_of_one():
    assert mlperf_inferred_multistream_s(0.002) == 0.016


def test_offline_is_a_thousand_over_the_mean_latency_in_ms():
    assert mlperf_inferred_offline_per_s(0.004) == 1000 / 4


def test_a_score_at_the_gate_passes_and_the_stricter_gate_refuses_it():
    usual, strict = MLPERF_QUALITY_SHARES
    assert (usual, strict) == (0.99, 0.999)
    assert mlperf_quality_met(99.0, 100.0)
    assert not mlperf_quality_met(98.99, 100.0)
    assert not mlperf_quality_met(99.0, 100.0, strict)
    assert mlperf_quality_met(99.9, 100.0, strict)


@pytest.mark.parametrize("latency", [0.0, -1.0, nan, inf, 5e-324, 1e308])
def test_a_latency_without_a_result_is_refused(latency):
    with pytest.raises(MetricInputError):
        (mlperf_inferred_multistream_s if latency > 1 else mlperf_inferred_offline_per_s)(latency)


@pytest.mark.parametrize("arguments", [(-1, 1), (nan, 1), (1, 0), (1, inf), (1, 1, 0), (1, 1, 1.1), (1, 1, nan)])
def test_a_gate_that_is_none_is_refused(arguments):
    with pytest.raises(MetricInputError):
        mlperf_quality_met(*arguments)
