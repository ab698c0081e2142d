"""`color` in a board's address: one colour and shape for each category, in the page, in the file, under any filter."""

import re

import pytest

from frontend.charts.ink import LIGHT
from frontend.figures.look import SHAPES
from tests.frontend.boards import digits_board, full_board

pytestmark = pytest.mark.django_db
POINT = re.compile(r'<a href="/entries/([^/]+)/" class="pt ([^"]+)">(.*?)</a>', re.DOTALL)
KEY = re.compile(r'<li data-kind="(c\d)"><svg class="key c\d".*?</svg>([^<]*)</li>')


def html_of(client, query, form="/"):
    answer = client.get(f"/boards/digits{form}?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def hues_of(html):
    return {identity: re.search(r"\bc\d\b", kinds)[0] for identity, kinds, _ in POINT.findall(html)}


def test_a_category_has_a_colour_a_shape_and_a_line_of_the_legend_and_keeps_them_under_any_filter(client):
    digits_board()
    html, few = html_of(client, "color=family"), html_of(client, "q=cnn&color=family")
    legend = dict(KEY.findall(html))
    families = set(legend.values())
    assert {"tree", "mlp", "linear", "forest", "cnn"} <= families
    hues, kept = hues_of(html), hues_of(few)
    assert set(hues.values()) == set(legend)
    assert kept.items() <= hues.items()
    assert dict(KEY.findall(few)).items() <= legend.items()
    drawn = {
        hues[identity]: "circle" if 'class="mark" cx' in mark else "path" for identity, _, mark in POINT.findall(html)
    }
    shapes = {token[2:]: "circle" if shape == "circle" else "path" for token, shape in SHAPES}
    assert drawn == {hue: shapes[hue] for hue in drawn}
    assert "on the front, contested, dominated" in html


def test_the_file_is_coloured_too_and_has_the_legend(client):
    digits_board()
    svg = html_of(client, "color=family", ".svg")
    for hue, label in KEY.findall(html_of(client, "color=family")):
        assert re.search(rf'fill="{LIGHT[hue]}"[^>]*/><text[^>]*>{label}</text>', svg), label
    assert re.search(rf'class="mark"[^>]* fill="{LIGHT["c1"]}"', svg)


def test_of_many_categories_six_have_a_colour_and_the_rest_is_counted(client):
    digits_board(models=tuple((f"m{n}", f"family {n}", 500 + n, 1e-5, 7.5, "fp32") for n in range(9)))
    legend = dict(KEY.findall(html_of(client, "color=family")))
    assert list(legend) == ["c1", "c2", "c3", "c4", "c5", "c6", "c0"]
    assert legend["c0"] == "3 others"


def test_without_a_category_no_point_has_a_slot(client):
    digits_board()
    assert not re.search(r'class="pt [^"]*\bc\d', html_of(client, ""))


def test_devices_of_one_name_are_told_apart_in_the_legend(client):
    full_board(n=24)
    html = client.get("/boards/digits/?color=dev").content.decode()
    names = [name for _, name in KEY.findall(html)]
    assert len(names) == len(set(names)) > 1
    assert '<option value="dev" selected>' in html
