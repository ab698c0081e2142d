"""The page of a board's frontier over time, and its files."""

import csv
import io
import re
from datetime import date, timedelta

import pytest

from frontend.charts.dates import date_axis
from leaderboard.submissions.models import Submission
from tests.factories import BenchmarkFactory, BoardFactory
from tests.frontend.boards import DIGITS, digits_board

PAGE = "/boards/digits/frontier/"


@pytest.fixture
def board(db):
    digits_board(models=DIGITS)
    for index, submission in enumerate(Submission.objects.order_by("-pk")):
        released = date(2024, 1, 1) + timedelta(days=61 * index)
        Submission.objects.filter(pk=submission.pk).update(released_on=released)


def test_page_json_and_csv_tell_the_same_moves(client, board):
    html = client.get(PAGE).content.decode()
    moves = client.get("/boards/digits/frontier.json").json()["moves"]
    lines = list(csv.DictReader(io.StringIO(client.get("/boards/digits/frontier.csv").content.decode())))
    assert len(moves) > 2
    assert [line["entry"] for line in lines] == [move["entry"] for move in moves]
    assert [float(line["value"]) for line in lines] == [move["value"] for move in moves]
    assert re.findall(r'<a href="/entries/([^/]+)/" class="pt', html) == [move["entry"] for move in moves]
    assert re.findall(r'<th scope="row"><a href="/entries/([^/]+)/', html) == [move["entry"] for move in moves]


def test_its_plot_is_a_file_that_the_page_names(client, board):
    html = client.get(PAGE + "?t=measured").content.decode()
    answer = client.get("/boards/digits/frontier.svg?t=measured")
    text = answer.content.decode()
    assert answer["Content-Type"] == "image/svg+xml"
    assert html.count("/boards/digits/frontier.svg?t=measured") == 2
    assert text.count('class="hit"') == len(client.get("/boards/digits/frontier.json?t=measured").json()["moves"])
    assert "dated by the measurement" in text
    assert client.get("/boards/digits/frontier.svg?min.accuracy=1").status_code == 404
    assert "frontier.svg" not in client.get(PAGE + "?min.accuracy=1").content.decode()


def test_the_page_costs_few_queries(client, board, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        client.get(PAGE + "?at=2024-03~2024-08&without=mlp")


def test_dated_fronts_stand_over_the_boards_plot_and_can_be_taken_away(client, board):
    html = client.get(PAGE + "?at=2024-03~2024-08").content.decode()
    assert html.count('class="front age-') == 2
    assert "2024-03-31 and 2024-08-31" in html
    assert "Take the dates away" in html


def test_dated_fronts_are_a_table_and_a_csv_of_the_same_entries(client, board, django_assert_max_num_queries):
    query = "?at=2024-03-31~2024-08-31"
    html = client.get(PAGE + query).content.decode()
    with django_assert_max_num_queries(12):
        text = client.get(f"{PAGE}fronts.csv{query}").content.decode()
    lines = list(csv.DictReader(io.StringIO(text)))
    table = html.partition("The fronts as a table")[2].partition("</table>")[0]
    told = client.get("/boards/digits/frontier.json" + query).json()["fronts"]
    assert html.count(f'href="{PAGE}fronts.csv{query}"') == 3
    assert [front["on"] for front in told] == ["2024-03-31", "2024-08-31"]
    assert [line["entry"] for line in lines] == re.findall(r'<a href="/entries/([^/]+)/', table)
    assert [line["entry"] for line in lines] == [one["entry"] for front in told for one in front["entries"]]
    assert all(line["on"] <= line["front"] for line in lines)
    for day in ("2024-03-31", "2024-08-31"):
        corners = [(float(line["latency_p50_s"]), float(line["accuracy"])) for line in lines if line["front"] == day]
        assert corners
        # What is slower is there for its accuracy alone.
        assert corners == sorted(corners)
        assert [up for _, up in corners] == sorted({up for _, up in corners})
    assert "fronts.csv" not in client.get(PAGE).content.decode()


def test_a_family_taken_away_is_a_line_of_its_own(client, board):
    family = client.get("/boards/digits/frontier.json").json()["moves"][-1]["family"]
    html = client.get(PAGE + f"?without={family}").content.decode()
    assert f"without {family}" in html
    assert re.search(r'class="without" points="[^"]+"', html)


def test_a_condition_is_shown_and_read_in_the_units_of_the_boards_form(client, board):
    html = client.get(PAGE + "?min.accuracy=95%20%25").content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert 'name="min.accuracy" value="95 %"' in html
    assert "at accuracy ≥ 95 %" in html
    assert "/choose/?board=digits&min.accuracy=0.95" in client.get("/choose/?board=digits&quality=95%20%25")["Location"]


def test_only_what_has_a_best_to_attain_is_offered_and_what_is_asked_for(client, board):
    def offered(query):
        return set(re.findall(r'<option value="([^"]*)"', client.get(PAGE + query).content.decode()))

    assert {"latency_p50_s", "energy_per_item_j"} <= offered("")
    assert not {"hypervolume_contribution", "parameters", "idle_power_w"} & offered("")
    assert "parameters" in offered("?m=parameters")


def test_a_family_that_all_are_of_leaves_nothing_and_no_line_to_draw(client, db):
    digits_board(models=tuple(line for line in DIGITS if line[1] == DIGITS[0][1]))
    html = client.get(PAGE).content.decode()
    assert "Nothing: all that meets the conditions is of this family." in html
    assert "draw the line" not in html


def test_an_address_that_makes_no_sense_leaves_the_page_and_says_so(client, board):
    answer = client.get(PAGE + "?m=qq&t=zz&at=99&without=%3Cscript%3E&foo=" + "x" * 10_000)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "Parts of this address were ignored" in html
    assert "<script>" not in html


def test_where_nothing_meets_the_condition_the_page_says_so(client, board):
    html = client.get(PAGE + "?min.accuracy=1").content.decode()
    assert "Nothing to draw" in html


def test_a_board_without_an_entry_says_what_would_fill_the_frontier(client, db):
    BoardFactory(benchmark=BenchmarkFactory(slug="empty"))
    page = client.get("/boards/empty/frontier/").content.decode()
    assert "Nothing is measured here yet" in page
    assert 'href="/submit/?board=empty"' in page
    assert "meets the conditions" not in page


def test_an_unknown_board_is_not_found(client, db):
    assert client.get("/boards/nope/frontier/").status_code == 404
    assert client.get("/boards/nope/frontier.json").status_code == 404


@pytest.mark.parametrize("days", [0, 1, 5, 80, 100, 400, 2000, 20_000])
def test_a_time_axis_has_few_ticks_inside_itself(days):
    axis = date_axis([date(2020, 3, 5)], date(2020, 3, 5) + timedelta(days=days))
    ticks = axis.ticks()
    assert 1 <= len(ticks) <= 8
    assert all(0 <= place <= 1 for place, _ in ticks)
    assert len({text for _, text in ticks}) == len(ticks)


def test_a_date_before_anything_is_named_instead_of_a_front_that_is_not_there(client, board):
    html = client.get(PAGE + "?at=2019-03~2024-08").content.decode()
    assert "Fronts at 2024-08-31, the newest darkest" in html
    assert "Nothing had a date by 2019-03-31." in html
    assert "Fronts at" not in client.get(PAGE + "?at=2019-03").content.decode()


def test_what_is_left_without_a_family_carries_its_interval_as_on_the_board(client, board):
    found = client.get("/boards/digits/frontier.json").json()["savings"]
    some = [saving for saving in found if saving["without"] is not None]
    assert some
    assert all(saving["low"] <= saving["without"] <= saving["high"] for saving in some)
    rows = client.get(PAGE).content.decode().partition('id="savings"')[2].split('data-label="Best value left">')[1:]
    assert sum(bool(re.match(r"[^<]+<br><small>[0-9.]+–[0-9.]+</small></td>", row)) for row in rows) == len(some)


def test_a_share_saved_says_where_it_may_be_none(client, board, monkeypatch):
    assert "intervals overlap" not in client.get(PAGE).content.decode().partition('id="savings"')[2]
    monkeypatch.setattr("frontend.present.frontier._overlap", lambda *_cells: True)
    assert "intervals overlap" in client.get(PAGE).content.decode().partition('id="savings"')[2]
