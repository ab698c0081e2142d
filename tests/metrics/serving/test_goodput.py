from math import inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderboard.metrics import (
    DISTSERVE_SLOS,
    MLPERF_INTERACTIVE_SLOS,
    MLPERF_SERVER_SLOS,
    Goodput,
    MetricInputError,
    ServiceObjectives,
    StreamedRequest,
    goodput,
    meets_objectives,
    needed_scale,
    slo_attainment,
    tightest_slo_scale,
)

SLO = ServiceObjectives(0.25, 0.125)
MET = StreamedRequest(0.0, 0.25, 1.25, 9)  # exactly both limits
LATE_START = StreamedRequest(0.0, 0.5, 1.5, 9)
SLOW_TOKENS = StreamedRequest(0.0, 0.25, 2.25, 9)
FAILED = StreamedRequest(0.0, 0.1, None, 3)

requests = st.lists(
    st.tuples(st.floats(0, 2), st.floats(0, 2), st.integers(1, 9), st.booleans()).map(
        lambda row: StreamedRequest(0.0, row[0], None if row[3] else row[0] + row[1], row[2])
    ),
    min_size=1,
    max_size=12,
)
limits = st.floats(0.01, 2)
targets = st.sampled_from([0.1, 0.5, 0.9, 0.95, 1.0])
sweeps = st.lists(st.floats(0, 1), min_size=1, max_size=6)


def test_equality_meets_both_limits():
    assert meets_objectives(MET, SLO)


@pytest.mark.parametrize("request_", [LATE_START, SLOW_TOKENS, FAILED, StreamedRequest(0.0, None, 1.0, 0)])
def test_one_limit_is_not_enough_and_no_answer_meets_none(request_):
    assert not meets_objectives(request_, SLO)


def test_one_token_is_judged_by_its_first_token_alone():
    assert meets_objectives(StreamedRequest(0.0, 0.2, 0.2, 1), SLO)
    assert not meets_objectives(StreamedRequest(0.0, 0.3, 0.3, 1), SLO)


def test_nine_of_ten_attain_the_target_and_eight_do_not():
    nine, eight = [MET] * 9 + [FAILED], [MET] * 8 + [FAILED] * 2
    assert slo_attainment(nine, SLO) == 0.9
    assert goodput([1.0], [slo_attainment(nine, SLO)]) == Goodput(at_least_per_s=1.0)
    assert goodput([1.0], [slo_attainment(eight, SLO)]) == Goodput(below_per_s=1.0)


def test_the_joint_test_is_stricter_than_each_limit_by_itself():
    half = [MET, MET, LATE_START, SLOW_TOKENS]
    assert slo_attainment(half, SLO) == 0.5
    assert np.mean([request.ttft_s <= SLO.ttft_s for request in half]) == 0.75


def test_a_sweep_without_a_crossing_gives_its_end_as_a_bound_and_no_value():
    assert goodput([1, 2], [1.0, 0.95]) == Goodput(at_least_per_s=2.0)
    assert goodput([1, 2], [0.5, 0.4]) == Goodput(below_per_s=1.0)


def test_the_first_fall_below_the_target_counts_even_if_attainment_recovers():
    assert goodput([1, 2, 3, 4], [1.0, 0.8, 1.0, 0.0]).value_per_s == pytest.approx(1.5)
    assert goodput([1, 2, 3], [0.8, 1.0, 0.0]) == Goodput(below_per_s=1.0)


def test_a_sweep_that_touches_the_target_gives_that_rate():
    assert goodput([1, 2, 3], [1.0, 0.9, 0.0]).value_per_s == 2.0


def test_goodput_is_shared_by_all_gpus():
    assert goodput([1, 2], [1.0, 0.8]).per_gpu(3).value_per_s == pytest.approx(0.5)
    assert Goodput(at_least_per_s=4.0).per_gpu(2) == Goodput(at_least_per_s=2.0)
    with pytest.raises(MetricInputError):
        Goodput(value_per_s=1.0).per_gpu(0)


@pytest.mark.parametrize("rates", [(), (1.0, 2.0, None), (0.0,), (inf,), (nan,)])
def test_a_goodput_is_one_value_or_one_bound(rates):
    with pytest.raises(MetricInputError):
        Goodput(*rates)


@pytest.mark.parametrize(
    ("rates", "attainment", "target"),
    [
        ([], [], 0.9),
        ([1], [1, 1], 0.9),
        ([2, 1], [1, 1], 0.9),
        ([1, 1], [1, 1], 0.9),
        ([0, 1], [1, 1], 0.9),
        ([1, inf], [1, 1], 0.9),
        ([1, 2], [1, nan], 0.9),
        ([1, 2], [1, 90], 0.9),
        ([1, 2], [1, 1], 0),
        ([1, 2], [1, 1], 90),
    ],
)
def test_a_sweep_that_is_none_is_refused(rates, attainment, target):
    with pytest.raises(MetricInputError):
        goodput(rates, attainment, target)


@given(sweeps, targets)
def test_a_goodput_lies_where_attainment_falls_through_the_target(attainment, target):
    rates = np.arange(1.0, len(attainment) + 1)
    found = goodput(rates, attainment, target)
    if found.value_per_s is not None:
        assert np.interp(found.value_per_s, rates, attainment) == pytest.approx(target)
        assert all(share >= target for share in np.array(attainment)[rates < found.value_per_s])


@settings(max_examples=40)
@given(st.lists(requests, min_size=2, max_size=4), limits, limits, st.floats(1.0, 3.0))
def test_goodput_never_rises_when_the_objectives_tighten(runs, ttft_s, tpot_s, factor):
    tight, loose = ServiceObjectives(ttft_s, tpot_s), ServiceObjectives(ttft_s * factor, tpot_s * factor)
    rates = range(1, len(runs) + 1)
    readings = [goodput(rates, [slo_attainment(run, slo) for run in runs]) for slo in (tight, loose)]
    order = [
        0 if reading.below_per_s else inf if reading.at_least_per_s else reading.value_per_s for reading in readings
    ]
    assert order[0] <= order[1]


@given(requests, limits, limits, targets)
def test_the_tightest_scale_attains_the_target_and_anything_tighter_does_not(run, ttft_s, tpot_s, target):
    slo = ServiceObjectives(ttft_s, tpot_s)
    scale = tightest_slo_scale(run, slo, target)
    if scale == inf:
        assert slo_attainment(run, slo.scaled(1e9)) < target
    elif scale > 1e-9:  # below it a limit may be too small for a float to be tightened
        assert slo_attainment(run, slo.scaled(scale * (1 + 1e-9))) >= target
        assert slo_attainment(run, slo.scaled(scale * (1 - 1e-9))) < target


def test_the_tightest_scale_is_that_of_the_last_request_needed():
    run = [StreamedRequest(0.0, 0.25 * scale, 0.25 * scale, 1) for scale in (0.5, 1, 2, 4)]
    assert [needed_scale(request, SLO) for request in run] == [0.5, 1, 2, 4]
    assert tightest_slo_scale(run, SLO, 0.75) == 2
    assert tightest_slo_scale(run, SLO, 0.76) == 4
    assert tightest_slo_scale([*run, FAILED], SLO, 1.0) == inf
    for arguments in (([], SLO), (run, SLO, 0.0)):
        with pytest.raises(MetricInputError):
            tightest_slo_scale(*arguments)


@pytest.mark.parametrize("pair", [(0, 1), (1, -1), (nan, 1), (1, inf)])
def test_a_limit_is_positive_and_finite(pair):
    with pytest.raises(MetricInputError):
        ServiceObjectives(*pair)


def test_no_requests_attain_nothing_and_are_refused():
    with pytest.raises(MetricInputError):
        slo_attainment([], SLO)


def test_the_objectives_of_others_are_in_seconds():
    assert DISTSERVE_SLOS["OPT-175B chat"] == ServiceObjectives(4.0, 0.2)
    assert MLPERF_SERVER_SLOS["Llama2-70B"] == ServiceObjectives(2.0, 0.2)
    for name, tight in MLPERF_INTERACTIVE_SLOS.items():
        assert tight.ttft_s < MLPERF_SERVER_SLOS[name].ttft_s
        assert tight.tpot_s < MLPERF_SERVER_SLOS[name].tpot_s
