import copy
import math
import re
from dataclasses import replace

import plotly.graph_objects as go
import pytest

from frontend.charts.axis import make_axis
from frontend.charts.hexagons import MOST_POINTS
from frontend.charts.scatter import Point, Span, arrange, guides_of
from frontend.figures.config import CONFIG
from frontend.figures.look import SHAPES, Group, Look
from frontend.figures.pareto import FigureWords, pareto_figure
from leaderboard.metrics.registry import METRICS
from tests.frontend.test_palette import LIGHT_TOKENS

GROUPS = (
    Group("dominated", "dominated", "--c0", "circle"),
    Group("contested", "contested", "--front", "diamond"),
    Group("on", "on the front", "--front", "circle"),
)


def point(name, x, y, front="dominated", fill="solid"):
    x, y = (value if isinstance(value, Span) else Span(value) for value in (x, y))
    return Point(name, f"/entries/{name}/", name, f"{name}\nsaid", x, y, front, fill)


def figure_of(points, x="latency_p50_s", y="accuracy", *, intervals=True, minimum=None, maximum=None, **look):
    pairs = [(each.x, each.y) for each in points]
    axes = [make_axis(METRICS[key], [pair[i].value for pair in pairs]) for i, key in enumerate((x, y))]
    guides = guides_of(*axes, minimum or {}, maximum or {})
    plot = replace(arrange(*axes, points, pairs, intervals=intervals), guides=guides)
    group_of = {each.id: each.front if each.front in {"on", "contested"} else "dominated" for each in points}
    look = Look(look.pop("groups", GROUPS), look.pop("group_of", group_of), **look)
    return pareto_figure(plot, look, FigureWords(), intervals=intervals)


POINTS = (
    point("a", 1e-5, 0.9, "on"),
    point("b", 1e-4, 0.95, "contested", "open"),
    point("c", 1e-3, 0.97, "on", "dot"),
    point("d", 1e-3, 0.5),
)


def with_colours(part, key=""):
    """What the page's script does before it draws."""
    if isinstance(part, dict):
        return {name: with_colours(value, name) for name, value in part.items()}
    if isinstance(part, list):
        return [with_colours(value, key) for value in part]
    return LIGHT_TOKENS[part[2:]] if key.endswith("color") and isinstance(part, str) else part


def traces(figure, kind):
    return [trace for trace in figure["data"] if trace.get("meta") == kind]


def test_plotly_accepts_the_figure_once_it_has_colours():
    figure = copy.deepcopy(figure_of((*POINTS, point("e", None, 0.2), point("f", 1e-2, None)), chosen=("a",)))
    go.Figure(with_colours(figure))


def test_every_trace_is_svg_and_every_colour_a_token():
    figure = figure_of(POINTS, chosen=("a",))
    assert {trace["type"] for trace in figure["data"]} == {"scatter"}

    def colours(part, key=""):
        if isinstance(part, dict):
            return [found for name, value in part.items() for found in colours(value, name)]
        if isinstance(part, list):
            return [found for value in part for found in colours(value, key)]
        return [part] if key.endswith("color") else []

    assert {colour[2:] for colour in colours(figure)} <= LIGHT_TOKENS.keys()


@pytest.mark.parametrize(("x", "shape"), [("latency_p50_s", "hv"), ("ipw", "vh")])
def test_the_front_is_a_step_that_keeps_what_is_attainable(x, shape):
    line = traces(figure_of(POINTS, x=x), "front")[0]
    assert line["line"]["shape"] == shape
    assert line["x"] == sorted(line["x"])


def test_membership_is_told_by_size_and_provenance_by_fill():
    figure = figure_of(POINTS)
    marks = {trace["meta"]: trace["marker"] for trace in figure["data"] if "marker" in trace}
    assert marks["on"]["size"] == [12, 12]
    assert marks["contested"]["size"] == [10]
    assert marks["dominated"]["size"] == [7]
    assert marks["on"]["color"] == ["--front", "--bg"]
    assert marks["contested"]["color"] == ["--bg"]
    assert marks["contested"]["line"]["color"] == ["--front"]
    assert marks["on"]["symbol"] == ["circle", "circle-dot"]


def test_a_point_without_a_place_stands_in_the_gutter_of_its_axis():
    figure = figure_of((*POINTS, point("e", float("inf"), 0.2), point("f", 1e-2, None)))
    places = {(trace["xaxis"], trace["yaxis"]): trace["ids"] for trace in traces(figure, "dominated")}
    assert places == {("x", "y"): ["d"], ("x2", "y"): ["e"], ("x", "y2"): ["f"]}
    assert {"xaxis2", "yaxis2"} <= figure["layout"].keys()
    assert len(figure["layout"]["shapes"]) == 2
    assert any("never correct" in note["text"] for note in figure["layout"]["annotations"])


def test_a_figure_in_which_nothing_has_a_place_says_so_and_its_empty_axis_has_no_numbers():
    figure = figure_of((point("e", None, 0.2), point("f", None, 0.9)))
    layout = figure["layout"]
    assert any("xaxis" not in trace for trace in figure["data"])
    assert all("No entry has" in " ".join(note["text"] for note in notes) for notes in layout["meta"]["notes"].values())
    assert layout["xaxis"]["tickvals"] == []
    assert "No entry has" not in str(figure_of(POINTS)["layout"])


def test_whiskers_end_at_the_edge_where_an_interval_runs_on():
    wide = point("w", Span(1e-4, 0.0, float("inf")), 0.9, "on")
    figure = figure_of((wide, point("v", 1e-2, 0.95, "on"), point("d", Span(1e-3, 9e-4, 2e-3), 0.2)))
    [trace] = traces(figure, "intervals")
    assert len(trace["x"]) == 1  # of what has intervals, on the front
    bars = trace["error_x"]
    assert 0 < bars["arrayminus"][0] < 1e-4
    assert 1e-4 < bars["array"][0] < 1
    assert not traces(figure_of((wide,), intervals=False), "intervals")


def test_an_arrow_head_at_the_edge_says_that_a_whisker_runs_off():
    low, high = Span(1e-4, 0.0, 2e-4), Span(1e-2, 9e-3, 1.0)
    figure = figure_of((point("w", low, 0.9, "on"), point("v", high, 0.95, "on")))
    [heads] = traces(figure, "heads")
    axis = figure["layout"]["xaxis"]["range"]
    assert heads["marker"]["symbol"] == ["triangle-left", "triangle-right"]
    assert [math.log10(x) for x in heads["x"]] == pytest.approx(axis)
    assert not traces(figure_of(POINTS), "heads")


def test_what_fails_a_limit_on_an_axis_is_hatched_up_to_a_line_and_a_limit_on_none_is_not():
    limits = {"minimum": {"accuracy": 0.9, "ipw": 1.0}, "maximum": {"latency_p50_s": 1e-4}}
    figure = figure_of(POINTS, **limits)
    below, right = traces(figure, "fails")
    assert max(below["y"]) == pytest.approx(90)
    assert min(below["y"]) < figure["layout"]["yaxis"]["range"][0]
    assert min(right["x"]) == pytest.approx(1e-4 * figure["layout"]["meta"]["x"]["factor"])
    assert math.log10(max(right["x"])) > figure["layout"]["xaxis"]["range"][1]
    assert all(trace["fillpattern"]["shape"] for trace in (below, right))
    assert [len(trace["x"]) for trace in traces(figure, "guide")] == [2, 2]
    go.Figure(with_colours(copy.deepcopy(figure)))


def test_a_limit_that_nothing_drawn_could_fail_is_not_drawn():
    figure = figure_of(POINTS, minimum={"accuracy": 0.0}, maximum={"latency_p50_s": 60.0})
    assert not traces(figure, "guide")
    assert traces(figure_of(POINTS, maximum={"accuracy": 0.0}), "guide")


def test_the_window_is_the_zoom_and_has_its_own_ticks():
    whole, zoomed = figure_of(POINTS), figure_of(POINTS, window=(1e-5, 2e-5, 0.9, 0.95))
    assert zoomed["layout"]["xaxis"]["range"] == pytest.approx([-5, -4.69897])
    assert zoomed["layout"]["yaxis"]["range"] == pytest.approx([90, 95])
    assert zoomed["layout"]["meta"]["x"]["full"] == whole["layout"]["xaxis"]["range"]
    assert len(zoomed["layout"]["yaxis"]["ticktext"]) > 2


def test_a_window_below_zero_on_a_logarithm_is_no_window():
    figure = figure_of(POINTS, window=(-1.0, 2e-5, 0.9, 0.95))
    assert figure["layout"]["xaxis"]["range"] == figure["layout"]["meta"]["x"]["full"]


def test_thousands_of_points_are_a_few_hundred_marks_and_none_is_lost():
    many = [point(f"p{i}", 10 ** (-5 + (i % 97) / 40), 0.2 + (i % 89) / 150) for i in range(5000)]
    figure = figure_of((*POINTS, *many), chosen=("p7",))
    hexagons = traces(figure, "counts")[0]
    single = sum(len(trace.get("ids", ())) for trace in figure["data"] if trace.get("meta") != "ring")
    assert sum(hexagons["customdata"]) + single == 5004
    assert "p7" in traces(figure, "dominated")[0]["ids"]
    assert len(hexagons["x"]) + single < 1200
    assert not traces(figure_of(many[:MOST_POINTS]), "counts")


def test_hue_and_shape_say_the_same():
    assert len({hue for hue, _ in SHAPES}) == len({shape for _, shape in SHAPES}) == 6


def test_names_and_titles_make_no_inline_style():
    figure = figure_of((point("<b>x</b>", 1e-5, 0.9, "on"), *POINTS))
    said = [note["text"] for note in figure["layout"]["annotations"]]
    said += [text for trace in figure["data"] for text in trace.get("text", ())]
    assert said
    assert not [text for text in said if re.search(r"<(?!br>)", text)]


def test_titles_break_before_the_direction_on_a_phone():
    notes = figure_of(POINTS, x="cost_of_pass_usd")["layout"]["meta"]["notes"]
    assert any(note["text"].endswith(",<br>lower is better") for note in notes["narrow"])
    assert not any("<br>" in note["text"] for note in notes["wide"])


def test_plotly_is_configured_in_one_place_and_sends_nothing_anywhere():
    assert CONFIG["showSendToCloud"] is False
    assert CONFIG["plotlyServerURL"] == ""
    assert CONFIG["displaylogo"] is False
    assert CONFIG["scrollZoom"] is False
    assert not any("cloud" in name.lower() for group in CONFIG["modeBarButtons"] for name in group)
