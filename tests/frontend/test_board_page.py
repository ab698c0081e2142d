import csv
import io
import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from leaderboard.boards.short_ids import short_id
from tests.factories import BoardFactory
from tests.frontend.boards import DIGITS, digits_board, full_board, make_reading, metered_device, rapl_reading

pytestmark = pytest.mark.django_db
CONSTANT = ("constant", "baseline", 0, 4.0e-6, 7.4, "fp32")


class Page(HTMLParser):
    """What a reader without script gets: rows, points, links and form fields in their order."""

    def __init__(self, html):
        super().__init__()
        self.rows, self.points, self.links, self.fields, self.tags = [], [], [], {}, []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.tags.append((tag, values))
        if tag == "tr" and "data-id" in values:
            self.rows.append({"id": values["data-id"], "front": values["class"].split()[0], "cells": []})
        elif tag == "td" and "data-v" in values and "num" in values["class"]:
            self.rows[-1]["cells"].append(values["data-v"])
        elif tag == "a":
            self.links.append(values["href"])
            if values.get("class", "").startswith("pt "):
                self.points.append({"id": values["href"].split("/")[2], "front": values["class"].split()[1]})
        elif tag == "circle" and values.get("class") in {"hit", "mark"} and "%" in values["cx"]:
            at = float(values["cx"].rstrip("%")) / 100, float(values["cy"].rstrip("%")) / 100
            self.points[-1].setdefault("at", at)
        elif tag in {"input", "select"} and "name" in values:
            self.fields.setdefault(values["name"], []).append(values)


def get(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return Page(answer.content.decode())


@pytest.mark.parametrize("query", ["", "?sort=-accuracy", "?x=ipw&y=energy_per_item_j", "?min.accuracy=0.9", "?q=cnn"])
def test_points_rows_json_and_csv_are_one_view(client, query):
    digits_board(models=(*DIGITS, CONSTANT))
    page = get(client, f"/boards/digits/{query}")
    entries = json.loads(client.get(f"/boards/digits.json{query}").content)["entries"]
    lines = list(csv.DictReader(io.StringIO(client.get(f"/boards/digits.csv{query}").content.decode())))
    ids = [row["id"] for row in page.rows]
    assert ids
    assert ids == [short_id(entry["id"]) for entry in entries] == [short_id(line["id"]) for line in lines]
    assert sorted(ids) == sorted(point["id"] for point in page.points)
    fronts = {point["id"]: point["front"] for point in page.points}
    for row, entry, line in zip(page.rows, entries, lines, strict=True):
        assert row["front"] == entry["front"] == line["front"] == fronts[row["id"]]
        shown, told = row["cells"][0], entry["metrics"]["accuracy"]["value"]
        assert told == float(line["accuracy"])
        assert float(shown) == pytest.approx(told, rel=1e-6)


def test_a_cell_is_typed_infinite_or_missing_with_a_reason(client):
    digits_board(models=(CONSTANT,), readings=())
    html = client.get("/boards/digits/").content.decode()
    assert "no energy sensor" in html or "no energy source" in html
    assert 'data-v=""' in html
    digits = Page(html).rows[0]["cells"]
    assert float(digits[0]) == 0.0


def test_an_infinite_cost_says_never_correct_and_stands_in_the_gutter(client):
    digits_board(models=(*DIGITS[:3], CONSTANT))
    html = client.get("/boards/digits/?x=cost_of_pass_usd").content.decode()
    assert 'data-v="inf"' in html
    assert "never correct" in html
    assert "1 never correct: cost of pass (entry form) infinite" in html


def test_an_estimate_is_headed_so_and_explained(client):
    digits_board(models=DIGITS[:3])
    html = client.get("/boards/digits/").content.decode()
    assert html.count("Estimated energy") >= 2
    assert "accuracy multiplied by a constant" in html


def test_measured_energy_is_not_headed_as_an_estimate(client):
    digits_board(models=DIGITS[:3], readings=(rapl_reading,), device=metered_device())
    html = client.get("/boards/digits/").content.decode()
    assert "Estimated energy" not in html
    assert "CPU package" in html


def test_scopes_are_a_single_choice(client):
    digits_board(models=DIGITS[:2], readings=(rapl_reading, make_reading), device=metered_device())
    page = get(client, "/boards/digits/")
    assert {field["type"] for field in page.fields["scope"]} == {"radio"}
    assert {field["value"] for field in page.fields["scope"]} == {"cpu_package", "process"}
    assert sum("checked" in field for field in page.fields["scope"]) == 1


def test_a_form_without_script_ends_at_the_views_own_address(client):
    digits_board(models=DIGITS[:3])
    sent = "/boards/digits/?x=latency_p50_s&xs=&y=accuracy&ys=&q=&min.accuracy=0.9&max.latency_p50_s=&ci=1&quant=fp32"
    answer = client.get(sent, follow=True)
    assert answer.redirect_chain == [("/boards/digits/?quant=fp32&min.accuracy=0.9", 302)]


def test_repeated_boxes_of_a_form_become_one_list(client):
    digits_board(models=DIGITS[:3])
    answer = client.get("/boards/digits/?dev=bench-01-cpu&dev=nowhere")
    assert answer.status_code == 200
    assert "nowhere" in answer.content.decode()


def test_heads_sort_best_first_then_turn_round_then_rest(client):
    digits_board(models=DIGITS[:3])
    hrefs = []
    path = "/boards/digits/"
    for _ in range(3):
        head = next(
            values
            for tag, values in get(client, path).tags
            if tag == "th" and values.get("data-best", "").endswith("sort=-accuracy")
        )
        hrefs.append(head.get("aria-sort"))
        path = next(link for link in get(client, path).links if _is_accuracy_head(client, path, link))
    assert hrefs == [None, "descending", "ascending"]
    assert path == "/boards/digits/"


def _is_accuracy_head(client, path, link):
    html = client.get(path).content.decode()
    found = re.search(r'<a class="sort" href="([^"]*)"[^>]*>Accuracy</a>', html)
    return link == found.group(1)


def test_a_filter_that_shows_nothing_says_how_to_get_out(client):
    digits_board(models=DIGITS[:3])
    html = client.get("/boards/digits/?q=tree&min.accuracy=0.999").content.decode()
    assert "No entry matches these filters" in html
    assert "Remove search: tree" in html
    assert 'href="/boards/digits/?min.accuracy=0.999"' in html


def test_a_filter_changes_no_rank_and_no_front(client):
    digits_board()
    whole = json.loads(client.get("/boards/digits.json").content)["entries"]
    part = json.loads(client.get("/boards/digits.json?q=cnn").content)["entries"]
    ranks = {entry["id"]: (entry["rank"], entry["front"]) for entry in whole}
    assert part
    assert all(ranks[entry["id"]] == (entry["rank"], entry["front"]) for entry in part)


def test_an_empty_board_says_what_would_fill_it(client):
    BoardFactory()
    html = client.get("/boards/digits/").content.decode()
    assert "Nothing is measured here yet" in html
    assert client.get("/boards/digits.svg").status_code == 200


def test_the_chart_is_a_file_of_its_own(client):
    digits_board(models=DIGITS[:4])
    answer = client.get("/boards/digits.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    text = answer.content.decode()
    assert "Estimated energy" in text
    assert "http://testserver/boards/digits/" in text
    assert text.count("<a ") == 4
    assert "No licence of the data is stated." in text


def test_the_charts_file_has_all_that_a_reader_of_a_copy_needs(client, settings):
    settings.DATA_LICENCE = "CC-BY-4.0"
    digits_board(models=DIGITS[:2])
    text = client.get("/boards/digits.svg?q=tree").content.decode()
    written = " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", text))
    for said in ("Handwritten digits: ", "1 entry on 1 device", "Scope: process. Revision", "CC-BY-4.0"):
        assert said in written
    assert "http://testserver/boards/digits/?q=tree" in written


def test_a_long_address_is_written_whole_into_the_charts_file(client):
    digits_board(models=DIGITS[:2])
    query = "q=" + "tree".ljust(190, "x")
    lines = re.findall(r"<text[^>]*>([^<]*)</text>", client.get(f"/boards/digits.svg?{query}").content.decode())
    assert f"http://testserver/boards/digits/?{query}" in "".join(lines)
    assert max(map(len, lines)) <= 140


def test_a_board_of_a_thousand_costs_few_queries(client, django_assert_max_num_queries):
    full_board(n=1000)
    with django_assert_max_num_queries(12):
        answer = client.get("/boards/digits/")
    assert len(Page(answer.content.decode()).rows) == 100


def test_pages_of_a_long_board_are_links(client):
    full_board(n=130)
    page = get(client, "/boards/digits/?page=2")
    assert len(page.rows) == 30
    assert "/boards/digits/?per=all" in page.links
    assert not any(tag == "table" and "data-sorts" in values for tag, values in page.tags)


@pytest.mark.parametrize(
    "query",
    ["x=%00", "x=<script>", "sort=~~~", "page=-1", "page=99999999999", "q=" + "a" * 5000, "min.accuracy=nan",
     "scope=sun", "%ff%fe=1", "per=everything", "dev=~", "a=b&a=c", "xs=log&ys=log&y=energy_per_item_j",
     "hl=not-an-id", "ci=2"],
)  # fmt: skip
def test_no_address_breaks_a_board(client, query):
    digits_board(models=DIGITS[:2])
    for form in (".json", ".csv", ".svg", "/"):
        answer = client.get(f"/boards/digits{form}?{query}", follow=True)
        assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


@pytest.fixture
def small_board(db):
    return digits_board(models=DIGITS[:2])


@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=80))
def test_no_query_at_all_is_a_server_error(client, small_board, query):
    answer = client.get("/boards/digits/", QUERY_STRING=query.encode("utf-8", "surrogatepass").decode("latin-1"))
    assert answer.status_code in {200, 302}


def test_an_unknown_board_is_a_page_that_was_not_found(client):
    answer = client.get("/boards/nowhere/")
    assert answer.status_code == 404
    assert "Nothing here" in answer.content.decode()
