from math import inf, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderboard.metrics import (
    RuntimeProfile,
    ServiceObjectives,
    Stage,
    StreamedRequest,
    accuracy,
    cold_start_s,
    degradation_slope,
    denoised_image_runtime_s,
    device_seconds,
    device_seconds_energy_j,
    device_seconds_usd,
    estimated_runtime_s,
    fit_runtime_profile,
    gap_percentile,
    generated_tokens,
    goodput,
    hit_rate,
    inter_chunk_gaps_s,
    inter_token_gaps_s,
    latency_headline,
    latency_percentile,
    mean_estimated_runtime_s,
    meets_objectives,
    minimum_calls,
    mlperf_early_stopping_estimate,
    mlperf_early_stopping_met,
    mlperf_early_stopping_queries,
    mlperf_inferred_multistream_s,
    mlperf_inferred_offline_per_s,
    mlperf_quality_met,
    needed_scale,
    offline_denoised_runtime_s,
    output_tokens_per_s,
    parameter_count,
    peak,
    per_item,
    repeat_medians_s,
    runtime_over_idealized,
    slo_attainment,
    stage_breakdown,
    throughput_overhead_share,
    throughput_per_s,
    tightest_slo_scale,
    time_per_output_token_s,
    time_to_first_token_s,
)
from tests.metrics.amounts import amount_lists, amounts, counts, lists_of, mostly, shares, times
from tests.metrics.documented import only_documented

count_lists = lists_of(counts)
lengths = st.sampled_from([[1, 2, 3], [10, 20, 30], [5, 5, 7]])
rising = mostly(st.lists(st.floats(0.5, 2), min_size=3, max_size=3).map(sorted), amount_lists)
maybe = st.one_of(st.none(), amounts)
rows_of_requests = mostly(
    st.lists(st.floats(0, 10), min_size=3, max_size=3).map(lambda row: (*sorted(row), 3)),
    st.tuples(amounts, maybe, maybe, counts),
)
requests = st.lists(rows_of_requests, max_size=3)
share_lists = lists_of(shares)
two = st.tuples(amounts, amounts)
percents = st.sampled_from([-1, 0, 1, 50, 99, 99.9, 100, nan, inf])
names = mostly(st.sampled_from(["inference", "decode"]), st.sampled_from(["other", ""]))
spans = st.tuples(names, st.lists(amounts, min_size=2, max_size=2).map(sorted)).map(lambda span: (span[0], *span[1]))


def streamed(rows):
    return [StreamedRequest(*row) for row in rows]


def profile(lengths, encode, token):
    return RuntimeProfile(tuple(lengths), tuple(encode), token)


FINITE = [
    (time_to_first_token_s, (amounts, amounts)),
    (time_per_output_token_s, (amounts, amounts, counts)),
    (inter_chunk_gaps_s, (times,)),
    (inter_token_gaps_s, (times, count_lists)),
    (gap_percentile, (amount_lists, st.integers(-1, 101))),
    (lambda rows: output_tokens_per_s(streamed(rows)), (requests,)),
    (
        lambda rows, ttft, tpot: slo_attainment(streamed(rows), ServiceObjectives(ttft, tpot)),
        (requests, shares, shares),
    ),
    (goodput, (times, share_lists, shares)),
    (
        lambda rates, attained, gpus: goodput(rates, attained).per_gpu(gpus),
        (times, share_lists, counts),
    ),
    (lambda *p: estimated_runtime_s(profile(*p[:3]), *p[3:]), (lengths, amount_lists, amounts, counts, counts)),
    (mean_estimated_runtime_s, (st.none(), count_lists, count_lists)),
    (generated_tokens, (count_lists, counts, st.booleans())),
    (offline_denoised_runtime_s, (amounts, counts)),
    (denoised_image_runtime_s, (st.lists(amount_lists, max_size=3),)),
    (fit_runtime_profile, (mostly(st.just([5, 5, 7]), amount_lists), mostly(st.just([1, 9, 4]), amount_lists), rising)),
    (device_seconds, (amounts, counts)),
    (device_seconds_usd, (amounts, counts, amounts)),
    (device_seconds_energy_j, (amounts, counts, amounts)),
    (runtime_over_idealized, (amounts, amounts)),
    (
        lambda start, end, rows: stage_breakdown(start, end, [Stage(*row) for row in rows]),
        (mostly(st.just(0)), amounts, st.lists(spans, max_size=3)),
    ),
    (throughput_overhead_share, (amounts, amounts)),
    (mlperf_early_stopping_queries, (st.sampled_from([0, 50, 90, 99, 100]), counts, shares)),
    (mlperf_early_stopping_met, (counts, counts, st.sampled_from([0, 50, 90, 99, 100]))),
    (mlperf_early_stopping_estimate, (st.lists(amounts, max_size=80), st.sampled_from([0, 50, 90, 100]))),
    (hit_rate, (amount_lists, amounts)),
    (degradation_slope, (share_lists, amount_lists)),
    (lambda row, slo: meets_objectives(StreamedRequest(*row), ServiceObjectives(*slo)), (rows_of_requests, two)),
    (minimum_calls, (percents,)),
    (latency_percentile, (amount_lists, percents)),
    (repeat_medians_s, (st.lists(amount_lists, max_size=3),)),
    (lambda repeats: latency_headline(repeats, seed=1, draws=20), (st.lists(amount_lists, max_size=3),)),
    (mlperf_inferred_multistream_s, (amounts,)),
    (mlperf_inferred_offline_per_s, (amounts,)),
    (mlperf_quality_met, (amounts, amounts, shares)),
    (accuracy, (share_lists,)),
    (per_item, (amounts, counts)),
    (throughput_per_s, (counts, amounts)),
    (cold_start_s, (amounts, amounts)),
    (peak, (st.one_of(amounts, amount_lists, st.lists(amount_lists, max_size=3)),)),
    (parameter_count, (st.lists(st.lists(counts, max_size=3), max_size=3),)),
]
INFINITE = [
    (
        lambda rows, ttft, tpot: tightest_slo_scale(streamed(rows), ServiceObjectives(ttft, tpot)),
        (requests, amounts, amounts),
    ),
    (
        lambda row, ttft: needed_scale(StreamedRequest(*row), ServiceObjectives(ttft, 1.0)),
        (st.tuples(amounts, maybe, maybe, counts), amounts),
    ),
]


@pytest.mark.parametrize("place", range(len(FINITE)))
def test_whatever_comes_in_only_documented_outcomes_come_out(place):
    function, strategies = FINITE[place]

    @settings(max_examples=40)
    @given(st.tuples(*strategies))
    def outcomes(arguments):
        only_documented(lambda: function(*arguments))

    outcomes()


@pytest.mark.parametrize("place", range(len(INFINITE)))
def test_a_scale_may_be_infinite_and_nothing_else(place):
    function, strategies = INFINITE[place]

    @settings(max_examples=40)
    @given(st.tuples(*strategies))
    def outcomes(arguments):
        only_documented(lambda: function(*arguments), infinite=True)

    outcomes()
