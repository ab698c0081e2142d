"""The points of a large chart: names in the page, and the rest for whoever asks."""

import gzip
import json
import math
import re

import pytest

from frontend.present import plot
from leaderboard.boards.selectors import board_view
from leaderboard.boards.short_ids import short_id
from tests.factories import BoardFactory, fill_board
from tests.frontend.boards import digits_board, full_board

pytestmark = pytest.mark.django_db
POINT = re.compile(r'<a href="/entries/([^/]+)/" class="pt ([^"]+)"><title>([^<]*)</title>(.*?)</a>', re.DOTALL)


@pytest.fixture
def many(monkeypatch):
    monkeypatch.setattr(plot, "MANY_POINTS", 20)
    full_board(n=24)


def points_of(html):
    return {found[1]: (found[2].split(), found[3].split("\n"), found[4]) for found in POINT.finditer(html)}


def test_among_many_a_dominated_point_says_its_name_and_the_front_everything(client, many):
    points = points_of(client.get("/boards/digits/").content.decode())
    rows = board_view("digits", "").rows
    assert len(points) == len(rows)
    for row in rows:
        kinds, lines, drawn = points[short_id(row.id)]
        is_bare = row.front == "dominated"
        assert ("bare" in kinds) == (len(lines) == 1) == ('class="hit"' not in drawn) == is_bare
        assert lines[0].startswith(row.model_name)


def test_what_they_leave_out_can_be_asked_for(client, many):
    html = client.get("/boards/digits/?x=ipw").content.decode()
    href = re.search(r'rel="alternate" type="application/json" href="([^"]+)"', html)[1].replace("&amp;", "&")
    told = client.get(href.replace(".json", ".points.json")).json()
    lines = {identity: point["lines"] for identity, point in told.items() if "lines" in point}
    assert lines.keys() == {identity for identity, (kinds, *_) in points_of(html).items() if "bare" in kinds}
    assert all("Intelligence per watt: " in said and "dominated by " in said for said in lines.values())


def test_a_chosen_point_says_everything(client, many):
    chosen = next(row for row in board_view("digits", "").rows if row.front == "dominated")
    points = points_of(client.get(f"/boards/digits/?hl={chosen.id}").content.decode())
    assert len(points[short_id(chosen.id)][1]) > 4
    assert short_id(chosen.id) not in client.get(f"/boards/digits.points.json?hl={chosen.id}").json()


def test_among_few_every_point_says_everything(client):
    full_board(n=24)
    html = client.get("/boards/digits/").content.decode()
    assert all(len(lines) > 4 for _, lines, _ in points_of(html).values())
    assert not any("lines" in point for point in client.get("/boards/digits.points.json").json().values())


def test_the_lines_of_three_hundred_points_are_small_and_not_sent_again(client):
    full_board(n=300)
    answer = client.get("/boards/digits.points.json", headers={"Accept-Encoding": "gzip"})
    assert len(answer.content) <= 20_000
    assert len(json.loads(gzip.decompress(answer.content))) > 200
    again = client.get("/boards/digits.points.json", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def matrix_of(point):
    return tuple(float(part) for part in point["region"].split())


def test_a_points_joint_region_can_be_asked_for_and_is_the_outline_that_it_has_when_it_is_chosen(client):
    digits_board()
    told = client.get("/boards/digits.points.json?x=ipw").json()
    row = next(row for row in board_view("digits", "x=ipw").rows if row.model_name == "mlp8")
    html = client.get(f"/boards/digits/?x=ipw&hl={row.id}").content.decode()
    corners = re.search('class="region" points="([^"]*)"', html)[1].split()
    a, b, c, d, x, y = matrix_of(told[short_id(row.id)])
    for index, corner in enumerate(corners):
        turn = 2 * math.pi * index / len(corners)
        across, down = (float(part) for part in corner.split(","))
        assert across == pytest.approx(x + a * math.cos(turn) + c * math.sin(turn), abs=0.3)
        assert down == pytest.approx(y + b * math.cos(turn) + d * math.sin(turn), abs=0.3)
    assert short_id(row.id) not in client.get(f"/boards/digits.points.json?x=ipw&hl={row.id}").json()


def test_where_values_vary_apart_a_dominated_point_has_its_cross_and_without_intervals_nothing(client):
    fill_board(BoardFactory(), 8)
    view = board_view("digits", "")
    told = client.get("/boards/digits.points.json").json()
    assert told.keys() == {short_id(row.id) for row in view.rows if row.front == "dominated"}
    assert all(re.fullmatch(r"(M[\d.]+ [\d.]+L[\d.]+ [\d.]+){1,2}", point["cross"]) for point in told.values())
    assert client.get("/boards/digits.points.json?ci=0").json() == {}


def test_all_that_is_asked_of_three_hundred_points_costs_one_query_more_than_the_board(
    client, django_assert_max_num_queries
):
    full_board(n=300)
    with django_assert_max_num_queries(12):
        assert client.get("/boards/digits.points.json?x=energy_per_item_j&y=mean_power_w&ci=1").status_code == 200


def test_points_of_no_board_are_not_found(client):
    assert client.get("/boards/nowhere.points.json").status_code == 404
