"""A board's chart on paper: what colour tells, a shape, a fill, a size or a word tells too."""

import re
from itertools import combinations

import pytest

from tests.boards.test_reported_boards import SLUG, load_of
from tests.frontend.boards import digits_board

pytestmark = pytest.mark.django_db
MARK = re.compile(
    r'class="pt (\w+) (\w+)[^"]*">.*?(<circle class="mark"|<path class="mark").*?(?: r="([\d.]+)"|d=")(.*?)</a>',
    re.DOTALL,
)


def looks_of(html):
    """What each kind of point looks like without its colour: shape, size, fill, core."""
    return {
        (front, fill): (shape, radius, fill == "solid", 'class="core"' in rest)
        for front, fill, shape, radius, rest in MARK.findall(html)
        if front != "unplaced"
    }


def test_no_two_kinds_of_points_look_alike_without_colour(client):
    digits_board()
    measured = looks_of(client.get("/boards/digits/").content.decode())
    assert {"on", "contested", "dominated"} == {front for front, _ in measured}
    estimated = looks_of(client.get("/boards/digits/?x=energy_per_item_j").content.decode())
    load_of(4)
    reported = looks_of(client.get(f"/boards/{SLUG}/").content.decode())
    assert {fill for _, fill in reported} == {"dot"}
    looks = measured | estimated | reported
    for (one, shown), (other, drawn) in combinations(looks.items(), 2):
        assert shown != drawn, (one, other)


def test_the_legend_names_each_and_draws_it_as_the_plot_does(client):
    digits_board()
    html = client.get("/boards/digits/?x=energy_per_item_j").content.decode()
    legend = html.split('class="legend"')[1].split("</ul>")[0]
    for words in ("on the front", "contested", "dominated", "open: estimated"):
        assert words in legend
    assert legend.count("<circle") == 3
    assert legend.count("<path") == 1
