"""The choice's page as a reader without script gets it."""

import json
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.template.loader import render_to_string

from frontend.present.choose_form import small_form
from leaderboard.boards.choose.shapes import BoardName
from tests.factories import BenchmarkFactory, BoardFactory, DeviceFactory, fill_board
from tests.frontend.boards import DIGITS, addition_board, digits_board
from tests.frontend.test_board_page import Page, get
from tests.frontend.test_compare_page import html, text_of

pytestmark = pytest.mark.django_db
TIGHT = "/choose/?board=digits&min.accuracy=0.975&max.latency_p50_s=1e-05"


@pytest.fixture
def board():
    return digits_board()


def said(client, path):
    return text_of(html(client, path)).replace("\N{NO-BREAK SPACE}", " ")


def test_a_card_says_why_it_is_here_what_it_gives_up_and_how_sure_it_is(client, board):
    text = said(client, "/choose/?board=digits&min.accuracy=0.975")
    assert "Lowest energy and lowest latency with accuracy at least 97.5 %." in text
    assert "Highest accuracy with accuracy at least 97.5 %." in text
    assert "Against mlp64 it gives up energy and latency." in text
    assert "probably meets accuracy at least 97.5 %" in text
    assert "leaves 6 of 9" in text


def test_what_was_found_is_said_above_the_form_too_and_leads_to_it(client, board):
    page = html(client, "/choose/?board=digits&min.accuracy=0.975")
    above = page.partition('<form class="choose-form"')[0]
    found = re.search(r'<p class="summary">([^<]+?) <', page)[1]
    assert f'<p class="found-below"><a href="#results">{found}</a></p>' in above


def test_who_just_missed_stands_with_the_gap(client, board):
    text = said(client, TIGHT)
    assert "Just missed" in text
    assert "0.50 points short (0.51 %) ; unlikely to meet" in text


def test_nothing_feasible_names_what_binds_and_leads_out(client, board):
    path = "/choose/?board=digits&min.accuracy=0.99&max.latency_p50_s=1e-05"
    text = said(client, path)
    assert "What binds is accuracy at least 99 %. The smallest change that helps: accuracy at least 98 %." in text
    ways = [href for href in get(client, path).links if href.startswith("/choose/?board=digits&")]
    assert len(ways) == 2
    assert all('class="choice"' in html(client, way) for way in ways)


def test_the_form_sends_what_leads_to_the_address_that_says_it(client, board):
    form = {
        "board": "digits", "device": "class:cpu", "quality": "97,5", "latency_us": "10", "latency_of": "latency_p50_s",
        "energy": "", "energy_as": "uj", "memory_mib": "", "pref": "quality~energy~latency",
    }  # fmt: skip
    answer = client.get("/choose/", form)
    assert answer.status_code == 302
    assert answer["Location"] == (
        "/choose/?board=digits&class=cpu&min.accuracy=0.975&max.latency_p50_s=1e-05&pref=quality~energy~latency"
    )
    fields = get(client, answer["Location"]).fields
    assert fields["quality"][0]["value"] == "97.5"
    assert fields["latency_us"][0]["value"] == "10"


def test_what_the_form_has_no_field_for_is_kept_by_it(client, board):
    fields = get(client, "/choose/?board=digits&batch=1&max.artefact_bytes=1000000").fields
    assert fields["batch"][0]["value"] == "1"
    assert fields["max.artefact_bytes"][0]["value"] == "1000000"


def test_a_press_moves_a_need_up_or_down(client, board):
    page = Page(html(client, "/choose/?board=digits"))
    orders = [values["value"] for tag, values in page.tags if tag == "button" and values.get("name") == "pref"]
    assert orders == [
        "energy~quality~latency",
        "quality~energy~latency",
        "quality~energy~latency",
        "energy~latency~quality",
        "energy~latency~quality",
    ]
    first = client.get("/choose/", {"board": "digits", "pref": orders[1]}, follow=True).content.decode()
    assert first.index("cnn_m</a></h2>") < first.index("tree</a></h2>")


def test_a_board_without_energy_has_no_budget_field_and_says_why(client):
    digits_board(readings=())
    page = html(client, "/choose/?board=digits")
    assert 'name="energy"' not in page
    assert "No energy is known here." in page
    assert "Lowest energy</span>" not in page
    orders = [values["value"] for tag, values in Page(page).tags if tag == "button" and values.get("name") == "pref"]
    assert orders == ["energy~quality~latency", "energy~latency~quality", "energy~latency~quality"]
    assert "devices belong to no account" in page


def test_devices_of_one_name_are_told_apart_as_on_the_board(client, board):
    twin = (
        DeviceFactory(slug="second-box", name=board.entries.first().device.name) if hasattr(board, "entries") else None
    )
    digits_board(device=twin or DeviceFactory(slug="second-box"), models=DIGITS[:2])
    options = re.findall(r'<option value="dev:[^"]*">([^<]*)<', html(client, "/choose/?board=digits"))
    assert len(options) == len({option.rpartition(" (")[0] for option in options}) == 2


def test_the_cards_are_numbered_in_the_plot_of_their_board(client, board):
    page = html(client, "/choose/?board=digits")
    cards = page.count('<article class="choice"')
    signs = page.partition('<g class="signs"')[2].partition("</g>")[0]
    assert sorted(",".join(re.findall(r">([\d,]+)</text>", signs)).split(",")) == [
        str(place + 1) for place in range(cards)
    ]


def test_a_task_has_a_question_that_its_results_can_answer(client, board):
    addition_board(device=DeviceFactory())
    question, other = re.findall(r'<a href="(/choose/[^"]*)">(?=Which)([^<]*)</a>', html(client, "/choose/"))
    assert question == ("/choose/?board=digits&amp;min.accuracy=0.95",
                        "Which takes the least energy with accuracy at least 95\N{NO-BREAK SPACE}%?")  # fmt: skip
    assert other[0].startswith("/choose/?board=addition&amp;")
    assert all('class="choice"' in html(client, href.replace("&amp;", "&")) for href, _ in (question, other))


def test_twins_on_two_devices_are_told_apart(client, board):
    digits_board(device=DeviceFactory(slug="second-box"), models=[("mlp64", "mlp", 588, 9.8e-6, 7.7, "fp32")])
    text = said(client, "/choose/?board=digits&min.accuracy=0.98&max.latency_p50_s=1e-05")
    assert "mlp64 second-box" in text
    assert "mlp64 bench-01-cpu" in text


def test_it_ends_with_the_same_limits_on_the_board_and_a_comparison(client, board):
    links = get(client, "/choose/?board=digits&min.accuracy=0.975").links
    assert "/boards/digits/?min.accuracy=0.975" in links
    compare = next(link for link in reversed(links) if link.startswith("/compare/"))
    assert client.get(compare).status_code == 200
    assert len(dict(parse_qsl(urlsplit(compare).query))["e"].split("~")) == 2


def test_without_a_board_the_form_asks_for_one(client, board):
    addition_board(device=DeviceFactory())
    page = get(client, "/choose/")
    assert {"board", "class", "pref"} <= page.fields.keys()
    assert client.get("/choose/", {"board": "addition", "class": "", "pref": "energy"}).headers["Location"] == (
        "/choose/?board=addition"
    )
    assert "There is no such board." in said(client, "/choose/?board=nope")


def test_before_any_board_exists_the_page_says_so(client):
    assert "There is no board yet" in said(client, "/choose/")


def test_of_a_board_without_an_entry_it_says_what_would_fill_it_and_no_more(client):
    BoardFactory(benchmark=BenchmarkFactory(slug="empty"))
    page = client.get("/choose/?board=empty").content.decode()
    assert 'href="/submit/?board=empty"' in page
    assert "No entry yet." in page
    assert "is known here" not in page
    assert "What matters most" not in page


@pytest.mark.parametrize(
    "rest",
    ["&wat=1", "&quality=x", "&quality=-1", "&energy=0&energy_as=charge", "&energy_as=eV", "&device=mine", "&pref=luck",
     "&min.accuracy=inf", "&max.nope=1", "&licence=none", "&scope=moon", "&dev=%ff", "&latency_of=p42&latency_us=3000",
     "&quality=1e999", "&latency_us=" + "9" * 400],
)  # fmt: skip
def test_bad_input_is_named_and_the_page_stays(client, board, rest):
    text = said(client, f"/choose/?board=digits{rest}")
    assert "Parts of this address were ignored" in text
    assert "9 of 9 entries meet all limits" in text


def test_the_json_form_is_the_same_choice(client, board):
    told = json.loads(client.get(TIGHT.replace("/choose/", "/choose.json")).content)
    assert [card["model_name"] for card in told["cards"]] == ["mlp64"]
    assert told["just_missed"][0]["model_name"] == "logreg"
    assert json.loads(client.get("/choose.json?board=nope").content)["board"] is None


def test_the_small_form_stands_alone_for_other_pages():
    form = small_form([BoardName("digits", "Handwritten digits")], ["cpu"])
    page = Page(render_to_string("frontend/parts/choose_form.html", {"form": form}))
    assert {"board", "class", "pref"} == page.fields.keys()
    assert ("form", {"class": "choose-small", "method": "get", "action": "/choose/"}) in page.tags


def test_the_page_asks_the_database_a_few_times_whatever_the_size(client, django_assert_num_queries):
    board = BoardFactory(benchmark=BenchmarkFactory(slug="many"), slug="many")
    fill_board(board, 60)
    with django_assert_num_queries(6):
        client.get("/choose/?board=many&min.accuracy=0.6")
    BoardFactory(benchmark=BenchmarkFactory(slug="other"), slug="other")
    with django_assert_num_queries(8):
        client.get("/choose/")


def test_who_is_alone_is_best_in_nothing(client):
    digits_board(models=DIGITS[:1])
    html = client.get("/choose/?board=digits").content.decode()
    assert "The only one that can be chosen." in html
    assert "The only entry here meets all limits." in html
    none = client.get("/choose/?board=digits&min.accuracy=0.999").content.decode()
    assert "The only entry here does not meet all of this." in none
    assert "of all." not in html
