from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import MetricInputError, Stage, stage_breakdown, throughput_overhead_share

stages = st.lists(
    st.tuples(st.sampled_from(["decode", "inference", "transfer"]), st.integers(0, 100), st.integers(0, 100)).map(
        lambda row: Stage(row[0], min(row[1:]), max(row[1:]))
    ),
    max_size=8,
)


def test_56_ms_around_inference_in_100_ms_are_56_percent():
    spans = [Stage("decode", 0.0, 0.03), Stage("preprocess", 0.03, 0.056), Stage("inference", 0.056, 0.1)]
    breakdown = stage_breakdown(0.0, 0.1, spans)
    assert breakdown.non_inference_share == pytest.approx(0.56)
    assert breakdown.stages_s == pytest.approx({"decode": 0.03, "preprocess": 0.026, "inference": 0.044})
    assert breakdown.other_s == pytest.approx(0)


def test_overlapping_stages_share_their_time_evenly():
    breakdown = stage_breakdown(0.0, 10.0, [Stage("decode", 0.0, 6.0), Stage("inference", 4.0, 10.0)])
    assert breakdown.stages_s == {"decode": 5.0, "inference": 5.0}
    assert breakdown.non_inference_share == pytest.approx(0.4)


def test_time_that_no_stage_covers_is_other():
    breakdown = stage_breakdown(0.0, 10.0, [Stage("inference", 2.0, 5.0), Stage("inference", 6.0, 7.0)])
    assert breakdown.stages_s == {"inference": 4.0}
    assert breakdown.other_s == 6.0
    assert breakdown.non_inference_share == pytest.approx(0.6)


def test_without_a_mark_on_inference_its_share_is_not_known():
    breakdown = stage_breakdown(0.0, 1.0, [Stage("decode", 0.0, 1.0)])
    assert breakdown.inference_s is None
    assert breakdown.non_inference_share is None
    assert stage_breakdown(0.0, 1.0, []).other_s == 1.0


@given(stages)
def test_stages_and_other_sum_to_the_total_whatever_overlaps(spans):
    breakdown = stage_breakdown(0.0, 100.0, spans)
    assert sum(breakdown.stages_s.values()) + breakdown.other_s == pytest.approx(breakdown.total_s)
    assert min([breakdown.other_s, *breakdown.stages_s.values()]) >= 0
    if breakdown.non_inference_share is not None:
        assert 0 <= breakdown.non_inference_share <= 1


@given(stages)
def test_cutting_a_stage_in_two_changes_nothing(spans):
    cut = [
        part
        for span in spans
        for middle in [(span.start_s + span.end_s) / 2]
        for part in (Stage(span.name, span.start_s, middle), Stage(span.name, middle, span.end_s))
    ]
    whole, halves = stage_breakdown(0.0, 100.0, spans), stage_breakdown(0.0, 100.0, cut)
    assert halves.stages_s == pytest.approx(whole.stages_s)
    assert halves.other_s == pytest.approx(whole.other_s)


@pytest.mark.parametrize(
    "span", [("decode", 1.0, 0.5), ("decode", nan, 1.0), ("decode", 0.0, inf), ("other", 0, 1), ("", 0, 1)]
)
def test_a_stage_that_is_none_is_refused(span):
    with pytest.raises(MetricInputError):
        Stage(*span)


@pytest.mark.parametrize(("start", "end"), [(0.0, 0.0), (1.0, 0.0), (nan, 1.0), (0.0, inf), (0.0, 0.4), (0.3, 1.0)])
def test_a_request_of_no_time_or_a_stage_beyond_it_is_refused(start, end):
    with pytest.raises(MetricInputError):
        stage_breakdown(start, end, [Stage("decode", 0.2, 0.5)])


def test_throughput_lost_around_inference_is_a_share_of_its_own():
    assert throughput_overhead_share(20.0, 100.0) == pytest.approx(0.8)
    for rates in ((-1.0, 1.0), (2.0, 1.0), (0.0, 0.0), (1.0, inf), (nan, 1.0)):
        with pytest.raises(MetricInputError):
            throughput_overhead_share(*rates)
