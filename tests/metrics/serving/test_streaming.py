from math import inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from leaderboard.metrics import (
    MetricInputError,
    MissingReason,
    StreamedRequest,
    gap_percentile,
    inter_chunk_gaps_s,
    inter_token_gaps_s,
    output_tokens_per_s,
    time_per_output_token_s,
    time_to_first_token_s,
)

chunks = st.lists(st.tuples(st.integers(0, 1000), st.integers(1, 5)), min_size=1, max_size=20)


def test_the_first_token_counts_from_the_start_and_the_others_from_the_first():
    request = StreamedRequest(10.0, 10.5, 12.5, 5)
    assert (request.ttft_s, request.tpot_s, request.e2e_s) == (0.5, 0.5, 2.5)
    assert request.output_tokens_per_s == 2.0


def test_one_token_has_no_time_per_output_token():
    assert time_per_output_token_s(1.0, 1.0, 1) is None
    assert StreamedRequest(0.0, 1.0, 1.0, 1).tpot_s is None


def test_a_failed_request_has_no_end_and_so_no_latency():
    request = StreamedRequest(0.0, 0.5, None, 7)
    assert request.failed
    assert (request.ttft_s, request.tpot_s, request.e2e_s, request.output_tokens_per_s) == (0.5, None, None, None)


def test_an_answer_of_no_tokens_keeps_its_query_level_metrics():
    request = StreamedRequest(0.0, None, 2.0, 0)
    assert (request.ttft_s, request.tpot_s, request.output_tokens_per_s) == (None, None, None)
    assert request.e2e_s == 2.0


@pytest.mark.parametrize(
    "row",
    [
        (1.0, 0.5, 2.0, 3),
        (0.0, 2.0, 1.0, 3),
        (nan, 1.0, 2.0, 3),
        (0.0, 1.0, inf, 3),
        (0.0, 1.0, 2.0, -1),
        (0.0, 1.0, 2.0, 0),
        (0.0, None, 2.0, 3),
    ],
)
def test_times_that_do_not_fit_are_refused(row):
    with pytest.raises(MetricInputError):
        StreamedRequest(*row)


@pytest.mark.parametrize("times", [(1.0, 0.5), (nan, 1.0), (0.0, inf)])
def test_a_token_before_the_start_is_refused(times):
    with pytest.raises(MetricInputError):
        time_to_first_token_s(*times)
    with pytest.raises(MetricInputError):
        time_per_output_token_s(*times, 2)


def test_no_tokens_have_no_time_per_token():
    with pytest.raises(MetricInputError):
        time_per_output_token_s(0.0, 1.0, 0)


def test_tokens_that_share_a_chunk_and_the_whole_first_chunk_count_as_zero_gaps():
    assert inter_token_gaps_s([1.0, 1.5, 2.5], [2, 3, 1]).tolist() == [0, 0, 0.5, 0, 0, 1.0]
    assert inter_chunk_gaps_s([1.0, 1.5, 2.5]).tolist() == [0.5, 1.0]


def test_bundling_lowers_the_median_although_the_reader_waits_longer():
    single = inter_token_gaps_s(np.arange(12) / 10, [1] * 12)
    bundled = inter_token_gaps_s(np.arange(0, 12, 4) / 10, [4] * 3)
    assert np.median(bundled) < np.median(single)
    assert inter_chunk_gaps_s(np.arange(0, 12, 4) / 10).min() > single.max()


@given(chunks)
def test_gaps_sum_to_the_time_after_the_first_chunk_and_there_is_one_for_each_token(rows):
    times = np.sort([time for time, _ in rows]).astype(float)
    tokens = [count for _, count in rows]
    gaps = inter_token_gaps_s(times, tokens)
    assert len(gaps) == sum(tokens)
    assert gaps.sum() == pytest.approx(times[-1] - times[0])
    assert inter_chunk_gaps_s(times).sum() == pytest.approx(times[-1] - times[0])


@given(chunks)
def test_the_mean_gap_of_an_unbundled_stream_is_its_time_per_output_token(rows):
    times = np.sort([time for time, _ in rows]).astype(float)
    mean = time_per_output_token_s(times[0], times[-1], len(times))
    assert mean is None if len(times) == 1 else mean == pytest.approx(inter_chunk_gaps_s(times).mean())


@pytest.mark.parametrize(
    ("times", "tokens"),
    [([], []), ([1.0], []), ([2.0, 1.0], [1, 1]), ([nan], [1]), ([1.0], [0]), ([1.0, 2.0], [1, -1])],
)
def test_chunks_without_order_or_counts_are_refused(times, tokens):
    with pytest.raises(MetricInputError):
        inter_token_gaps_s(times, tokens)


def test_a_percentile_of_gaps_takes_zeros_and_needs_its_minimum_of_them():
    assert gap_percentile([0.0, 0.0, 1.0], 50).value == 0.0
    assert gap_percentile(np.zeros(999), 99).missing == MissingReason.TOO_FEW_SAMPLES
    assert gap_percentile([], 50).missing == MissingReason.TOO_FEW_SAMPLES
    for gaps in ([-1.0], [nan], [[1.0]]):
        with pytest.raises(MetricInputError):
            gap_percentile(gaps, 50)


@settings(max_examples=25)
@given(st.lists(st.floats(0, 10), min_size=100, max_size=150), st.sampled_from([10, 50, 75, 90]))
def test_percentiles_agree_with_scipy(gaps, percent):
    assert gap_percentile(gaps, percent).value == pytest.approx(float(stats.quantile(np.array(gaps), percent / 100)))


def test_throughput_counts_what_ended_from_the_first_start_to_the_last_end():
    finished = [StreamedRequest(0.0, 1.0, 4.0, 10), StreamedRequest(1.0, 2.0, 5.0, 20)]
    assert output_tokens_per_s(finished) == 6.0
    assert output_tokens_per_s([*finished, StreamedRequest(2.0, 3.0, None, 5)]) == 6.0


def test_tokens_of_a_failed_request_do_not_count_and_its_start_does():
    assert output_tokens_per_s([StreamedRequest(0, 0.1, 1, 10), StreamedRequest(0, 0.1, None, 1000)]) == 10
    assert output_tokens_per_s([StreamedRequest(0, 0.5, 1, 10), StreamedRequest(-1, 0.1, None, 1000)]) == 5


def test_throughput_is_missing_where_nothing_ended_or_no_time_passed():
    assert output_tokens_per_s([StreamedRequest(0.0, 1.0, None, 5)]) is None
    assert output_tokens_per_s([StreamedRequest(1.0, 1.0, 1.0, 1)]) is None
    with pytest.raises(MetricInputError):
        output_tokens_per_s([])
