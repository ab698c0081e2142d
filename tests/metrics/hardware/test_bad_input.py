import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderboard.metrics import (
    AttentionModel,
    CacheShape,
    Machine,
    Work,
    attention_decode,
    average_energy_consumption_w,
    average_latency_s,
    average_memory_bytes,
    average_memory_utilization,
    computational_efficiency,
    concurrent_users,
    context_switch_least_s,
    decode_token_least_s,
    efficiency_gap,
    eflops,
    hardware_limit,
    ideal_latency_s,
    kv_cache_bytes,
    launch_queue_time_s,
    launch_transition,
    layer_times_agree,
    linear_layer,
    memory_bandwidth_utilization,
    model_compression_rate,
    model_flop_utilization,
    network_least_s,
    peak_compute_utilization,
    power_headroom,
    power_percentile_w,
    power_profile,
    predictor_accuracy,
    prefill_least_s,
    roofline_point,
    servers_within_budget,
    share_of_hardware_limit,
    share_of_roofline,
    sparse_eflops,
    strong_scaling_efficiency,
    throughput_per_parameter,
    throughput_scaling_efficiency,
    trial_coverage,
    usability,
    waterline,
    weak_scaling_efficiency,
)
from tests.metrics.amounts import amount_lists, amounts, counts, lists_of, mostly, shares, times
from tests.metrics.documented import only_documented

works = st.tuples(amounts, amounts)
lists_of_works = st.lists(works, max_size=3)
limits = st.dictionaries(st.sampled_from(["link", "memory"]), amounts)
lengths = st.one_of(counts, st.lists(counts, max_size=3))
models = st.tuples(amounts, mostly(st.just(32), counts), mostly(st.just(8), counts), counts)
shapes = st.tuples(counts, counts, counts, amounts)
two, five = (amounts,) * 2, (counts,) * 5


def highest_efficiency(rows, peak, bandwidth):
    return waterline([Work(*row) for row in rows], Machine(peak, bandwidth)).highest_efficiency


def sparse(model, *rest):
    return sparse_eflops(AttentionModel(*model), *rest)


FINITE = [
    (average_memory_bytes, (times, amount_lists)),
    (average_memory_utilization, (times, amount_lists, amounts)),
    (peak_compute_utilization, (times, amount_lists, amounts)),
    (average_energy_consumption_w, (times, amount_lists)),
    (average_latency_s, (amount_lists, amount_lists)),
    (throughput_per_parameter, (*two, amounts)),
    (model_compression_rate, (*two, *two)),
    (linear_layer, (counts, counts, counts, *two)),
    (attention_decode, (*five, amounts)),
    (
        lambda rows, f, b: network_least_s([Work(*row) for row in rows], Machine(f, b)),
        (st.lists(works, max_size=3), *two),
    ),
    (
        lambda rows, f, b: waterline([Work(*row) for row in rows], Machine(f, b)).highest_efficiency,
        (st.lists(works, max_size=3), *two),
    ),
    (share_of_roofline, two),
    (ideal_latency_s, two),
    (computational_efficiency, (*two, amounts)),
    (efficiency_gap, (*two, amounts)),
    (model_flop_utilization, two),
    (memory_bandwidth_utilization, (*two, *two)),
    (layer_times_agree, (amount_lists, amounts, amounts)),
    (lambda model, *rest: eflops(AttentionModel(*model), *rest), (models, counts, lengths, counts, amounts)),
    (
        lambda model, *rest: sparse_eflops(AttentionModel(*model), *rest),
        (models, counts, lengths, counts, counts, amounts),
    ),
    (trial_coverage, (counts, counts, counts)),
    (power_profile, (times, amount_lists, amounts)),
    (power_percentile_w, (times, amount_lists, shares, amounts)),
    (power_headroom, two),
    (servers_within_budget, two),
    (launch_queue_time_s, (times, amount_lists)),
    (launch_transition, (mostly(st.just([1, 2, 4]), lists_of(counts)), amount_lists)),
    (weak_scaling_efficiency, two),
    (strong_scaling_efficiency, (counts, amounts, counts, amounts)),
    (throughput_scaling_efficiency, (counts, amounts, counts, amounts)),
    (
        lambda shape, tokens: kv_cache_bytes(CacheShape(*shape), tokens),
        (models.map(lambda row: (*row[1:], row[0])), counts),
    ),
    (concurrent_users, (*two, amounts)),
    (prefill_least_s, (amounts, counts, counts, amounts)),
    (decode_token_least_s, (*two, amounts)),
    (context_switch_least_s, (*two, amounts)),
    (usability, (*two, st.one_of(st.none(), amounts), *two)),
    (hardware_limit, (limits,)),
    (share_of_hardware_limit, (amounts, limits)),
    (predictor_accuracy, (amount_lists, amount_lists)),
]


@pytest.mark.parametrize("place", range(len(FINITE)))
def test_whatever_comes_in_only_documented_outcomes_come_out(place):
    function, strategies = FINITE[place]

    @settings(max_examples=40)
    @given(st.tuples(*strategies))
    def outcomes(arguments):
        only_documented(lambda: function(*arguments))

    outcomes()


@settings(max_examples=60)
@given(works, amounts, amounts)
def test_a_point_may_have_infinite_intensity_and_nothing_else(row, peak, bandwidth):
    only_documented(lambda: roofline_point(Work(*row), Machine(peak, bandwidth)), infinite=True)
