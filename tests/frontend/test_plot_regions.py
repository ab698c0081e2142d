"""What resamples say of a board's plot: joint regions of highlighted points, and the front's band."""

import math
import re

import pytest

from leaderboard.boards.frozen import freeze
from leaderboard.boards.models import Entry
from leaderboard.boards.paired import paired_draws
from leaderboard.boards.selectors import board_view
from leaderboard.boards.short_ids import short_id
from tests.factories import NOW, BoardFactory, fill_board
from tests.frontend.boards import DIGITS, digits_board, full_board
from tests.frontend.explorer import ask

pytestmark = pytest.mark.django_db


def html_of(client, query, form="/"):
    answer = client.get(f"/boards/digits{form}?{query}", follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def polygons(html, kind):
    found = re.findall(rf'<polygon class="{kind}" points="([^"]*)"', html)
    return [[tuple(float(part) for part in pair.split(",")) for pair in points.split()] for points in found]


def drawn_at(html, identity):
    mark = re.search(rf'/entries/{short_id(identity)}/".*?cx="([0-9.]+)%" cy="([0-9.]+)%"', html, re.DOTALL)
    return tuple(10 * float(part) for part in mark.groups())


def test_values_of_the_same_queries_have_an_outline_in_place_of_a_cross(client):
    digits_board()
    row = next(row for row in board_view("digits", "x=ipw").rows if row.model_name == "mlp8")
    plain, html = html_of(client, "x=ipw"), html_of(client, f"x=ipw&hl={row.id}")
    assert polygons(plain, "region") == []
    (outline,) = polygons(html, "region")
    x, y = drawn_at(html, row.id)
    across, down = zip(*outline, strict=True)
    assert min(across) < x < max(across)
    assert min(down) < y < max(down)
    assert across[down.index(min(down))] > x
    assert "Outline: 95 % of the joint resamples." in html
    svg = html_of(client, f"x=ipw&hl={row.id}", ".svg")
    assert len(re.findall('class="region"', svg)) == 1
    assert "Outline: 95 %" in svg
    assert svg.count('stroke-width="3"') == 1
    assert polygons(html_of(client, f"x=ipw&hl={row.id}&ci=0"), "region") == []


def test_values_that_vary_apart_keep_the_cross(client):
    board = BoardFactory()
    entry = fill_board(board, 8)[0]
    html = html_of(client, f"hl={entry.uuid}")
    assert polygons(html, "region") == []
    assert len(polygons(html_of(client, f"x=energy_per_item_j&y=mean_power_w&hl={entry.uuid}"), "region")) == 1


def test_the_band_lies_around_the_front_and_only_where_it_is_asked_for(client):
    fill_board(BoardFactory(), 60)
    assert polygons(html_of(client, ""), "band") == []
    html = html_of(client, "band=1")
    (corners,) = polygons(html, "band")
    worst, best = corners[: len(corners) // 2], corners[len(corners) // 2 :]
    assert corners[0][0] == corners[-1][0] == 0
    assert max(y for _, y in best) <= max(y for _, y in worst)
    front = html.split('class="front" points="')[1].split('"')[0].split()[-1]
    _x, y = (float(part) for part in front.split(","))
    assert min(down for at, down in corners if at == 1000) <= y <= max(down for at, down in corners if at == 1000)
    assert "Tint: the front in 5 to 95 % of the resamples." in html
    assert 'name="band" value="1" checked' in html


def shown_at(figure, name, value):
    """Where a value of a trace stands on its axis, from 0 to 1."""
    axis = figure["layout"][f"{name}axis"]
    low, high = axis["range"]
    return ((math.log10(value) if axis["type"] == "log" else value) - low) / (high - low)


def test_the_explorer_draws_the_same_regions_and_the_same_band(client):
    digits_board()
    row = next(row for row in board_view("digits", "x=ipw").rows if row.model_name == "mlp8")
    query = f"x=ipw&e={row.id}&band=1"
    html, answer = html_of(client, query), ask(client, query=query)
    traces = {trace.get("meta"): trace for trace in answer.figure["data"]}
    for kind in ("region", "band"):
        (corners,) = polygons(html, kind)
        trace = traces[kind]
        for (across, down), x, y in zip((*corners, corners[0]), trace["x"], trace["y"], strict=True):
            assert shown_at(answer.figure, "x", x) == pytest.approx(across / 1000, abs=1e-3)
            assert shown_at(answer.figure, "y", y) == pytest.approx(1 - down / 1000, abs=1e-3)
    assert traces["band"]["opacity"] < 0.2
    plain = {trace.get("meta"): trace for trace in ask(client, query="x=ipw").figure["data"]}
    assert {"region", "band"}.isdisjoint(plain)
    assert traces["intervals"]["x"] == plain["intervals"]["x"]
    assert "Outline: 95 % of the joint resamples." in answer.text("explorer-legend")
    assert answer.state["controls"]["band"] == ["1"]


def test_what_is_drawn_from_resamples_costs_one_query(client, django_assert_max_num_queries):
    full_board(n=300)
    entry = Entry.objects.earliest("pk")
    with django_assert_max_num_queries(12):
        html = html_of(client, f"hl={entry.uuid}&band=1")
    assert polygons(html, "band")


def test_a_kept_revision_has_no_resamples_and_says_so(client):
    board = digits_board(models=DIGITS[:3])
    revision = freeze(board=board, now=NOW)
    frozen = board_view("digits", f"asof={revision}")
    assert paired_draws(frozen, {str(row.id) for row in frozen.rows}) == {}
    html = html_of(client, f"band=1&asof={revision}")
    assert polygons(html, "band") == []
    assert "No resamples: the front has no band." in html
    assert 'type="checkbox" name="band"' not in html
