"""A window on a board's plot: fitted to what is shown, counted, and left again."""

import re

import pytest

from frontend.charts.axis import make_axis, windowed
from leaderboard.metrics.registry import METRICS
from tests.frontend.boards import DIGITS, digits_board
from tests.frontend.explorer import ask
from tests.frontend.test_board_page import get

pytestmark = pytest.mark.django_db
NEVER = ("never", "baseline", 0, 4.0e-6, 7.4, "fp32")


def html_of(client, query):
    answer = client.get(f"/boards/digits/?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def way(html, words):
    return re.search(rf'<a href="([^"]*)">{words}</a>', html).group(1).replace("&amp;", "&")


def test_what_is_shown_is_fitted_to_the_view_and_the_whole_board_is_a_link_away(client):
    digits_board()
    whole = {point["id"]: point["at"] for point in get(client, "/boards/digits/").points}
    path = way(html_of(client, "q=cnn"), "Fit to view")
    shown = get(client, path).points
    assert len(shown) == 3
    before, after = [whole[point["id"]][0] for point in shown], [point["at"][0] for point in shown]
    assert max(after) - min(after) > 0.8 > max(before) - min(before)
    assert all(0 <= place <= 1 for point in shown for place in point["at"])
    assert way(html_of(client, path.partition("?")[2]), "Show the whole board") == "/boards/digits/?q=cnn"


def test_what_lies_outside_a_window_is_counted_and_its_row_stays(client):
    digits_board()
    query, said = "zoom=1.5e-05~0.0001~0.9~1", "4 entries lie outside this window."
    page = get(client, f"/boards/digits/?{query}")
    assert (len(page.rows), len(page.points)) == (9, 5)
    assert said in html_of(client, query)
    assert said in client.get(f"/boards/digits.svg?{query}").content.decode()


def test_the_front_runs_on_out_of_the_window(client):
    digits_board()
    html = html_of(client, "zoom=1.5e-05~0.0001~0.97~1")
    places = [float(pair.partition(",")[0]) for pair in html.split('class="front" points="')[1].split('"')[0].split()]
    assert min(places) < 0
    assert 0 < max(places) < 1000


def test_a_whole_board_has_nothing_to_fit(client):
    digits_board(models=DIGITS[:3])
    assert "Fit to view" not in html_of(client, "")
    assert "Fit to view" not in html_of(client, "min.accuracy=0.999")


def test_what_has_no_place_stays_in_its_gutter(client):
    digits_board(models=(*DIGITS[:3], NEVER))
    html = html_of(client, "x=cost_of_pass_usd&zoom=1e-15~1e-14~0~1")
    assert "1 never correct" in html
    assert "3 entries lie outside" in html


def test_a_window_that_a_logarithm_cannot_show_is_left_out_along_that_axis():
    axis = make_axis(METRICS["latency_p50_s"], [1e-6, 1e-3])
    assert windowed(axis, -1.0, 1e-4) == axis
    part = windowed(axis, 1e-5, 1e-4)
    assert [tick.label for tick in part.ticks] == ["10\u00a0µs", "20\u00a0µs", "50\u00a0µs", "100\u00a0µs"]
    assert part.place(1e-5) == 0


def test_the_explorers_figure_keeps_the_whole_board_behind_its_window(client):
    digits_board()
    assert len(ask(client, query="zoom=1.5e-05~0.0001~0.9~1").points) == 9
