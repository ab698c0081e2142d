from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import (
    MACHINES,
    Machine,
    MetricInputError,
    Work,
    attention_decode,
    linear_layer,
    network_least_s,
    roofline_point,
    share_of_roofline,
)

A100 = MACHINES["A100-40G"]
amounts = st.floats(1e-3, 1e15)
works = st.builds(Work, amounts, amounts)
machines = st.builds(Machine, amounts, amounts)


def test_below_the_ridge_memory_bounds_and_from_it_on_compute():
    machine = Machine(200.0, 2.0)
    assert roofline_point(Work(99.0, 1.0), machine).bound == "memory"
    assert roofline_point(Work(100.0, 1.0), machine).bound == "compute"


def test_without_bytes_compute_bounds_and_without_operations_the_bytes_take_their_time():
    assert roofline_point(Work(312e12, 0.0), A100).bound == "compute"
    assert roofline_point(Work(312e12, 0.0), A100).least_s == 1.0
    idle = roofline_point(Work(0.0, 1555e9), A100)
    assert (idle.bound, idle.attainable_op_per_s, idle.least_s) == ("memory", 0.0, 1.0)
    assert roofline_point(Work(0.0, 0.0), A100).least_s == 0.0


@given(works, machines)
def test_a_point_lies_under_both_roofs_and_touches_one(work, machine):
    point = roofline_point(work, machine)
    assert point.attainable_op_per_s <= machine.peak_op_per_s
    assert point.least_s == pytest.approx(work.operations / point.attainable_op_per_s)


@given(st.lists(works, min_size=1, max_size=6), machines)
def test_the_totals_are_too_optimistic_for_a_network(operators, machine):
    totals = Work(sum(work.operations for work in operators), sum(work.moved_bytes for work in operators))
    assert network_least_s(operators, machine) >= roofline_point(totals, machine).least_s * (1 - 1e-9)


def test_decoding_one_sequence_is_memory_bound_and_a_long_prompt_compute_bound():
    assert roofline_point(linear_layer(4096, 4096, 1), A100).bound == "memory"
    assert roofline_point(linear_layer(4096, 4096, 2048), A100).bound == "compute"


@pytest.mark.parametrize("group", [4, 8])
def test_attention_does_as_many_operations_per_byte_as_query_heads_share_a_kv_head(group):
    work = attention_decode(context=8192, query_heads=8 * group, kv_heads=8, head_size=128)
    assert work.intensity_op_per_byte == pytest.approx(group, rel=0.02)


def test_fewer_bits_per_weight_move_fewer_bytes_for_the_same_operations():
    half, quarter = linear_layer(64, 64, 1, weight_bytes=2), linear_layer(64, 64, 1, weight_bytes=0.5)
    assert half.operations == quarter.operations
    assert half.moved_bytes - quarter.moved_bytes == 1.5 * 64 * 64


def test_a_measured_time_below_the_roofline_is_an_error_of_the_data():
    assert share_of_roofline(1.0, 4.0) == 0.25
    assert share_of_roofline(1.0, 1.0) == 1.0
    with pytest.raises(MetricInputError, match="faster than the roofline"):
        share_of_roofline(1.0, 0.999)


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (Machine, (0.0, 1.0)),
        (Machine, (1.0, inf)),
        (Work, (-1.0, 1.0)),
        (Work, (1.0, nan)),
        (linear_layer, (0, 1, 1)),
        (linear_layer, (1, 1, 1, 0.0)),
        (attention_decode, (0, 8, 8, 128)),
        (attention_decode, (1, 4, 8, 128)),
        (attention_decode, (1, 8, 8, 128, 1, nan)),
        (network_least_s, ([], A100)),
        (share_of_roofline, (1.0, inf)),
        (share_of_roofline, (-1.0, 1.0)),
        (share_of_roofline, (0.0, 0.0)),
    ],
)
def test_bad_input_is_refused(function, arguments):
    with pytest.raises(MetricInputError):
        function(*arguments)
