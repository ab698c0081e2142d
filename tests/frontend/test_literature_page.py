"""What papers report: a page, its files, and the metric that it belongs to."""

import csv
import io

import pytest

from leaderboard.boards.literature.catalogue import read_catalogue
from leaderboard.boards.literature.loading import load_figures
from tests.factories import NOW, BenchmarkFactory, BoardFactory
from tests.literature import catalogue, claim

pytestmark = pytest.mark.django_db


@pytest.fixture
def load(tmp_path):
    def load(*claims):
        load_figures(read_catalogue(catalogue(tmp_path, *claims)), now=NOW)

    return load


@pytest.fixture
def figures(load):
    load(
        claim("w1", subject="Tiny", metric="energy", value="37", unit="percent_reduction", direction="higher",
              baseline="Huge", hardware="GAP8", note="up to; average"),
        claim("w2", subject="Tiny", metric="accuracy", value="82.41", unit="percent", dataset_or_task="GSM8K"),
        claim("j1", paper_id="joules", subject="Server", metric="latency", value="78", hardware="Pixel phone"),
    )  # fmt: skip


def table(client, query=""):
    answer = client.get(f"/literature/{query}")
    assert answer.status_code == 200
    return answer.text.partition("<tbody>")[2].partition("</table>")[0]


def test_each_figure_stands_under_its_source_and_is_called_reported(client, figures):
    html = client.get("/literature/").text
    assert "Nothing here was measured or checked by Perwatt" in html
    assert "3 figures of 2 papers" in html
    assert 'href="/methods/#provenance-reported"' in html
    assert 'href="https://arxiv.org/abs/2503.00001"' in html
    assert 'href="https://arxiv.org/search/?searchtype=title&amp;query=On%20joules"' in html
    assert 'href="https://example.org/code"' in html
    rows = table(client)
    assert "<b>up to\N{NO-BREAK SPACE}37\N{NO-BREAK SPACE}% reduction</b>" in rows
    assert "energy scope not stated" in rows
    assert "<b>82.41\N{NO-BREAK SPACE}%</b>" in rows
    assert 'href="/metrics/energy_per_item_j/"' in rows


@pytest.mark.parametrize(("value", "words"), [("8.3 billion", "8.3 B"), ("350 million", "350 M"), ("610 1", "610")])
def test_counts_of_parameters_are_named_as_papers_name_them(client, load, value, words):
    number, unit = value.split()
    load(claim("w1", subject="Tiny", metric="parameters", value=number, unit=unit))
    assert f"<b>{words}</b>" in table(client).replace("\N{NO-BREAK SPACE}", " ").replace(
        "\N{NARROW NO-BREAK SPACE}", " "
    )


def test_a_cell_without_a_word_is_left_out_of_a_narrow_page(client, figures):
    rows = table(client).split("<tr>")
    (bare,) = (row for row in rows if "82.41" in row)
    assert bare.count('class="alone"') == 2  # no baseline, no device
    (full,) = (row for row in rows if "37" in row and "GAP8" in row)
    assert full.count('class="alone"') == 1  # no task


def test_an_address_narrows_the_figures_and_every_form_with_them(client, figures):
    rows = table(client, "?metric=energy~latency&dev=gap8")
    assert "GAP8" in rows
    assert "Pixel" not in rows
    told = client.get("/literature.json?metric=energy~latency").json()
    assert [(one["key"], one["provenance"], one["scope"]) for one in told["figures"]] == [
        ("w1", "reported", None),
        ("j1", "reported", None),
    ]
    lines = list(csv.DictReader(io.StringIO(client.get("/literature.csv?q=pixel").text)))
    assert [(line["key"], line["baseline"]) for line in lines] == [("j1", "")]
    assert "Tiny" not in table(client, "?paper=joules")
    assert "Huge" not in table(client, "?kind=absolute")


def test_a_form_leads_to_the_one_address_of_its_view(client, figures):
    answer = client.get("/literature/?q=&metric=latency&metric=energy&page=")
    assert (answer.status_code, answer["Location"]) == (302, "/literature/?metric=energy~latency")
    assert client.get("/literature/?metric=energy~latency").status_code == 200


def test_what_an_address_asks_in_vain_is_said_and_the_rest_kept(client, figures):
    html = client.get("/literature/?metric=energy~wishes&wat=1&page=7").text
    assert "<code>metric=wishes</code> Nothing here has this value." in html
    assert "<code>wat=1</code> This page has no such key." in html
    assert "There is no page 7" in html
    assert "1 figure of 1 paper" in html
    assert client.get("/literature/?q=" + "a" * 10_000).status_code == 200
    assert client.get("/literature/?metric=%00&q=%ff~%00").status_code == 200


def test_nothing_found_and_nothing_loaded_are_two_things(client, figures):
    assert "There are 3 without these filters." in client.get("/literature/?q=nothing-like-this").text


def test_without_a_catalogue_the_page_says_how_to_load_one(client):
    assert "manage load_literature" in client.get("/literature/").text
    assert "In the literature" not in client.get("/metrics/accuracy/").text


def test_a_figure_leads_to_the_board_that_measures_its_task(client, load):
    BoardFactory(benchmark=BenchmarkFactory(slug="gsm8k"), title="Grade school")
    load(claim("a", metric="accuracy", value="82.41", unit="percent", dataset_or_task="GSM8K"))
    assert 'href="/boards/gsm8k/">measured here: Grade school</a>' in table(client)
    assert "1 figure is of a task and a quantity that a board here has" in client.get("/literature/").text


def test_the_page_says_why_no_figure_is_drawn_beside_measured_values(client, figures):
    reason = client.get("/literature/").text.partition('id="no-strip"')[2].partition("</p>")[0]
    assert "No figure is of a task and a quantity that a board here has." in reason
    assert "None is drawn on a scale with measured values" in reason


def test_a_metric_shows_what_papers_report_of_it_and_of_what_is_near(client, figures):
    same = client.get("/metrics/accuracy/").text.partition('id="literature"')[2]
    assert "1 figure of this quantity that a paper reports" in same
    near = client.get("/metrics/energy_per_item_j/").text.partition('id="literature"')[2]
    assert "only near this quantity" in near
    assert 'href="/literature/?metric=energy"' in near


def test_pages_are_cut_and_lead_to_each_other_in_few_queries(client, load, django_assert_num_queries):
    load(*(claim(f"c{number:03}", subject=f"model {number}") for number in range(120)))
    with django_assert_num_queries(3):
        html = client.get("/literature/").text
    assert html.count('scope="row"') == 50
    assert 'href="/literature/?page=3"' in html
    assert client.get("/literature/?page=3").text.count('scope="row"') == 20
    with django_assert_num_queries(1):
        client.get("/metrics/latency_p50_s/")
