"""The comparison's page as a reader without script gets it."""

import csv
import io
import json
import re

import pytest

from frontend.numbers import Scale
from frontend.present.compare_verdicts import versus_words
from leaderboard.boards.compare.shapes import Versus
from leaderboard.boards.models import Entry, Measurement, Score
from leaderboard.boards.rows import Cell
from leaderboard.metrics.statistics.intervals import Interval
from leaderboard.scoring.evidence import LATENCY
from tests.factories import DeviceFactory
from tests.frontend.boards import addition_board, digits_board
from tests.frontend.test_board_page import Page, get

pytestmark = pytest.mark.django_db


@pytest.fixture
def board():
    return digits_board()


def ids(*names):
    found = dict(Entry.objects.values_list("submission__model_name", "uuid"))
    return [str(found[name]) for name in names]


def html(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def text_of(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def path_of(*names):
    return f"/compare/?e={'~'.join(ids(*names))}"


def test_a_comparison_says_verdict_difference_ratio_and_probability(client, board):
    text = text_of(html(client, path_of("tree", "cnn_m")))
    assert "+15.7 points +13.0 to +18.6" in text
    assert "×13.33" in text
    assert "better in 100 % of resamples" in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Holm" in text
    assert "wins" not in text


def test_a_difference_has_the_unit_of_its_row_and_no_interval_that_only_repeats_it(client, board):
    text = text_of(html(client, path_of("tree", "cnn_m"))).replace("\N{NO-BREAK SPACE}", " ")
    assert "68.0 µs" in text
    # Resamples differ from run to run in their last digit.
    assert re.search(r"\+62\.\d µs \+6[01]\.\d to \+6[45]\.\d", text)
    assert "+580 to +580" not in text


def test_entries_of_two_boards_have_no_difference(client, board):
    addition_board(device=DeviceFactory())
    page = html(client, path_of("tree", "adder-53k-f32"))
    text = text_of(page)
    assert "These entries are not comparable" in text
    assert "digits-v1 / addition-v1" in text
    assert 'class="verdict' not in page
    assert 'class="delta' not in page
    assert "resamples" not in text


def test_a_reported_value_says_that_no_interval_was_published(client, board):
    Score.objects.filter(entry__uuid=ids("cnn_m")[0], metric="latency_p50_s").update(
        provenance="reported", draws=None, low=None, high=None
    )
    text = text_of(html(client, path_of("tree", "cnn_m") + "&m=latency_p50_s"))
    assert "not comparable no interval was published" in text
    assert "Reported" in text


@pytest.mark.parametrize(("status", "words"), [("retracted", "retracted"), ("under_review", "under review")])
def test_a_withdrawn_entry_is_struck_through_and_said(client, board, status, words):
    Entry.objects.filter(uuid=ids("cnn_m")[0]).update(status=status)
    page = html(client, path_of("tree", "cnn_m"))
    assert "<s>cnn_m</s>" in page
    assert f"B, cnn_m, is {words} and stands on no board." in text_of(page)


def test_links_change_the_baseline_and_remove_an_entry(client, board):
    one, other, third = ids("tree", "cnn_m", "mlp8")
    links = get(client, f"/compare/?e={one}~{other}~{third}").links
    assert f"/compare/?e={one}~{other}~{third}&base={other}" in links
    assert f"/compare/?e={one}~{third}" in links
    again = get(client, f"/compare/?e={one}~{other}~{third}&base={other}").links
    assert f"/compare/?e={one}~{other}~{third}" in again
    assert f"/compare/?e={one}~{third}&base={other}" not in again


def test_the_form_of_metrics_keeps_the_entries_and_their_baseline(client, board):
    one, other = ids("tree", "cnn_m")
    answer = client.get(f"/compare/?e={one}&e={other}&base={other}&m=accuracy&m=ipw")
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"/compare/?e={one}~{other}&base={other}&m=accuracy~ipw",
    )
    shown = html(client, answer["Location"])
    assert shown.count('class="value"') == 4
    assert f'name="base" value="{other}"' in shown


def test_fewer_than_two_entries_open_a_picker_whose_form_leads_to_a_comparison(client, board):
    (chosen,) = ids("mlp64")
    page = get(client, f"/compare/?e={chosen}")
    boxes = page.fields["e"]
    assert boxes[0]["value"] == chosen
    assert "checked" in boxes[0]
    assert len({box["value"] for box in boxes}) == len(boxes) > 5
    answer = client.get("/compare/", {"e": [chosen, boxes[1]["value"]]}, follow=True)
    assert answer.redirect_chain[-1][0] == f"/compare/?e={chosen}~{boxes[1]['value']}"
    assert b"2 entries compared" in answer.content


def test_the_picker_without_anything_measured_says_so(client):
    assert "Nothing is measured yet" in html(client, "/compare/")


@pytest.mark.parametrize(
    "rest",
    [
        "&wat=1",
        "~junk",
        "~00000000-0000-4000-8000-00000000dead",
        "&base=x",
        "&m=nope",
        "&scope=moon",
        "&e=%ff%00",
        "&m=" + "x~" * 60,
        "&base=%F0",
    ],
)
def test_bad_input_is_named_and_the_page_stays(client, board, rest):
    text = text_of(html(client, path_of("tree", "cnn_m") + rest))
    assert "Parts of this address were ignored" in text
    assert "2 entries compared" in text


def test_the_compared_entries_are_ringed_on_the_boards_plot(client, board):
    page = html(client, path_of("tree", "cnn_m"))
    assert len(Page(page).points) == 9
    assert page.count(" hl") >= 2
    assert 'class="curve s1"' in page
    assert "where single items can be told apart" in page


def test_compared_entries_have_their_letters_in_their_rings(client, board):
    page = html(client, path_of("tree", "cnn_m", "mlp8"))
    signs = page.partition('<g class="signs"')[2].partition("</g>")[0]
    assert sorted(",".join(re.findall(r">([A-D,]+)</text>", signs)).split(",")) == ["A", "B", "C"]
    assert "<title>B: cnn_m, " in page


def test_rows_without_a_number_are_one_line_with_their_reason(client, board):
    for metric in ("energy_per_item_j", "ipw", "mean_power_w"):
        Score.objects.filter(entry__uuid__in=ids("tree", "cnn_m"), metric=metric).update(
            value=None, low=None, high=None, missing_reason="noisy_machine", draws=None
        )
    page = html(client, path_of("tree", "cnn_m") + "&m=accuracy~energy_per_item_j~mean_power_w~ipw")
    assert "No figures for Energy per item , Mean power , Intelligence per watt : machine was noisy." in text_of(page)
    assert page.count('<th scope="row"><a href="/metrics/') == 1
    assert "a value is missing" not in page


def test_a_value_beside_a_baseline_without_one_says_so_and_a_dash_has_no_verdict(client, board):
    Score.objects.filter(entry__uuid=ids("tree")[0], metric="energy_per_item_j").update(
        value=None, low=None, high=None, missing_reason="noisy_machine", draws=None
    )
    tree_first = text_of(html(client, path_of("tree", "cnn_m") + "&m=energy_per_item_j"))
    assert "not comparable the baseline has none" in tree_first
    assert "not comparable" not in text_of(html(client, path_of("cnn_m", "tree") + "&m=energy_per_item_j"))


@pytest.mark.parametrize(
    ("p_value", "adjusted", "words"),
    [
        (0.03, 0.12, "clear alone, not beside the other rows: p 0.12 after Holm's adjustment"),
        (0.07, 0.14, "its test says too little: p 0.14"),
    ],
)
def test_a_difference_that_looks_clear_says_why_it_is_not_called_so(p_value, adjusted, words):
    cell = Cell(1.0, 0.9, 1.1, None, None, 5, None)
    versus = Versus("unclear", difference=0.2, difference_interval=Interval(0.1, 0.3), probability_better=1.0,
                    p_value=p_value, adjusted=adjusted)  # fmt: skip
    said = versus_words(cell, versus, Scale(1.0, "s"))
    assert (said.word, said.why) == ("no clear difference", words)


def test_entries_without_latencies_of_calls_say_so(client, board):
    Measurement.objects.filter(quantity=LATENCY).update(detail={})
    assert "None of these entries keeps the latencies of its calls" in html(client, path_of("tree", "cnn_m"))


def test_only_differing_configuration_is_listed(client, board):
    text = text_of(html(client, path_of("cnn_m", "cnn_m int8")))
    assert "precision fp32 int8" in text
    assert "other keys are the same for all" in text
    assert "onnxruntime 1.31.0" not in text


def test_other_forms_have_their_types(client, board):
    query = path_of("tree", "cnn_m").partition("?")[2]
    told = client.get(f"/compare.json?{query}")
    assert told["Content-Type"] == "application/json"
    assert json.loads(told.content)["comparable"] is True
    table = client.get(f"/compare.csv?{query}")
    assert table["Content-Type"].startswith("text/csv")
    assert table.content.startswith(b"metric,unit,")
    assert json.loads(client.get("/compare.json?e=junk").content)["entries"] == []


def test_latencies_are_a_table_and_a_csv_of_the_same_calls(client, board, django_assert_max_num_queries):
    path = path_of("tree", "cnn_m")
    page = html(client, path)
    href = f"/compare/latencies.csv?{path.partition('?')[2]}"
    assert page.count(f'href="{href}"') == 3
    assert "/cite/" not in page
    with django_assert_max_num_queries(12):
        rows = list(csv.DictReader(io.StringIO(html(client, href))))
    assert {row["entry"] for row in rows} == set(ids("tree", "cnn_m"))
    assert {row["share"] for row in {row["entry"]: row for row in rows}.values()} == {"1.0"}
    curves = page.partition('id="ecdf-title"')[2]
    table = curves.partition("As a table")[2].partition("</table>")[0]
    assert re.findall(r'<span class="letter">(\w)</span><span class="only-read"> ([^<]+)', table) == [
        ("A", "tree"),
        ("B", "cnn_m"),
    ]
    # The result, where there is one: one number for one thing.
    p50 = re.search(r'<th scope="row">p50</th><td class="num" data-label="A">([^<]+)', table)[1]
    assert " ".join(p50.split()) in text_of(page.partition('id="ecdf-title"')[0])


def test_the_pages_ask_the_database_a_few_times(client, board, django_assert_num_queries):
    two, four = path_of("tree", "cnn_m"), path_of("tree", "cnn_m", "mlp8", "rf100")
    with django_assert_num_queries(12):
        client.get(two)
    with django_assert_num_queries(9):
        client.get(four)
    with django_assert_num_queries(12):
        client.get(path_of("mlp64"))
