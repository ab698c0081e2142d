"""The plots of an entry and a model: what is drawn where. Pure, no database."""

import re

import pytest

from frontend.charts.axis import make_axis
from frontend.charts.ecdf import MOST_STEPS, EcdfWords, Percentile, ecdf, of_counts, of_values
from frontend.charts.elements import written
from frontend.charts.ladder import Rung, ladder
from frontend.charts.pixels import pixels
from frontend.charts.ticks import MOST, round_ticks
from frontend.charts.trace import Band, Moment, TraceLine, TraceWords, trace, watt_ticks
from leaderboard.metrics.registry import METRICS

WORDS = TraceWords("power", lambda watts: f"{watts:g} W", lambda seconds: f"{seconds:g} s")
SPREAD = EcdfWords("spread", str, str)


def run(*moments):
    return [Moment(at, low, mean, high) for at, low, mean, high in moments]


def paths(text, name):
    return re.findall(rf'class="{name}" d="([^"]*)"', text)


def test_power_starts_at_zero_and_a_gap_is_not_bridged():
    line = TraceLine("meter", [run((0, 1, 2, 3), (1, 1, 2, 3)), run((3, 4, 4, 4), (4, 4, 4, 4))])
    text = written(trace([line], [], (0, 4), WORDS))
    (mean,) = paths(text, "mean")
    assert mean.count("M") == 2
    (spread,) = paths(text, "spread")
    assert spread.count("Z") == 1  # the second stretch has nothing between smallest and largest
    assert ">0 W</text>" in text


def test_a_single_bin_is_a_point():
    text = written(trace([TraceLine("meter", [run((1, 2, 2, 2))])], [], (0, 2), WORDS))
    assert paths(text, "mean")[0].endswith("h0")


def test_neighbouring_windows_share_one_name_and_a_disturbed_one_is_marked():
    bands = [
        Band(0, 4, "idle before", group="idle"),
        Band(4, 6, "repeat 1", counted=True, group="repeats"),
        Band(6, 8, "repeat 2", counted=True, flag="throttled", group="repeats"),
    ]
    text = written(trace([TraceLine("meter", [])], bands, (0, 8), WORDS))
    assert re.findall(r'class="name"[^>]*>([^<]*)<', text) == ["idle", "repeats"]
    assert text.count('class="flag"') == 1
    assert "repeat 2: throttled" in text


@pytest.mark.parametrize("top", [1e-6, 0.3, 1, 7, 99, 1500])
def test_ticks_of_power_are_few_and_begin_at_zero(top):
    ticks = watt_ticks(top)
    assert ticks[0] == 0
    assert 2 <= len(ticks) <= 6
    assert ticks[-1] <= top


@pytest.mark.parametrize(("low", "high", "log"), [(0, 77.1, False), (-12, 60, False), (89e-6, 150e-6, False),
    (13e-6, 0.16, True), (13e-6, 0.35, True), (3e-9, 4e9, True), (17e-6, 19e-6, True)])  # fmt: skip
def test_ticks_of_a_small_plot_are_few_round_and_inside(low, high, log):
    ticks = round_ticks(low, high, log=log)
    assert 2 <= len(ticks) <= MOST
    assert all(low <= tick <= high for tick in ticks)
    assert all(len(f"{tick:.4g}".strip("-0.").replace(".", "").split("e")[0].strip("0")) <= 3 for tick in ticks)


def test_equal_values_have_one_tick():
    assert round_ticks(5.0, 5.0) == [5.0]


def test_shares_rise_to_one_step_by_step():
    assert of_values("x", [3, 1, 2, 2]).points == [(1, 0.25), (2, 0.5), (2, 0.75), (3, 1.0)]
    assert of_counts("x", [(1, 1), (2, 3)]).points == [(1, 0.25), (2, 1.0)]


def test_many_values_are_drawn_in_few_steps_and_reach_the_end():
    (curve,) = paths(written(ecdf([of_values("x", range(1, 10_001))], [], SPREAD)), "curve c1")
    assert curve.count("V") <= MOST_STEPS + 2
    assert curve.endswith("V0H1000")


@pytest.mark.parametrize("values", [[], [5.0], [5.0, 5.0], [0.0, 1.0], [1e-9, 1e9]])
def test_any_values_can_be_drawn(values):
    text = written(ecdf([of_values("x", values)], [Percentile(value, "p50") for value in values[:1]], SPREAD))
    assert "nan" not in text


def test_a_ladder_joins_its_rungs_in_their_order():
    rungs = [Rung(2e-3, 0.9, "fp32", "a", "/a/"), Rung(1e-3, 0.8, "int8", "b", "/b/")]
    x = make_axis(METRICS["energy_per_item_j"], [rung.x for rung in rungs])
    y = make_axis(METRICS["accuracy"], [rung.y for rung in rungs])
    text = written(ladder(rungs, x, y, "steps"))
    (line,) = paths(text, "curve")
    first, second = (tuple(float(part) for part in place.split()) for place in line[1:].split("L"))
    assert first[0] > second[0]
    assert first[1] < second[1]
    assert text.index("/a/") < text.index("/b/")


def test_a_grid_of_equal_numbers_is_an_empty_picture():
    assert "<rect" not in written(pixels([[0.5, 0.5], [0.5, 0.5]], "item"))
    assert written(pixels([[0, 1], [0.5, 0]], "item")).count("<rect") == 2
