import math

import pytest

from frontend.charts.axis import make_axis
from frontend.charts.draw import ChartWords, draw
from frontend.charts.elements import written
from frontend.charts.ink import LIGHT, Sheet, as_file
from frontend.charts.scatter import Point, Span, arrange
from leaderboard.metrics.registry import METRICS

X, Y = METRICS["latency_p50_s"], METRICS["accuracy"]


def point(name, x, y, front="dominated", *, x_ends=(None, None), **values):
    return Point(name, f"/entries/{name}/", name, f"{name} says", Span(x, *x_ends), Span(y), front, **values)


POINTS = (
    point("a", 1e-5, 0.80, "on"),
    point("b", 1e-4, 0.90, "on", x_ends=(0.0, 2e-4)),
    point("c", 1e-3, 0.95, "contested", highlighted=True),
    point("d", 1e-3, 0.85),
    point("never", math.inf, 0.0),
    point("silent", None, 0.7),
)


def plot(points=POINTS, *, x_metric=X, y_metric=Y, intervals=True, xs="log"):
    pairs = [(one.x, one.y) for one in points]
    ends = [end for one in points for end in (one.x.low, one.x.high)]
    x = make_axis(x_metric, [one.x.value for one in points], ends, wanted=xs)
    y = make_axis(y_metric, [one.y.value for one in points])
    return arrange(x, y, points, pairs, intervals=intervals)


def test_every_point_is_drawn_once_and_links_to_its_entry():
    root = draw(plot(), ChartWords("six entries"))
    links = list(root.iter("a"))
    assert sorted(link.get("href") for link in links) == sorted(one.href for one in POINTS)
    assert all(link.find("title").text.endswith("says") for link in links)


def test_what_has_no_place_stands_in_a_gutter_with_its_reason():
    shown = plot()
    assert shown.x_gutter.count == 2
    assert "never correct: latency per call, median infinite" in shown.x_gutter.label
    assert "without latency per call, median" in shown.x_gutter.label
    assert shown.y_gutter is None
    assert [mark.x is None for mark in shown.placed] == [False] * 4 + [True] * 2


def test_the_front_is_a_step_line_through_what_nothing_beats():
    shown = plot()
    assert len(shown.front) == 5
    (x0, y0), corner, (x1, y1), *_ = shown.front
    assert corner == pytest.approx((x1, y0))
    assert x0 < x1
    assert y1 < y0


def test_the_front_runs_on_to_the_lenient_edge_and_drops_from_the_strict_end():
    lenient, strict = plot().extensions
    assert lenient.x2 == 1.0
    assert lenient.y1 == lenient.y2
    assert strict.x1 == strict.x2
    assert strict.y2 == 1.0


def test_where_higher_is_better_the_step_turns_the_other_way():
    points = [point("a", 10.0, 0.8), point("b", 5.0, 0.9)]
    shown = plot(points, x_metric=METRICS["ipw"], xs="lin")
    (x0, y0), corner, (_x1, y1) = shown.front
    assert corner == pytest.approx((x0, y1))
    assert shown.better == ("right", "top")
    assert y0 < y1


def test_whiskers_belong_to_the_front_and_to_what_is_highlighted():
    shown = plot()
    assert [len(mark.whiskers) for mark in shown.placed] == [0, 1, 0, 0, 0, 0]
    assert not any(mark.whiskers for mark in plot(intervals=False).placed)


def test_a_whisker_through_zero_ends_in_an_arrow_at_the_edge():
    (whisker,) = plot().placed[1].whiskers
    assert (whisker.x1, whisker.arrows) == (0.0, ("left",))
    assert "rotate(180)" in written(draw(plot(), ChartWords("")))


def test_a_whisker_longer_than_the_axis_has_an_arrow_at_each_end_that_it_crosses():
    (whisker,) = plot((*POINTS[:1], point("w", 1e-4, 0.9, "on", x_ends=(1e-9, 1.0)))).placed[1].whiskers
    assert (whisker.x1, whisker.x2, whisker.arrows) == (0.0, 1.0, ("left", "right"))


def test_equal_points_are_one_stack_with_a_count():
    twins = [point("a", 1e-4, 0.9, "on"), point("b", 1e-4, 0.9, "on")]
    shown = plot(twins)
    assert [mark.stack for mark in shown.placed] == [2, 2]
    assert "×2" in written(draw(shown, ChartWords("")))


def test_the_count_of_a_stack_in_the_strip_at_the_right_edge_stands_below_it_and_not_over_the_edge():
    twins = [point("a", None, 0.9), point("b", None, 0.9)]
    assert 'dy="16" text-anchor="middle">×2' in written(draw(plot([*POINTS[:1], *twins]), ChartWords("")))


def test_counts_of_stacks_in_a_strip_are_left_out_where_they_would_lie_on_each_other():
    near = [
        point(name, None, y) for name, y in (("a", 0.9), ("b", 0.9), ("c", 0.89), ("d", 0.89), ("e", 0.1), ("f", 0.1))
    ]
    assert written(draw(plot([point("z", 1e-4, 0.0), *near]), ChartWords(""))).count("×2") == 2


def test_a_plot_in_which_nothing_has_a_place_says_so_and_its_empty_axis_has_no_numbers():
    root = draw(plot([point("a", None, 0.9), point("b", None, 0.8)]), ChartWords("", nothing="Nothing here."))
    assert "Nothing here." in written(root)
    assert "No entry has" not in written(draw(plot(), ChartWords("")))
    [axis] = [group for group in root if group.get("class") == "axis"]
    assert not [text for text in axis if text.get("text-anchor") == "middle"]


def test_on_a_phone_a_long_title_has_its_direction_on_a_second_line_and_a_gutter_leaves_out_its_reasons():
    points = [
        point("a", 1e-12, 0.9),
        Point("b", "/entries/b/", "b", "", Span(None, why="no energy sensor"), Span(0.5), "unplaced"),
    ]
    root = draw(plot(points, x_metric=METRICS["cost_of_pass_usd"]), ChartWords(""))
    texts = {
        kind: [text.text for text in root.iter("text") if kind in text.get("class", "").split()]
        for kind in ("wide", "narrow")
    }
    assert [text for text in texts["narrow"] if text.startswith("lower")] == ["lower is better"]
    assert all(len(text) <= 56 for text in texts["narrow"])
    assert any("no energy sensor" in text for text in texts["wide"])
    assert not any("no energy sensor" in text for text in texts["narrow"])


def test_shape_and_fill_say_what_hue_says():
    open_point = point("a", 1e-4, 0.9, "on", fill="open")
    svg = written(draw(plot([open_point, *POINTS[2:4]]), ChartWords("")))
    assert 'class="pt on open"' in svg
    assert 'class="pt contested solid hl"' in svg
    assert "M0 -6L6 0L0 6L-6 0Z" in svg


@pytest.mark.parametrize("points", [(), (point("only", None, None),), (point("one", 1e-4, 0.9, "on"),)])
def test_almost_nothing_can_be_drawn_too(points):
    svg = written(draw(plot(points), ChartWords("")))
    assert svg.count("<a ") == len(points)


def test_text_from_strangers_is_text():
    name = "<script>alert(1)</script>\x00 & \"'"
    svg = written(draw(plot([point("a", 1e-4, 0.9, "on", highlighted=True)]), ChartWords(name)))
    assert "<script" not in svg
    assert "\x00" not in svg


def test_a_file_carries_its_colours_title_and_caption():
    document = as_file(draw(plot(), ChartWords("six")), Sheet("A title", ["first line", "second line"]))
    assert document.startswith("<?xml")
    assert all(part in document for part in ("A title", "first line", "second line", LIGHT["front"]))
    assert "style=" not in document
    assert "narrow" not in document
