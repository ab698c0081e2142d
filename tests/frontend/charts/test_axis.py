import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontend.charts.axis import MOST_TICKS, make_axis
from leaderboard.metrics.registry import METRICS

LATENCY, ACCURACY, IPW = METRICS["latency_p50_s"], METRICS["accuracy"], METRICS["ipw"]


def test_a_metric_that_spans_a_factor_of_twenty_gets_a_log_axis():
    assert make_axis(LATENCY, [1e-3, 2e-2]).log
    assert not make_axis(LATENCY, [1e-3, 1.9e-2]).log
    assert not make_axis(ACCURACY, [0.01, 1.0]).log


def test_the_reader_can_ask_for_the_other_scale():
    assert not make_axis(LATENCY, [1e-3, 1.0], wanted="lin").log
    assert make_axis(ACCURACY, [0.5, 0.6], wanted="log").log


def test_log_ticks_are_one_two_five_with_si_units():
    axis = make_axis(LATENCY, [2e-6, 9e-5])
    labels = [tick.label.replace("\u00a0", " ") for tick in axis.ticks]
    assert labels == ["2 µs", "5 µs", "10 µs", "20 µs", "50 µs", "100 µs"]


def test_many_decades_keep_at_most_seven_ticks():
    assert len(make_axis(LATENCY, [1e-9, 1e6]).ticks) <= MOST_TICKS


def test_a_share_has_no_tick_above_one_hundred_percent():
    assert [tick.label for tick in make_axis(ACCURACY, [0.80, 1.0]).ticks][-1] == "100"


def test_a_share_that_is_zero_for_all_has_no_tick_below_zero():
    labels = [tick.label for tick in make_axis(ACCURACY, [0.0, 0.0]).ticks]
    assert (labels[0], labels[-1]) == ("0", "100")


def test_a_log_axis_has_no_place_for_zero_infinity_or_nothing():
    axis = make_axis(LATENCY, [0.0, 1e-6, 1.0, math.inf, None])
    assert axis.log
    assert [axis.place(value) for value in (0.0, -1.0, math.inf, None)] == [None] * 4


def test_the_title_says_what_is_better():
    assert make_axis(IPW, [1e-3, 1.0]).title == "Intelligence per watt (10⁻³/W), log scale, higher is better"


def test_long_intervals_widen_the_axis_only_a_little():
    narrow, wide = make_axis(ACCURACY, [0.5, 0.6]), make_axis(ACCURACY, [0.5, 0.6], [0.0, 1.0])
    assert wide.high - wide.low < 2 * (narrow.high - narrow.low)
    assert wide.clamp(0.0) == 0.0
    assert wide.clamp(math.inf) == 1.0


@given(
    values=st.lists(st.none() | st.floats(1e-250, 1e250) | st.just(0.0) | st.just(math.inf), max_size=20),
    metric=st.sampled_from(list(METRICS.values())),
    wanted=st.sampled_from([None, "log", "lin"]),
)
def test_every_axis_has_its_values_inside_and_few_ticks(values, metric, wanted):
    axis = make_axis(metric, values, wanted=wanted)
    assert axis.low < axis.high
    assert len(axis.ticks) <= MOST_TICKS + 1
    assert all(-1e-9 <= tick.place <= 1 + 1e-9 for tick in axis.ticks)
    for value in values:
        place = axis.place(value)
        assert place is None or -1e-6 <= place <= 1 + 1e-6


@pytest.mark.parametrize("values", [[1.0], [5e-6, 5e-6]])
def test_few_or_equal_values_still_make_an_axis(values):
    assert make_axis(LATENCY, values).ticks


@pytest.mark.parametrize("values", [[], [None], [math.inf]])
def test_no_value_makes_an_axis_without_numbers(values):
    axis = make_axis(LATENCY, values)
    assert (axis.ticks, axis.minor) == ((), ())
    assert axis.low < axis.high
    assert make_axis(LATENCY, values, wanted="log").minor == ()
