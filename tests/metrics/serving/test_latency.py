import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import (
    HISTOGRAM_EDGES_S,
    LatencyHistogram,
    MetricInputError,
    MissingReason,
    latency_headline,
    latency_percentile,
    median_over_repeats_draws,
    minimum_calls,
    percentile_interval,
    repeat_medians_s,
)

durations = st.floats(1e-7, 1e4)
ONE_BIN = 10 ** (1 / 20)


def test_the_headline_is_the_median_over_repeats_of_their_medians():
    repeats = [[0.010, 0.012, 0.011], [0.014, 0.013, 0.300], [0.012, 0.010, 0.013]]
    headline = latency_headline(repeats, seed=1)
    assert headline.value == pytest.approx(0.012)
    assert headline.n == 9
    assert headline.interval.low == pytest.approx(0.011)
    assert headline.interval.high == pytest.approx(0.014)


def test_one_slow_repeat_widens_the_interval_although_calls_within_a_repeat_agree():
    """Over calls the interval would be next to nothing: 500 calls in each repeat, all alike."""
    repeats = [np.full(500, seconds) for seconds in (1.00, 1.01, 1.02, 1.01, 1.30)]
    interval = latency_headline(repeats, seed=1).interval
    assert interval.high - interval.low > 0.1


def test_the_interval_is_that_of_the_stored_draws():
    repeats = [[0.1, 0.2], [0.3, 0.4], [0.2, 0.2]]
    draws = median_over_repeats_draws(repeat_medians_s(repeats), 1000, 5)
    assert latency_headline(repeats, seed=5, draws=1000).interval == percentile_interval(draws)


def test_one_repeat_has_a_value_and_no_interval():
    headline = latency_headline([[0.1, 0.3, 0.2]], seed=1)
    assert headline.value == pytest.approx(0.2)
    assert headline.interval is None


@pytest.mark.parametrize("repeats", [[], [[]], [[0.1], []], [[0.0]], [[-1.0]], [[float("nan")]], [[float("inf")]]])
def test_repeats_without_durations_are_refused(repeats):
    with pytest.raises(MetricInputError):
        latency_headline(repeats, seed=1)


def test_a_tail_percentile_needs_ten_calls_beyond_it():
    assert [minimum_calls(percent) for percent in (50, 90, 95, 99)] == [1, 100, 200, 1000]


@pytest.mark.parametrize(("percent", "required"), [(90, 100), (99, 1000)])
def test_below_its_minimum_a_percentile_is_missing_with_the_reason(percent, required):
    calls = np.linspace(0.1, 0.2, required)
    assert latency_percentile(calls, percent).value == pytest.approx(np.quantile(calls, percent / 100))
    short = latency_percentile(calls[:-1], percent)
    assert (short.value, short.missing, short.n) == (None, MissingReason.TOO_FEW_SAMPLES, required - 1)
    assert latency_percentile([], 50).missing == MissingReason.TOO_FEW_SAMPLES


@pytest.mark.parametrize("percent", [0, 100, -1, 101])
def test_there_is_no_such_percentile(percent):
    with pytest.raises(MetricInputError):
        minimum_calls(percent)


def test_the_edges_run_from_a_microsecond_to_a_thousand_seconds_at_20_bins_a_decade():
    assert HISTOGRAM_EDGES_S[[0, 20, -1]] == pytest.approx([1e-6, 1e-5, 1e3])
    assert len(HISTOGRAM_EDGES_S) == 181


@given(st.lists(durations, min_size=1, max_size=60))
def test_a_histogram_counts_every_call_once(calls):
    histogram = LatencyHistogram.of(calls)
    assert histogram.total == len(calls)
    assert histogram.below == sum(call < HISTOGRAM_EDGES_S[0] for call in calls)
    assert histogram.above == sum(call >= HISTOGRAM_EDGES_S[-1] for call in calls)
    assert (histogram.fastest_s, histogram.slowest_s) == (min(calls), max(calls))


@given(st.lists(durations, min_size=1, max_size=40), st.lists(durations, min_size=1, max_size=40))
def test_adding_histograms_is_the_histogram_of_all_calls(first, second):
    assert LatencyHistogram.of(first) + LatencyHistogram.of(second) == LatencyHistogram.of(first + second)


@given(st.lists(st.floats(1e-6, 999.0), min_size=1, max_size=200), st.integers(0, 100))
def test_a_percentile_read_back_is_within_one_bin_of_the_nearest_rank(calls, percent):
    nearest = np.quantile(calls, percent / 100, method="inverted_cdf")
    value = LatencyHistogram.of(calls).percentile_s(percent)
    assert nearest / ONE_BIN * (1 - 1e-9) <= value <= nearest * ONE_BIN * (1 + 1e-9)


@given(st.lists(durations, min_size=1, max_size=60))
def test_percentiles_read_back_rise_and_stay_between_the_extremes(calls):
    histogram = LatencyHistogram.of(calls)
    values = [histogram.percentile_s(percent) for percent in range(0, 101, 10)]
    assert values == sorted(values)
    assert min(calls) <= values[0]
    assert values[-1] <= max(calls)


def test_outside_the_edges_the_extremes_answer():
    assert LatencyHistogram.of([1e-7, 2e-7]).percentile_s(50) == 1e-7
    assert LatencyHistogram.of([2e3, 5e3]).percentile_s(50) == 5e3


@pytest.mark.parametrize("calls", [[], [0.0], [float("nan")], [[1.0]]])
def test_a_histogram_of_nothing_is_refused(calls):
    with pytest.raises(MetricInputError):
        LatencyHistogram.of(calls)


def test_a_call_on_an_edge_lies_in_the_bin_that_begins_there():
    assert LatencyHistogram.of([HISTOGRAM_EDGES_S[0]]).counts[0] == 1
    assert LatencyHistogram.of([HISTOGRAM_EDGES_S[7]]).counts[7] == 1
    assert LatencyHistogram.of([HISTOGRAM_EDGES_S[-1]]).above == 1


def test_counts_that_are_no_histogram_are_refused():
    counts = LatencyHistogram.of([1.0]).counts
    for arguments in [
        ((1, 2), 0, 0, 1.0, 1.0),
        (counts, -1, 0, 1.0, 1.0),
        ((0,) * 180, 0, 0, 1.0, 1.0),
        (counts, 0, 0, 2.0, 1.0),
    ]:
        with pytest.raises(MetricInputError):
            LatencyHistogram(*arguments)
    with pytest.raises(MetricInputError):
        LatencyHistogram.of([1.0]).percentile_s(101)
