import json

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from leaderboard.boards.choose.address import read, write
from leaderboard.boards.choose.exports import to_json
from leaderboard.boards.choose.selectors import choosing
from leaderboard.boards.models import Score
from leaderboard.boards.selectors import board_view
from leaderboard.submissions.models import Submission
from tests.factories import BenchmarkFactory, BoardFactory, DeviceFactory, fill_board
from tests.frontend.boards import addition_board, digits_board, make_reading, metered_device, rapl_reading

pytestmark = pytest.mark.django_db


@pytest.fixture
def board():
    return digits_board()


def names(cards):
    return [card.row.model_name for card in cards]


def test_the_cards_are_the_front_of_what_meets_the_limits(board):
    shown = choosing("board=digits&min.accuracy=0.975")
    assert {row.model_name for row in shown.feasible} == {
        "mlp64", "mlp256x2", "rf100", "cnn_s", "cnn_m", "cnn_m int8",
    }  # fmt: skip
    # cnn_m and its int8 twin are as good; the twin is slower. Everything else is beaten by mlp64.
    assert names(shown.cards) == ["mlp64", "cnn_m"]
    assert shown.cards[0].best_in == ("energy", "latency")
    assert shown.cards[1].best_in == ("quality",)


def test_the_preference_says_who_comes_first(board):
    shown = choosing("board=digits&min.accuracy=0.975&pref=quality")
    assert shown.pref == ("quality", "energy", "latency")
    assert names(shown.cards) == ["cnn_m", "mlp64"]


def test_a_card_says_what_it_gives_up_against_the_next(board):
    first, last = choosing("board=digits&min.accuracy=0.975").cards
    assert first.next.model_name == "cnn_m"
    assert first.versus_next["quality"].verdict in {"worse", "unclear"}
    assert first.versus_next["quality"].difference == pytest.approx(-7 / 600)
    assert first.versus_next["energy"].verdict == "better"
    assert last.next.model_name == "mlp64"


def test_how_sure_a_card_is_comes_from_its_resamples(board):
    easy, hard = (choosing(f"board=digits&min.accuracy={limit}&pref=quality").cards[0] for limit in (0.9, 0.99))
    assert (easy.sure[0].certainty, easy.sure[0].probability) == ("meets", 1.0)
    assert hard.row.model_name == "cnn_m"
    assert hard.sure[0].certainty == "probably"
    assert 0.5 <= hard.sure[0].probability < 0.95
    assert hard.all_limits == hard.sure[0].probability


def test_what_shows_no_clear_difference_from_the_best_is_counted(board):
    (first, *_) = choosing("board=digits&pref=quality").cards
    assert first.row.model_name == "cnn_m"
    assert first.tied["quality"] >= 1


def test_each_limit_counts_what_it_leaves_alone(board):
    shown = choosing("board=digits&min.accuracy=0.975&max.latency_p50_s=0.00001&class=cpu")
    assert [(one.key, one.leaves) for one in shown.limits] == [("min.accuracy", 6), ("max.latency_p50_s", 4)]
    assert [(one.key, one.leaves) for one in shown.conditions] == [("class", 9)]
    assert names(shown.cards) == ["mlp64"]


def test_who_just_missed_is_named_with_the_gap(board):
    shown = choosing("board=digits&min.accuracy=0.975&max.latency_p50_s=0.00001")
    assert [one.row.model_name for one in shown.missed][:1] == ["logreg"]
    missed = shown.missed[0]
    assert missed.limit.key == "min.accuracy"
    assert missed.gap == pytest.approx(0.975 - 0.97)
    assert missed.sure.certainty == "unlikely"
    assert missed.sure.probability < 0.5


def test_nothing_feasible_names_the_smallest_change_that_helps(board):
    shown = choosing("board=digits&min.accuracy=0.99&max.latency_p50_s=0.00001")
    assert shown.cards == ()
    smallest = shown.relaxations[0]
    assert smallest.key == "min.accuracy"
    assert smallest.to == pytest.approx(0.98)
    assert choosing(smallest.query).cards
    assert [one.key for one in shown.relaxations] == ["min.accuracy", "max.latency_p50_s"]
    for one in shown.relaxations:
        assert len(choosing(one.query).feasible) == one.yields


def test_a_condition_that_alone_stands_in_the_way_can_be_dropped():
    digits_board()
    digits_board(
        readings=(rapl_reading, make_reading), device=metered_device(), models=[("slow", "mlp", 300, 1e-3, 9.0, "fp32")]
    )
    shown = choosing("board=digits&dev=bench-02-cpu&min.accuracy=0.9&scope=process")
    assert shown.feasible == ()
    assert {one.key for one in shown.relaxations} == {"min.accuracy", "dev"}
    assert all(choosing(one.query).feasible for one in shown.relaxations)


def test_licences_are_chosen_by_and_dropped(board):
    Submission.objects.filter(model_name="mlp64").update(licence="MIT")
    shown = choosing("board=digits&licence=MIT&min.accuracy=0.5")
    assert names(shown.cards) == ["mlp64"]
    assert dict(shown.licences) == {"Apache-2.0": 8, "MIT": 1}
    none = choosing("board=digits&licence=MIT&min.accuracy=0.985")
    assert [one.key for one in none.relaxations] == ["min.accuracy", "licence"]
    assert all(choosing(one.query).feasible for one in none.relaxations)


def test_the_board_link_shows_what_is_feasible(board):
    shown = choosing("board=digits&min.accuracy=0.975&max.latency_p90_s=0.00005")
    linked = board_view("digits", shown.view.query)
    assert [row.id for row in linked.rows] == [row.id for row in shown.feasible]
    assert linked.query == shown.view.query == "min.accuracy=0.975&max.latency_p90_s=5e-05"


def test_a_percentile_in_the_limit_is_the_latency_that_is_compared(board):
    assert choosing("board=digits&max.latency_p99_s=1").offered["latency"] == "latency_p99_s"
    assert choosing("board=digits").offered["latency"] == "latency_p50_s"


@pytest.mark.parametrize(
    ("form", "address"),
    [
        ("quality=97.5", "min.accuracy=0.975"),
        ("latency_of=latency_p90_s&latency_us=40", "max.latency_p90_s=4e-05"),
        ("latency_ms=2%2C5", "max.latency_p50_s=0.0025"),
        ("energy=300&energy_as=uj", "max.energy_per_item_j=0.0003"),
        ("energy=1000000&energy_as=charge", "max.energy_per_item_j=0.18"),
        ("memory_mib=64", "max.memory_peak_bytes=67108864"),
        ("price_per_million=2", "max.cost_per_item_usd=2e-06"),
        ("device=class:cpu", "class=cpu"),
        ("device=dev:bench-01-cpu", "dev=bench-01-cpu"),
        ("quality=&latency_ms=&latency_of=latency_p99_s&device=", ""),
    ],
)
def test_a_form_becomes_the_address_of_what_it_means(board, form, address):
    shown = choosing(f"board=digits&{form}")
    assert shown.notes == ()
    assert shown.query == "&".join(part for part in ("board=digits", address) if part)
    assert choosing(shown.query).query == shown.query


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("wat=1", "wat"),
        ("quality=much", "quality"),
        ("quality=-3", "quality"),
        ("quality=nan", "quality"),
        ("energy=0&energy_as=charge", "energy"),
        ("latency_ms=1e400", "latency_ms"),
        ("latency_of=latency_p42_s&latency_ms=1", "latency_of"),
        ("energy=3&energy_as=eV", "energy_as"),
        ("device=mine", "device"),
        ("device=dev:nope", "dev"),
        ("min.nope=1", "min.nope"),
        ("max.latency_p50_s=x", "max.latency_p50_s"),
        ("pref=luck", "pref"),
        ("licence=none-such", "licence"),
        ("scope=moon", "scope"),
        ("sort=rank", "sort"),
        ("board=again", "board"),
    ],
)
def test_what_cannot_be_used_is_noted_and_the_rest_is_kept(board, query, key):
    shown = choosing(f"board=digits&{query}")
    assert key in {note.key for note in shown.notes}
    assert shown.view is not None
    assert shown.feasible


@pytest.mark.parametrize("query", ["board=nope", "board=", "board=%00&min.accuracy=\ud800", ""])
def test_without_a_board_there_are_only_boards_to_choose_from(query):
    digits_board()
    addition_board(device=DeviceFactory())
    shown = choosing(query)
    assert shown.view is None
    assert [board.title for board in shown.boards] == ["Handwritten digits", "Three-digit addition"]
    json.loads(to_json(shown))


def test_a_single_board_needs_no_choice(board):
    assert choosing("").query == "board=digits"


def test_needs_without_any_value_are_not_asked_for():
    digits_board(readings=())
    shown = choosing("board=digits")
    assert set(shown.offered) == {"quality", "latency", "memory"}
    assert set(shown.cards[0].versus_next) <= {"quality", "latency"}


def test_an_entry_without_resamples_is_chosen_without_saying_how_sure(board):
    Score.objects.update(draws=None)
    card = choosing("board=digits&min.accuracy=0.975").cards[0]
    assert (card.sure[0].certainty, card.all_limits) == ("unknown", None)
    assert {one.verdict for one in card.versus_next.values()} == {"incomparable"}


def test_the_json_says_what_the_page_does(board):
    shown = choosing("board=digits&min.accuracy=0.975&max.latency_p50_s=0.00001")
    told = json.loads(to_json(shown))
    assert [card["model_name"] for card in told["cards"]] == names(shown.cards)
    assert told["feasible"] == len(shown.feasible) == 1
    assert told["board_query"] == shown.view.query
    assert told["just_missed"][0]["misses"] == "min.accuracy"


@given(st.text(max_size=30), st.text(max_size=30))
@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_address_is_an_error(key, text):
    wish, _ = read([(key, text), ("quality", text), ("pref", text)])
    again, _ = read(
        [(name, value) for name, _, value in (part.partition("=") for part in write(wish).split("&")) if name]
    )
    assert again.pref == wish.pref


def test_the_number_of_queries_does_not_depend_on_the_boards_size(django_assert_num_queries):
    board = BoardFactory(benchmark=BenchmarkFactory(slug="many"), slug="many")
    fill_board(board, 40)
    with django_assert_num_queries(6):
        few = choosing("board=many&min.accuracy=0.6")
    fill_board(board, 60, seed=1)
    with django_assert_num_queries(6):
        many = choosing("board=many&min.accuracy=0.6")
    assert len(many.feasible) > len(few.feasible)
    assert len(many.cards) <= 5


def test_two_fields_that_say_one_limit_are_noted(board):
    shown = choosing("board=digits&latency_ms=1&latency_us=5")
    assert shown.query == "board=digits&max.latency_p50_s=0.001"
    assert [note.key for note in shown.notes] == ["latency_us"]
