"""One view, six forms: SVG, Plotly figure, the board's table, the explorer's table, JSON and CSV."""

import csv
import io
import json
import math
import re

import pytest
from django.core.management import call_command

from frontend.charts.hexagons import MOST_POINTS
from leaderboard.boards.selectors import board_view
from leaderboard.boards.short_ids import short_id
from leaderboard.metrics.registry import METRICS
from tests.boards.test_reported_boards import PUBLISHED, SLUG, load_of, needs_publication
from tests.frontend.boards import full_board, two_device_board
from tests.frontend.explorer import ask
from tests.frontend.test_board_page import Page

pytestmark = pytest.mark.django_db
VIEWS = (
    "",
    "x=energy_per_item_j&y=ipw",
    "x=cost_of_pass_usd&ys=lin",
    "x=ipw&xs=log&y=latency_p50_s&sort=-latency_p50_s",
    "q=cnn&sort=-accuracy",
    "quant=int8",
    "min.accuracy=0.9&max.latency_p50_s=3e-05",
    "scope=cpu_package",
    "src=estimated&color=family",
    "q=nothing-like-this",
)


def shared(figure, axis, value):
    """Where a value stands on an axis of the figure, from 0 to 1; None in its gutter."""
    meta = figure["layout"]["meta"][axis]
    low, high = figure["layout"][f"{axis}axis"]["range"]
    if value is None or (meta["log"] and value <= 0):
        return None
    shown = value * meta["factor"]
    return ((math.log10(shown) if meta["log"] else shown) - low) / (high - low)


class Forms:
    """All forms of one view."""

    def __init__(self, client, query, board="digits"):
        view = board_view(board, query).view
        self.asked = {"x": view.x, "y": view.y}
        self.html = client.get(f"/boards/{board}/?{query}", follow=True).content.decode()
        self.page = Page(self.html)
        self.entries = json.loads(client.get(f"/boards/{board}.json?{query}").content)["entries"]
        self.lines = list(csv.DictReader(io.StringIO(client.get(f"/boards/{board}.csv?{query}").content.decode())))
        self.answer = ask(client, board, query)


@pytest.mark.parametrize("query", VIEWS)
def test_every_form_of_a_view_has_the_same_entries_values_and_fronts_in_the_same_order(client, query):
    two_device_board()
    every_form_is_the_same(Forms(client, query))


@pytest.mark.parametrize("query", ["sort=-accuracy", "color=quant"])
def test_every_form_of_what_others_have_reported_is_the_same(client, query):
    load_of(4)
    every_form_is_the_same(Forms(client, query, SLUG))


@needs_publication
def test_every_form_of_the_mlperf_results_is_the_same(client):
    call_command("load_reported", "mlperf", PUBLISHED, "--board", SLUG)
    forms = Forms(client, "dev=khadas-vim4-vim4&per=all", SLUG)
    assert len(forms.entries) == 282
    every_form_is_the_same(forms)


def every_form_is_the_same(forms):
    both_tables_and_both_files_are_one(forms)
    both_plots_put_every_value_where_the_files_have_it(forms)
    points_of_a_group_stand_in_the_order_of_the_rows(forms)
    both_plots_draw_the_same_front(forms)


def both_tables_and_both_files_are_one(forms):
    told = [(entry["id"], entry["front"]) for entry in forms.entries]
    short = [(short_id(identity), front) for identity, front in told]
    assert [(row["id"], row["front"]) for row in forms.page.rows] == short
    assert [(row["id"], row["front"]) for row in forms.answer.rows] == told
    assert [(line["id"], line["front"]) for line in forms.lines] == told
    assert [row["cells"] for row in forms.answer.rows] == [row["cells"] for row in forms.page.rows]
    assert sorted((point["id"], point["front"]) for point in forms.page.points) == sorted(short)
    assert {identity: front for identity, (front, _, _) in forms.answer.points.items()} == dict(told)
    for entry, line in zip(forms.entries, forms.lines, strict=True):
        for metric, cell in entry["metrics"].items():
            assert line[metric] == ("inf" if cell["infinite"] else "" if cell["value"] is None else repr(cell["value"]))


def both_plots_put_every_value_where_the_files_have_it(forms):
    entries = {entry["id"]: entry for entry in forms.entries}
    drawn = {point["id"]: point["at"] for point in forms.page.points}
    for identity, (_, *values) in forms.answer.points.items():
        cells = [entries[identity]["metrics"].get(forms.asked[axis]) for axis in ("x", "y")]
        assert values == [cell["value"] if cell else None for cell in cells]
        for axis, value, at in zip("xy", values, drawn[short_id(identity)], strict=True):
            place = shared(forms.answer.figure, axis, value)
            if place is not None:
                assert at == pytest.approx(place if axis == "x" else 1 - place, abs=2e-3)


def points_of_a_group_stand_in_the_order_of_the_rows(forms):
    order = [row["id"] for row in forms.answer.rows]
    for trace in forms.answer.traces:
        assert trace["ids"] == [identity for identity in order if identity in trace["ids"]]


def both_plots_draw_the_same_front(forms):
    line = next((trace for trace in forms.answer.figure["data"] if trace.get("meta") == "front"), None)
    if not forms.entries:
        return
    assert line["line"]["shape"] == ("hv" if METRICS[forms.asked["x"]].direction == "lower" else "vh")
    written = forms.html.split('class="front" points="')[1].split('"')[0]
    steps = [tuple(float(part) / 1000 for part in pair.split(",")) for pair in written.split()]
    meta = forms.answer.figure["layout"]["meta"]
    for x, y, (across, down) in zip(line["x"], line["y"], steps[::2], strict=True):
        assert shared(forms.answer.figure, "x", x / meta["x"]["factor"]) == pytest.approx(across, abs=2e-3)
        assert shared(forms.answer.figure, "y", y / meta["y"]["factor"]) == pytest.approx(1 - down, abs=2e-3)


@pytest.mark.parametrize(("query", "some"), [("", False), ("min.accuracy=0.31", False), ("min.accuracy=0.95", True)])
def test_where_hexagons_count_both_plots_and_both_files_still_have_every_entry_once(client, query, some):
    board = full_board(n=MOST_POINTS + 40)
    listed = json.loads(client.get(f"/boards/{board.slug}.json?{query}").content)["entries"]
    lines = list(csv.DictReader(io.StringIO(client.get(f"/boards/{board.slug}.csv?{query}").content.decode())))
    html = client.get(f"/boards/{board.slug}/?{query}", follow=True).content.decode()
    answer, fronts = ask(client, board.slug, query), {entry["id"]: entry["front"] for entry in listed}
    assert [line["id"] for line in lines] == list(fronts)
    assert (len(fronts) <= MOST_POINTS) == some
    counts = [sum(trace["customdata"]) for trace in answer.figure["data"] if trace.get("meta") == "counts"]
    assert len(counts) == (0 if some else 1)
    in_plotly = {identity: front for identity, (front, _, _) in answer.points.items()}
    in_svg = {point["id"]: point["front"] for point in Page(html).points}
    hexagons = sum(int(count) for count in re.findall(r'class="hexagon"[^>]*><title>(\d+) ', html))
    assert len(in_plotly) + sum(counts) == len(in_svg) + hexagons == len(fronts)
    assert {short_id(identity): front for identity, front in in_plotly.items()} == in_svg
    assert in_plotly.items() <= fronts.items()
    assert {identity for identity, front in fronts.items() if front in {"on", "contested"}} <= in_plotly.keys()
