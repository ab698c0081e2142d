"""What a board's address can choose beside filters: columns, groups, a front of its own, a kept revision."""

import csv
import gzip
import io
import json
import re
import sys
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from frontend.present import board as presented
from frontend.present import board_table, memory
from frontend.present.board_page import board_page
from frontend.present.memory import forget
from frontend.present.table import rows_of
from leaderboard.boards import frozen, moved
from leaderboard.boards.models import Board, BoardEntry, BoardSnapshot, Entry
from leaderboard.boards.selectors import board_view
from leaderboard.boards.services import rebuild_board
from leaderboard.protocol import GuardVerdict
from leaderboard.runs.states import JobState
from tests.factories import (
    NOW,
    JobFactory,
    SubmissionFactory,
    answers_with,
    make_measured,
    publish_entry,
)
from tests.frontend.boards import (
    DIGITS,
    addition_board,
    digits_board,
    full_board,
    make_reading,
    metered_device,
    rapl_reading,
    sensorless_device,
)
from tests.frontend.test_board_page import get

pytestmark = pytest.mark.django_db
TWICE = (*DIGITS[:3], ("mlp8", "mlp", 560, 9.9e-6, 7.6, "int8"))


def heads(html):
    """The metrics and other names over the board's columns, in their order."""
    found = html[html.index("<thead") : html.index("</thead>")]
    return re.findall(r"/metrics/([a-z0-9_]+)/|>(Device|Energy from|Measured)<", found)


def columns(client, query=""):
    answer = client.get(f"/boards/digits/{query}")
    assert answer.status_code == 200
    return ["".join(pair) for pair in heads(answer.content.decode())]


def test_a_board_shows_quality_what_it_ranks_by_energy_and_latency(client):
    digits_board(models=DIGITS[:2])
    own = ["Device", "accuracy", "ipw", "energy_per_item_j", "latency_p50_s", "Energy from", "Measured"]
    assert columns(client) == own
    assert columns(client, "?x=parameters") == [*own[:5], "parameters", *own[5:]]


def test_chosen_columns_stand_in_their_order_in_the_table_and_in_the_csv(client):
    digits_board(models=DIGITS[:2])
    query = "?cols=published~parameters~accuracy"
    assert columns(client, query) == ["Measured", "parameters", "accuracy"]
    line = client.get(f"/boards/digits.csv{query}").content.decode().splitlines()[0].split(",")
    assert line[:2] == ["id", "model"]
    assert [name for name in line if name in {"parameters", "accuracy", "ipw"}] == ["parameters", "accuracy"]
    metrics = json.loads(client.get(f"/boards/digits.json{query}").content)["entries"][0]["metrics"]
    assert set(metrics) == {"parameters", "accuracy"}
    assert "ipw" in json.loads(client.get("/boards/digits.json").content)["entries"][0]["metrics"]


def test_without_script_the_columns_are_a_form_that_keeps_the_rest_of_the_view(client):
    digits_board(models=DIGITS[:2])
    html = client.get("/boards/digits/?q=tree&cols=accuracy~device").content.decode()
    form = html[html.index('<details class="columns"') : html.index("</details>", html.index('class="columns"'))]
    assert re.findall(r'value="([a-z0-9_]+)" checked', form) == ["accuracy", "device"]
    assert '<input type="hidden" name="q" value="tree">' in form
    assert 'href="/boards/digits/?q=tree">Reset' in form
    answer = client.get("/boards/digits/?q=tree&cols=device&cols=accuracy&cols=ipw", follow=True)
    assert answer.redirect_chain == [("/boards/digits/?q=tree&cols=device~accuracy~ipw", 302)]


def test_every_other_form_of_the_page_keeps_the_columns_the_group_and_the_revision(client):
    board = digits_board(models=TWICE)
    frozen.freeze(board=board, now=NOW)
    query = f"?model=mlp8&group=model&cols=accuracy&view=table&asof={board.revision}"
    page = get(client, f"/boards/digits/{query}")
    for key, value in (("group", "model"), ("cols", "accuracy"), ("view", "table"), ("asof", str(board.revision))):
        assert any(field.get("value") == value for field in page.fields[key]), key


def test_a_row_is_ticked_in_a_form_to_compare_and_ticks_of_other_pages_are_kept(client):
    digits_board(models=DIGITS[:3])
    ids = [entry["id"] for entry in json.loads(client.get("/boards/digits.json").content)["entries"]]
    page = get(client, f"/boards/digits/?q=tree&e={ids[0]}~{ids[1]}")
    assert ("form", "/compare/") in [(tag, values.get("action")) for tag, values in page.tags]
    ticks = [field for field in page.fields["e"] if "~" not in field["value"]]
    assert {tick["value"] for tick in ticks if tick["type"] == "hidden" or "checked" in tick} == set(ids[:2])
    assert [tick["value"] for tick in ticks if tick["type"] == "checkbox"] == [row["id"] for row in page.rows]


def test_the_best_of_each_model_says_of_how_many_and_by_what(client):
    digits_board(models=TWICE)
    html = client.get("/boards/digits/?group=model&min.accuracy=0.5").content.decode()
    assert "the highest intelligence per watt meeting Accuracy ≥ 0.500" in html
    assert html.count("best of 2 configurations") == 1
    everything = re.search(r'class="best" href="([^"]+)"', html).group(1).replace("&amp;", "&")
    assert everything == "/boards/digits/?model=mlp8&min.accuracy=0.5"
    assert len(get(client, everything).rows) == 2
    entries = json.loads(client.get("/boards/digits.json?group=model").content)["entries"]
    assert {entry["model"]: entry["best_of"] for entry in entries}["mlp8"] == 2
    assert len(entries) == 3


def test_a_filtered_view_keeps_the_boards_ranks_and_says_the_rank_here(client):
    digits_board()
    html = client.get("/boards/digits/?q=cnn").content.decode()
    assert re.findall(r'class="place">([^<]+)<', html) == ["1 here", "2 here", "3 here"]
    assert 'class="place"' not in client.get("/boards/digits/").content.decode()


def test_the_front_of_what_is_shown_is_a_switch_of_its_own(client):
    digits_board()
    query = "?q=cnn&front_in_view=1"
    html = client.get(f"/boards/digits/{query}").content.decode()
    entries = json.loads(client.get(f"/boards/digits.json{query}").content)["entries"]
    plain = json.loads(client.get("/boards/digits.json?q=cnn").content)["entries"]
    assert [entry["front"] for entry in entries] == [entry["front"] for entry in plain]
    on = [entry for entry in entries if entry["front_in_view"]]
    assert 0 < len(on) < len(entries)
    assert html.count("front of what is shown</span>") == len(on)
    assert "front_in_view" not in plain[0]


def test_the_way_out_of_an_empty_view_says_what_each_removal_restores(client):
    digits_board(models=DIGITS)
    html = client.get("/boards/digits/?q=tree&min.accuracy=0.999").content.decode()
    assert "Remove search: tree, +0" in html
    assert "at least: 99.9 %, +1" in html
    assert "Clear all, +9" in html


def test_a_scope_that_the_board_does_not_have_is_not_comparable_and_leads_to_those_it_has(client):
    digits_board(models=DIGITS[:2], readings=(rapl_reading, make_reading), device=metered_device())
    html = client.get("/boards/digits/?scope=wall").content.decode()
    assert "Not comparable" in html
    assert '<a href="/boards/digits/?scope=cpu_package">2 with scope CPU package</a>' in html


@pytest.mark.parametrize(("place", "name", "words"), [
    (presented, "board_chart", "The chart could not be drawn"),
    (board_table, "rows_of", "The table could not be made"),
])  # fmt: skip
def test_a_panel_that_fails_leaves_the_other_and_names_the_request(client, monkeypatch, place, name, words):
    def fails(*args, **kwargs):
        raise RuntimeError("broken on purpose")

    digits_board(models=DIGITS[:2])
    monkeypatch.setattr(place, name, fails)
    html = client.get("/boards/digits/").content.decode()
    assert words in html
    assert "Retry" in html
    assert re.search(r"Request [0-9a-f-]{8,}", html)
    assert ('class="pt ' in html) == (name == "rows_of")
    assert ("<tbody>" in html) == (name == "board_chart")


@time_machine.travel("2026-11-03T14:02:30Z", tick=False)
def test_a_page_that_can_no_longer_ask_says_from_when_its_numbers_are(client):
    digits_board(models=DIGITS[:2])
    html = client.get("/boards/digits/").content.decode()
    assert 'data-at="14:02" data-away="As of {time} UTC, refresh failed. Reconnecting"' in html


def cite(client, query="", **headers):
    return client.post("/boards/digits/cite/", {"query": query}, follow=True, **headers)


def test_a_citable_link_is_a_form_that_ends_at_a_frozen_view(client):
    board = digits_board(models=DIGITS[:3])
    answer = cite(client, "q=tree&sort=-accuracy")
    assert answer.redirect_chain[-1][0] == f"/boards/digits/?sort=-accuracy&q=tree&asof={board.revision}"
    html = answer.content.decode()
    assert f"Frozen: revision {board.revision} of 2026-" in html
    assert '<a href="/boards/digits/?sort=-accuracy&amp;q=tree">Go to current</a>' in html
    assert "Copy citable link" in html
    assert 'id="live"' not in html


def test_what_left_the_board_since_is_marked_in_the_frozen_view_and_its_files(client):
    board = digits_board(models=DIGITS[:3])
    cite(client)
    gone = Entry.objects.first()
    Entry.objects.filter(pk=gone.pk).update(status=Entry.Status.RETRACTED)
    rebuild_board(board=board, now=NOW)
    html = client.get(f"/boards/digits/?asof={board.revision}").content.decode()
    assert (
        html.count("retracted since</a>") == html.count("retracted since</span>") == 1
    )  # a badge, and on a phone a word
    answer = client.get(f"/boards/digits.json?asof={board.revision}")
    assert answer["Cache-Control"] == "public, max-age=86400, immutable"
    told = {entry["id"]: entry["status"] for entry in json.loads(answer.content)["entries"]}
    assert told.pop(str(gone.uuid)) == "retracted"
    assert set(told.values()) == {"published"}
    assert client.get("/boards/digits.json")["Cache-Control"] == "no-cache"
    assert "immutable" not in client.get("/boards/digits.json?asof=99")["Cache-Control"]


def test_no_copy_is_made_by_looking(client):
    digits_board(models=DIGITS[:2])
    assert client.get("/boards/digits/cite/").status_code == 405
    assert client.post("/boards/nowhere/cite/").status_code == 404
    assert not BoardSnapshot.objects.exists()


def test_a_copy_that_is_refused_is_said_on_the_view_that_was_asked_for(client, monkeypatch):
    digits_board(models=DIGITS[:2])
    monkeypatch.setattr(frozen, "MOST_BYTES", 1)
    answer = cite(client, "q=tree")
    assert answer.redirect_chain == [("/boards/digits/?q=tree", 302)]
    assert "The room for citable copies is used up" in answer.content.decode()


def test_an_address_with_a_renamed_key_leads_to_todays_for_good(client, monkeypatch):
    digits_board(models=DIGITS[:2])
    monkeypatch.setattr(moved, "STEPS", (moved.renamed("search", "q"),))
    answer = client.get("/boards/digits/?search=tree&page=1")
    assert (answer.status_code, answer["Location"]) == (301, "/boards/digits/?q=tree&page=1")
    assert client.get("/boards/digits/?q=tree").status_code == 200


def test_an_open_page_learns_of_a_new_revision_and_gets_no_body_until_there_is_one(client, django_assert_num_queries):
    board = digits_board(models=DIGITS[:2])
    with django_assert_num_queries(2):
        answer = client.get("/boards/digits/revision.json")
    assert answer.json() == {"revision": board.revision, "entries": 2}
    again = client.get("/boards/digits/revision.json", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    publish_entry(measured=make_measured(answers=answers_with(500, n=600)))
    newer = client.get("/boards/digits/revision.json", headers={"If-None-Match": answer["ETag"]}).json()
    assert newer == {"revision": Board.objects.get(pk=board.pk).revision, "entries": 3}
    assert client.get("/boards/nowhere/revision.json").status_code == 404


@pytest.mark.parametrize("form", ["json", "csv", "svg"])
def test_a_file_that_has_not_changed_is_not_sent_again(client, form):
    digits_board(models=DIGITS[:2])
    answer = client.get(f"/boards/digits.{form}")
    assert client.get(f"/boards/digits.{form}", headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_the_json_of_three_hundred_entries_is_small_over_the_line(client):
    full_board(n=300)
    answer = client.get("/boards/digits.json", headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    sys.stdout.write(f"{len(answer.content)} bytes\n")
    assert len(answer.content) <= 60_000
    assert len(json.loads(gzip.decompress(answer.content))["entries"]) == 300


def test_values_that_seven_digits_would_tie_keep_all_of_theirs(client):
    board = digits_board(models=DIGITS[:2])
    first, second = board.rows.all()
    for row, value in ((first, 0.12345678901), (second, 0.12345678902)):
        row.cells["accuracy"]["value"] = value
        board.rows.filter(pk=row.pk).update(cells=row.cells)
    html = client.get("/boards/digits/").content.decode()
    assert 'data-v="0.12345678901"' in html
    assert 'data-v="0.12345678902"' in html


def test_the_board_of_streamed_text_has_no_more_columns_than_others(client):
    addition_board()
    html = client.get("/boards/addition/").content.decode()
    assert ["".join(pair) for pair in heads(html)] == [
        "Device", "accuracy", "ipw", "energy_per_item_j", "ttft_p50_s", "Energy from", "Measured",
    ]  # fmt: skip


def test_a_csv_names_the_columns_of_an_empty_view_too(client):
    digits_board(models=DIGITS[:2])
    text = client.get("/boards/digits.csv?q=nothing-like-this&cols=ipw").content.decode()
    assert "ipw_low" in next(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize(
    ("noisy", "said"),
    [
        (0, "leads in intelligence per watt"),
        (1, "Only mlp64 is ranked by intelligence per watt"),
        (2, "Measured: 2 entries. None is ranked by intelligence per watt: machine was noisy."),
    ],
)
def test_a_board_says_of_how_many_it_speaks_and_why_the_others_have_no_rank(client, noisy, said):
    device = sensorless_device()
    board = digits_board(models=(), device=device)
    for number, name in enumerate(("mlp8", "mlp64")):
        verdict = GuardVerdict.NOISY if number < noisy else GuardVerdict.CLEAN
        submission = SubmissionFactory(model_name=name, benchmark=board.benchmark)
        job = JobFactory(submission=submission, device=device, state=JobState.VERIFYING)
        answers = answers_with(590, n=600, seed=number)
        measured = make_measured(
            answers=answers, latency_s=1e-5, watts=2.0 * 9**number, guard=verdict, readings=(make_reading,)
        )
        publish_entry(job=job, measured=measured)
    rebuild_board(board=board, now=NOW)
    html = client.get("/boards/digits/").content.decode()
    assert said in html
    assert ("1 are not: machine was noisy." in html) == (noisy == 1)


def test_bands_of_two_or_more_are_lettered_from_a_and_whoever_stands_alone_has_no_letter(client):
    digits_board(models=DIGITS[:5])
    bands = (0, 1, 1, 2, 2)
    rows = [replace(row, band=band) for row, band in zip(board_view("digits", "").rows, bands, strict=True)]
    shown = rows_of(rows, (), rows, by_rank=True)
    assert [row.band for row in shown] == ["", "A", "A", "B", "B"]
    assert [row.band_heading for row in shown] == [0, 2, 0, 2, 0]


def test_the_caption_says_the_order_that_the_rows_have(client):
    digits_board(models=DIGITS[:3])
    caption = re.compile(r"<caption[^>]*>([^<]*)<")
    assert "by rank; ties by rank interval, then entry id." in caption.search(page_html(client)).group(1)
    BoardEntry.objects.update(rank=None, rank_low=None, rank_high=None, band=None)
    forget()
    assert "3 entries by accuracy, highest first; ties by entry id." in caption.search(page_html(client)).group(1)
    accuracies = [row.cells["accuracy"].value for row in board_view("digits", "").rows]
    assert accuracies == sorted(accuracies, reverse=True)


def page_html(client):
    return client.get("/boards/digits/").content.decode()


def test_the_form_offers_each_columns_order_and_keeps_the_one_that_only_the_address_has(client):
    digits_board()
    chosen = re.compile(r'<option value="([^"]*)" selected>([^<]*)</option>')
    field = re.compile(r'name="sort">(.*?)</select>', re.DOTALL)
    (offered,) = field.findall(client.get("/boards/digits/").content.decode())
    assert chosen.findall(offered) == [("", "rank")]
    assert '<option value="energy_per_item_j">energy per item, lowest first</option>' in offered
    assert '<option value="-published">date, newest first</option>' in offered
    (offered,) = field.findall(client.get("/boards/digits/?sort=model~-accuracy").content.decode())
    assert chosen.findall(offered) == [("model~-accuracy", "model, A to Z, accuracy, highest first")]


def test_another_choice_reads_no_row_again_and_a_forms_address_makes_no_page(client, monkeypatch):
    digits_board()
    client.get("/boards/digits/?q=cnn")
    made = []
    monkeypatch.setattr(memory, "board_page", lambda view: made.append(view.query) or board_page(view))
    with CaptureQueriesContext(connection) as asked:
        sent = client.get("/boards/digits/?x=latency_p50_s&xs=&y=accuracy&q=mlp&min.accuracy=&sort=")
        assert client.get(sent["Location"]).status_code == 200
    assert made == ["q=mlp"]
    assert not any("boardentry" in query["sql"] for query in asked)
    rebuild_board(board=Board.objects.get(), now=NOW + timedelta(days=1))
    with CaptureQueriesContext(connection) as asked:
        client.get("/boards/digits/?q=mlp")
    assert any("boardentry" in query["sql"] for query in asked)
