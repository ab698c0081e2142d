from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import (
    CacheShape,
    MetricInputError,
    Usability,
    concurrent_users,
    context_switch_least_s,
    decode_token_least_s,
    kv_cache_bytes,
    prefill_least_s,
    usability,
)

SHAPE = CacheShape(layers=32, kv_heads=8, head_size=128)
GB = 1e9


def test_each_token_leaves_its_keys_and_values_in_every_layer():
    assert kv_cache_bytes(SHAPE, 1) == 2 * 32 * 8 * 128 * 2 == 131_072
    assert kv_cache_bytes(SHAPE, 0) == 0


@given(st.integers(1, 1_000_000), st.floats(1.0, 1000.0), st.floats(0.0, 500.0))
def test_twice_the_context_halves_the_users_within_rounding(tokens, memory, weights):
    users = concurrent_users(memory * GB, weights * GB, kv_cache_bytes(SHAPE, tokens))
    halved = concurrent_users(memory * GB, weights * GB, kv_cache_bytes(SHAPE, 2 * tokens))
    assert halved == users // 2


def test_weights_above_the_memory_leave_no_users():
    assert concurrent_users(24 * GB, 30 * GB, 1 * GB) == 0
    assert concurrent_users(24 * GB, 20 * GB, 2 * GB) == 2


def test_reading_a_prompt_grows_faster_than_its_length():
    short, long = (prefill_least_s(8e9, tokens, 32 * 4096, 312e12) for tokens in (1000, 2000))
    assert long > 2 * short
    assert short == pytest.approx(1000 * (16e9 + 2 * 1000 * 131072) / 312e12)


def test_a_decoded_token_reads_weights_and_caches_once():
    assert decode_token_least_s(16 * GB, 4 * GB, 2000 * GB) == 0.01


def test_a_context_switch_moves_one_cache_out_and_one_in():
    assert context_switch_least_s(10 * GB, 10 * GB, 20 * GB) == 1.0


def test_a_model_larger_than_the_memory_does_not_fit_however_fast():
    assert usability(10 * GB, 8 * GB, 0.1, 10.0) == Usability.DOES_NOT_FIT
    assert usability(8 * GB, 8 * GB, 10.0, 10.0) == Usability.USABLE


def test_limits_of_10_and_30_seconds_sort_a_slow_device_and_a_fast_one():
    assert [usability(1, 2, latency, 10.0) for latency in (4.0, 20.0)] == [Usability.USABLE, Usability.TOO_SLOW]
    assert [usability(1, 2, latency, 30.0) for latency in (20.0, 40.0)] == [Usability.USABLE, Usability.TOO_SLOW]


def test_network_time_counts_and_a_latency_not_measured_has_no_verdict():
    assert usability(1, 2, 9.0, 10.0, network_s=2.0) == Usability.TOO_SLOW
    assert usability(1, 2, None, 10.0) == Usability.NOT_MEASURED


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (CacheShape, (0, 1, 1)),
        (CacheShape, (1, 1, 1, 0.0)),
        (kv_cache_bytes, (SHAPE, -1)),
        (concurrent_users, (1, 1, 0)),
        (concurrent_users, (inf, 1, 1)),
        (concurrent_users, (1, -1, 1)),
        (prefill_least_s, (0, 1, 1, 1)),
        (prefill_least_s, (1, 0, 1, 1)),
        (decode_token_least_s, (0, 1, 1)),
        (decode_token_least_s, (1, 1, 0)),
        (context_switch_least_s, (-1, 1, 1)),
        (context_switch_least_s, (1, 1, nan)),
        (usability, (0, 1, 1, 1)),
        (usability, (1, 1, 0, 1)),
        (usability, (1, 1, 1, inf)),
        (usability, (1, 1, 1, 1, -1)),
    ],
)
def test_bad_input_is_refused(function, arguments):
    with pytest.raises(MetricInputError):
        function(*arguments)
