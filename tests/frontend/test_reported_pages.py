"""What a reader sees of results that somebody else has published."""

import csv
import io
import re
from uuid import uuid4

import pytest

from frontend.present.plot import board_chart
from leaderboard.boards.reported.loading import load
from leaderboard.boards.selectors import board_view
from leaderboard.boards.short_ids import short_id
from tests.boards.test_reported_boards import SLUG, publication
from tests.factories import NOW
from tests.frontend.explorer import ask
from tests.frontend.test_board_page import get

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _board():
    load(publication(4), slug=SLUG, sha256="0" * 64, now=NOW)


def entries(client):
    return client.get(f"/boards/{SLUG}.json").json()["entries"]


def test_its_page_and_files_say_the_same_and_call_it_reported(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        html = client.get(f"/boards/{SLUG}/").content.decode()
    told = client.get(f"/boards/{SLUG}.json").json()
    lines = list(csv.DictReader(io.StringIO(client.get(f"/boards/{SLUG}.csv").content.decode())))
    assert "Reported, not measured here: published by MLCommons on 2023-04-05." in html
    assert "with a dot: reported" in html
    assert [entry["id"] for entry in told["entries"]] == [line["id"] for line in lines]
    assert all(short_id(entry["id"]) in html for entry in told["entries"])
    assert told["reported"]["publisher"] == "MLCommons"
    assert (lines[0]["threads"], lines[0]["stable"]) == ("", "")
    assert "None" not in html
    assert client.get(f"/boards/{SLUG}.svg").status_code == 200


def test_it_offers_nothing_that_needs_a_measurement_of_our_own(client):
    html = client.get(f"/boards/{SLUG}/").content.decode()
    for absent in (
        "/devices/board-x/",
        "Compare ticked",
        "/frontier/",
        "/cite/",
        'id="live"',
        "/submit/?board",
    ):
        assert absent not in html, absent
    for tail in ("frontier/", "frontier.json", "frontier.csv", "frontier.svg"):
        assert client.get(f"/boards/{SLUG}/{tail}").status_code == 404, tail
    assert client.post(f"/boards/{SLUG}/cite/").status_code == 404
    assert client.get(f"/choose/?board={SLUG}").status_code == 200
    assert client.get(f"/submit/?board={SLUG}").status_code in (200, 302)
    assert client.get(f"/boards/{SLUG}/revision.json").json() == {"revision": 1, "entries": 4}


def test_its_form_offers_limits_only_on_what_it_has_and_examples_in_its_own_range(client):
    fields = get(client, f"/boards/{SLUG}/").fields
    offered = {name: field["placeholder"] for name, (field, *_) in fields.items() if name[:4] in ("min.", "max.")}
    # The results have accuracies from 0.5 to 0.65, and each 20 ms and 0.1 J.
    assert offered == {"min.accuracy": "57 %", "max.latency_p90_s": "20 ms", "max.energy_per_item_j": "100 mJ"}
    asked = get(client, f"/boards/{SLUG}/?max.latency_p50_s=0.001").fields["max.latency_p50_s"]
    assert [field["value"] for field in asked] == ["1 ms"]


def test_its_about_page_says_where_it_comes_from_and_what_can_be_compared(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        html = client.get(f"/boards/{SLUG}/about/").content.decode()
    told = client.get(f"/boards/{SLUG}/about.json").json()
    for said in (
        "MLCommons", 'href="https://example.org/results"', "Apache-2.0", "Which results can be compared",
        "<dt>Scenario</dt><dd>SingleStream</dd>", "<dt>Task of MLPerf</dt><dd>resnet</dd>",
        "energy of one query, between system and wall",
    ):  # fmt: skip
        assert said in html, said
    assert (told["reported"]["licence"], told["facts"]["Scenario"], told["results"]) == (
        "Apache-2.0",
        "SingleStream",
        4,
    )
    assert f'href="/boards/{SLUG}/about/"' in client.get(f"/boards/{SLUG}/").content.decode()
    assert client.get("/boards/nope/about/").status_code == 404


def test_in_place_of_a_frontier_it_says_why_there_is_none(client):
    answer = client.get(f"/boards/{SLUG}/frontier/")
    assert answer.status_code == 404
    assert "none has a date of its own" in answer.content.decode()


def test_nothing_says_how_sure_a_place_is_that_nobody_resampled(client):
    html = client.get(f"/boards/{SLUG}/").content.decode()
    told = client.get(f"/api/v1/boards/{SLUG}").json()["entries"] + entries(client)
    lines = list(csv.DictReader(io.StringIO(client.get(f"/boards/{SLUG}.csv").content.decode())))
    unsure = ("rank_low", "rank_high", "front_probability")
    assert {entry[name] for entry in told for name in unsure} == {None}
    assert {line[name] for line in lines for name in unsure} == {""}
    assert {entry["front"] for entry in told} == {"on", "dominated"}
    assert "resamples" not in html
    assert "on the front by its reported values" in html
    assert re.findall(r'data-kind="(\w+)"', html) == ["on", "dominated"]


def test_a_point_says_the_runtime_and_nothing_of_a_precision_that_nobody_named():
    titles = [mark.point.title.split("\n") for mark in board_chart(board_view(SLUG, ""), "").plot.placed]
    assert {lines[1] for lines in titles} == {"TFLite, batch 1"}


def test_it_is_listed_apart_and_can_be_explored(client):
    html = client.get("/boards/").content.decode()
    assert html.index("Reported by others") < html.index(f"/boards/{SLUG}/")
    assert "1 on the front: model-3 (100 mJ, 65.0 %)." in html.replace("\N{NO-BREAK SPACE}", " ")
    assert f'<a href="/boards/{SLUG}/">' in client.get("/").content.decode()
    assert client.get(f"/boards/{SLUG}/explore/").status_code == 200
    assert f'href="/boards/{SLUG}/explore/"' in client.get("/explore/").content.decode()
    assert client.get(f"/api/v1/boards/{SLUG}").json()["board"] == SLUG


def test_a_result_says_who_reported_it_and_what_each_figure_is(client):
    newest = entries(client)[0]
    page = client.get(f"/entries/{newest['id']}/").content.decode()
    assert "Not measured here." in page
    assert 'href="https://example.org/results/a1"' in page
    assert "energy of one query, between system and wall" in page
    assert client.get(f"/entries/{newest['id']}.json").json()["reported"]["uid"] in {"a0", "a1", "a2", "a3"}
    for tail in ("trace.parquet", "items/"):
        assert client.get(f"/entries/{newest['id']}/{tail}").status_code == 404


def test_who_would_choose_or_compare_them_reads_why_not_and_where_they_are(client):
    first, second = entries(client)[:2]
    compared = client.get(f"/compare/?e={first['id']}~{second['id']}~{uuid4()}").content.decode()
    chosen = client.get(f"/choose/?board={SLUG}").content.decode()
    why = "Reported results have neither intervals nor one protocol: nothing is"
    assert compared.count(f"{why} compared with them. <a href=") == 2
    assert compared.count("There is no such entry that everybody may see.") == 1
    assert f'<a href="/entries/{first["id"]}/">What was published</a>' in compared
    assert f'{why} chosen among them. <a href="/boards/{SLUG}/">' in chosen


def test_its_explorer_offers_no_selection(client):
    asked = ask(client, SLUG, f"e={entries(client)[0]['id']}")
    html = client.get(f"/boards/{SLUG}/explore/").content.decode()
    assert asked.parts["chosen"]["children"] == []
    assert asked.state["picks"] is False
    assert "data-pick" not in str(asked.parts["rows"])
    assert "<th scope" in str(asked.parts["rows"])
    assert "side by side" not in html
