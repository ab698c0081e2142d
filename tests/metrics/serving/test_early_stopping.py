from math import nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from leaderboard.metrics import (
    MetricInputError,
    MissingReason,
    mlperf_early_stopping_estimate,
    mlperf_early_stopping_met,
    mlperf_early_stopping_queries,
)

percents = st.sampled_from([50, 90, 95, 99])


@settings(max_examples=40)
@given(percents, st.integers(0, 60), st.sampled_from([0.9, 0.99]))
def test_the_count_is_the_least_that_a_binomial_test_accepts(percent, over, confidence):
    """SciPy's binomial distribution: the chance of at most `over` queries beyond the bound, were p the true share."""
    total = mlperf_early_stopping_queries(percent, over, confidence)
    beyond = 1 - percent / 100
    assert stats.binom.cdf(over, total, beyond) <= (1 - confidence) * (1 + 1e-9)
    assert stats.binom.cdf(over, total - 1, beyond) > (1 - confidence) * (1 - 1e-9)


@settings(max_examples=20)
@given(percents, st.integers(0, 40))
def test_more_queries_over_the_bound_need_more_queries(percent, over):
    assert mlperf_early_stopping_queries(percent, over + 1) > mlperf_early_stopping_queries(percent, over) > over


@pytest.mark.parametrize(("percent", "least"), [(90, 64), (99, 662)])
def test_below_the_least_number_of_queries_there_is_no_estimate(percent, least):
    latencies = np.random.default_rng(1).permutation(np.linspace(0.001, 1.0, least))
    assert mlperf_early_stopping_estimate(latencies, percent).value == 1.0
    short = mlperf_early_stopping_estimate(latencies[1:], percent)
    assert (short.value, short.missing, short.n) == (None, MissingReason.TOO_FEW_SAMPLES, least - 1)
    assert mlperf_early_stopping_estimate([], percent).missing == MissingReason.TOO_FEW_SAMPLES


def test_with_197_queries_ten_may_be_over_the_bound_and_nine_are_dropped():
    latencies = np.arange(1.0, 198.0)
    assert mlperf_early_stopping_estimate(latencies, 90).value == 197 - 9
    assert mlperf_early_stopping_estimate(latencies[:-1], 90).value == 196 - 8


@settings(max_examples=25)
@given(st.lists(st.floats(0.001, 10), min_size=64, max_size=300))
def test_the_estimate_is_a_latency_seen_and_never_below_the_plain_percentile(latencies):
    value = mlperf_early_stopping_estimate(latencies, 90).value
    assert value in latencies
    assert value >= np.quantile(latencies, 0.9, method="inverted_cdf")


def test_of_a_thousand_streams_about_one_percent_stay_below_the_true_percentile():
    draws = np.random.default_rng(7).exponential(size=(1000, 197))
    estimates = np.sort(draws, axis=1)[:, 197 - 10]
    assert mlperf_early_stopping_estimate(draws[0], 90).value == estimates[0]
    assert (estimates < stats.expon.ppf(0.9)).mean() <= 0.02


def test_a_server_run_may_stop_once_its_queries_are_enough():
    assert mlperf_early_stopping_met(44, 0, 90)
    assert not mlperf_early_stopping_met(43, 0, 90)
    assert not mlperf_early_stopping_met(63, 1, 90)


@pytest.mark.parametrize("arguments", [(0, 1), (100, 1), (nan, 1), (90, -1), (90, 1, 0.0), (90, 1, 1.0), (90, 1, nan)])
def test_bad_input_is_refused(arguments):
    with pytest.raises(MetricInputError):
        mlperf_early_stopping_queries(*arguments)


@pytest.mark.parametrize("latencies", [[0.0], [-1.0], [nan], [[1.0]]])
def test_latencies_that_are_none_are_refused(latencies):
    with pytest.raises(MetricInputError):
        mlperf_early_stopping_estimate(latencies, 90)


def test_more_over_the_bound_than_there_are_is_refused():
    with pytest.raises(MetricInputError):
        mlperf_early_stopping_met(1, 2, 90)
