"""The frontier over time: what moved the best value, from when, and what would be left without a family."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.boards.frontier import frontier_view
from leaderboard.boards.models import Entry
from leaderboard.boards.moves import Dated, moves_of, savings_of, trend_of
from leaderboard.boards.rows import Cell
from leaderboard.submissions.models import Submission
from tests.frontend.boards import DIGITS, digits_board

DAY = date(2025, 1, 1)


class _Row:
    def __init__(self, number, model, family):
        self.id, self.model, self.family = number, model, family


def entries(*values):
    """`(day, value, model, family)` as dated entries."""
    cell = Cell(1.0, None, None, None, None, 1, None)
    return [
        Dated(_Row(number, model, family), cell, value, DAY + timedelta(days=day))
        for number, (day, value, model, family) in enumerate(values)
    ]


ANY = st.lists(
    st.tuples(
        st.integers(0, 400),
        st.floats(1e-9, 1e9),
        st.sampled_from(["a", "b", "c", "d"]),
        st.sampled_from(["f", "g"]),
    ),
    min_size=1,
)


@given(ANY, st.sampled_from(["lower", "higher"]))
def test_every_move_is_later_and_better_and_the_last_is_the_best(values, direction):
    found = moves_of(entries(*values), direction)
    numbers = [move.value for move in found]
    assert numbers == sorted(numbers, reverse=direction == "lower")
    assert len(set(numbers)) == len(numbers)
    assert [move.on for move in found] == sorted({move.on for move in found})
    assert numbers[-1] == (min if direction == "lower" else max)(value for _, value, _, _ in values)


@given(ANY, st.sampled_from(["lower", "higher"]))
def test_taking_a_family_away_never_makes_the_best_better(values, direction):
    for saving in savings_of(entries(*values), direction):
        if saving.share is not None:
            assert 0 <= saving.share <= 1


def test_a_known_model_that_moves_the_front_is_another_device():
    found = moves_of(entries((0, 5.0, "a", "f"), (9, 4.0, "a", "f"), (20, 3.0, "b", "f"), (30, 3.0, "c", "f")), "lower")
    assert [(move.kind, move.value) for move in found] == [("first", 5.0), ("device", 4.0), ("model", 3.0)]


def test_a_saving_is_the_share_of_what_would_be_paid_without_the_family():
    found = savings_of(entries((0, 1.0, "a", "f"), (0, 4.0, "b", "g"), (0, 8.0, "c", "h")), "lower")
    assert [(saving.family, saving.without, saving.share) for saving in found] == [
        ("f", 4.0, 0.75), ("g", 1.0, 0.0), ("h", 1.0, 0.0)
    ]  # fmt: skip
    assert savings_of(entries((0, 1.0, "a", "f")), "lower")[0].share is None


def test_a_halving_every_six_months_is_recovered_from_the_moves():
    halving = entries(*((30 * index, 8.0 * 2 ** (-30 * index / 182.625), f"m{index}", "f") for index in range(12)))
    moves = moves_of(halving, "lower")
    assert trend_of(moves, "lower").months == pytest.approx(6.0, rel=1e-3)
    assert trend_of(moves[:4], "lower") is None
    assert trend_of(moves, "higher") is None


@pytest.fixture
def board(db):
    """Ten models, released one after another from the slowest on, two months apart; the last says nothing of it."""
    digits_board(models=DIGITS)
    newest = list(Submission.objects.order_by("-pk"))
    for index, submission in enumerate(newest[1:]):
        released = date(2024, 1, 1) + timedelta(days=61 * index)
        Submission.objects.filter(pk=submission.pk).update(released_on=released)


def test_the_condition_is_half_of_the_board_where_the_address_has_none(board):
    found = frontier_view("digits", "")
    assert found.assumed
    assert [(item.metric, item.bound) for item in found.conditions] == [("accuracy", "min")]
    met = sum(1 for row in found.board.board_rows if row.cells["accuracy"].value >= found.conditions[0].value)
    assert len(found.board.board_rows) / 2 <= met < len(found.board.board_rows)
    assert not frontier_view("digits", "min.accuracy=0").assumed


def test_dates_are_of_release_unless_asked_otherwise_and_a_missing_one_is_counted(board):
    found = frontier_view("digits", "min.accuracy=0")
    assert found.basis == "released"
    assert found.undated == 1
    assert len(found.dated) == len(found.board.board_rows) - 1
    assert frontier_view("digits", "min.accuracy=0&t=measured").undated == 0


def test_where_nobody_knows_a_release_the_measurement_dates(board):
    Submission.objects.update(released_on=None)
    assert frontier_view("digits", "").basis == "measured"


def test_what_cannot_be_used_is_named_and_the_rest_is_kept(board):
    found = frontier_view("digits", "m=qq&t=zz&at=99~2024-13~2024-05&without=nobody&foo=1&m=ipw&scope=moon")
    assert {note.key for note in found.notes} == {"m", "t", "at", "without", "foo", "scope"}
    assert found.fronts == (date(2024, 5, 31),)


@pytest.mark.parametrize("text", ["2024-02-30", "0000-01", "2024-1", "２０２４-01", "2024-01-01-01", "~", "x" * 10_000])
def test_a_date_that_is_none_is_named(board, text):
    found = frontier_view("digits", f"at={text}")
    assert found.fronts == ()
    assert found.notes


def test_the_fronts_that_are_drawn_are_four_at_most(board):
    found = frontier_view("digits", "at=2024-01~2024-02~2024-03~2024-04~2024-05")
    assert len(found.fronts) == 4
    assert "At most 4" in found.notes[0].reason


def test_without_a_family_the_best_is_never_better(board):
    family = frontier_view("digits", "min.accuracy=0").moves[-1].row.family
    found = frontier_view("digits", f"min.accuracy=0&without={family}")
    assert found.without == family
    assert family not in {move.row.family for move in found.moves_without}
    assert found.moves_without[-1].value >= found.moves[-1].value


def test_an_entry_that_is_no_longer_published_is_not_in_the_story(board):
    before = frontier_view("digits", "min.accuracy=0&t=measured")
    assert {str(move.row.id) for move in before.moves} <= set(map(str, Entry.objects.values_list("uuid", flat=True)))
