"""The points of a large chart: names in the page, and the rest for whoever asks."""

import gzip
import json
import re

import pytest

from frontend.present import plot
from leaderboard.boards.selectors import board_view
from tests.frontend.boards import full_board

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
        kinds, lines, drawn = points[str(row.id)]
        is_bare = row.front == "dominated"
        assert ("bare" in kinds) == (len(lines) == 1) == ('class="hit"' not in drawn) == is_bare
        assert lines[0].startswith(row.model_name)


def test_what_they_leave_out_can_be_asked_for(client, many):
    html = client.get("/boards/digits/?x=ipw").content.decode()
    href = re.search(r'data-points="([^"]+)"', html)[1].replace("&amp;", "&")
    told = client.get(href).json()
    assert told.keys() == {identity for identity, (kinds, *_) in points_of(html).items() if "bare" in kinds}
    assert all("Intelligence per watt: " in lines and "dominated by " in lines for lines in told.values())


def test_a_chosen_point_says_everything(client, many):
    chosen = next(row for row in board_view("digits", "").rows if row.front == "dominated")
    points = points_of(client.get(f"/boards/digits/?hl={chosen.id}").content.decode())
    assert len(points[str(chosen.id)][1]) > 4
    assert str(chosen.id) not in client.get(f"/boards/digits.points.json?hl={chosen.id}").json()


def test_among_few_every_point_says_everything(client):
    full_board(n=24)
    html = client.get("/boards/digits/").content.decode()
    assert "data-points" not in html
    assert all(len(lines) > 4 for _, lines, _ in points_of(html).values())
    assert client.get("/boards/digits.points.json").json() == {}


def test_the_lines_of_three_hundred_points_are_small_and_not_sent_again(client):
    full_board(n=300)
    answer = client.get("/boards/digits.points.json", headers={"Accept-Encoding": "gzip"})
    assert len(answer.content) <= 20_000
    assert len(json.loads(gzip.decompress(answer.content))) > 200
    again = client.get("/boards/digits.points.json", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_points_of_no_board_are_not_found(client):
    assert client.get("/boards/nowhere.points.json").status_code == 404
