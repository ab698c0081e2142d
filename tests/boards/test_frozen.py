"""A citable copy of a board: made once per revision, never changed, within bounds, and honest about what left since."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.db import IntegrityError

from leaderboard.boards import frozen
from leaderboard.boards.exports import to_csv, to_json
from leaderboard.boards.frozen import TooLarge, freeze
from leaderboard.boards.models import Board, BoardSnapshot, Entry
from leaderboard.boards.selectors import board_view
from leaderboard.boards.services import rebuild_board
from leaderboard.protocol import Scope
from tests.factories import NOW, BoardFactory, fill_board, make_measured, make_reading, publish_entry, rapl_reading

pytestmark = pytest.mark.django_db


@pytest.fixture
def board():
    board = BoardFactory()
    fill_board(board, 8)
    return Board.objects.get(pk=board.pk)


def rows(query):
    return [(row.id, row.rank, row.band, row.front, dict(row.cells)) for row in board_view("digits", query).rows]


def test_a_kept_revision_shows_its_rows_whatever_comes_later(board):
    then = rows("")
    assert freeze(board=board, now=NOW) == board.revision
    publish_entry()
    Board.objects.filter(pk=board.pk).update(rank_metric="accuracy", x="energy_per_item_j", title="Another")
    rebuild_board(board=board, now=NOW + timedelta(days=1))
    view = board_view("digits", f"asof={board.revision}")
    assert rows(f"asof={board.revision}") == then != rows("")
    assert (view.title, view.rank_metric, view.revision, view.frozen_at) == ("Digits", "ipw", board.revision, NOW)
    assert view.query == f"asof={board.revision}"
    assert view.notes == ()


def test_filters_and_other_axes_work_on_a_kept_revision_without_the_database_of_today(board):
    freeze(board=board, now=NOW)
    Entry.objects.update(status=Entry.Status.RETRACTED)
    view = board_view("digits", f"asof={board.revision}&x=energy_per_item_j&min.accuracy=0.5&sort=-accuracy")
    assert 0 < len(view.rows) < 8
    assert {row.front_probability for row in view.rows} == {None}
    assert any(row.front == "on" for row in view.board_rows)


def test_an_entry_that_left_the_board_still_stands_in_a_frozen_view_and_says_so(board):
    freeze(board=board, now=NOW)
    gone = Entry.objects.first()
    Entry.objects.filter(pk=gone.pk).update(status=Entry.Status.RETRACTED)
    rebuild_board(board=board, now=NOW)
    view = board_view("digits", f"asof={board.revision}")
    assert view.total == 8
    assert view.since == {str(gone.uuid): "retracted"}
    of_json = {entry["id"]: entry["status"] for entry in json.loads(to_json(view))["entries"]}
    of_csv = {line["id"]: line["status"] for line in csv.DictReader(io.StringIO(to_csv(view)))}
    assert of_json == of_csv
    assert of_csv[str(gone.uuid)] == "retracted"
    assert board_view("digits", "").total == 7
    assert board_view("digits", "").since == {}


def test_every_scope_is_kept():
    board = BoardFactory()
    publish_entry()
    publish_entry(measured=make_measured(readings=(make_reading, rapl_reading)))
    rebuild_board(board=board, now=NOW)
    kept = freeze(board=board, now=NOW)
    view = board_view("digits", f"asof={kept}&scope=cpu_package")
    assert (view.view.scope, view.total) == (Scope.CPU_PACKAGE, 2)


def test_a_frozen_view_takes_no_other_sources_and_says_so(board):
    freeze(board=board, now=NOW)
    view = board_view("digits", f"asof={board.revision}&src=measured")
    assert [note.key for note in view.notes] == ["src"]
    assert view.view.src == board_view("digits", "").view.src


@pytest.mark.parametrize("word", ["7", "0", "-1", "x", "1e3", "01", "9999999999999999999999", "²", ""])
def test_a_revision_that_nobody_kept_is_a_note_and_the_board_as_it_is(board, word):
    freeze(board=board, now=NOW)
    view = board_view("digits", f"asof={word}")
    assert [note.key for note in view.notes] == ["asof"]
    assert (view.frozen_at, view.query, view.total) == (None, "", 8)


def test_one_snapshot_per_board_revision(board):
    for _ in range(2):
        freeze(board=board, now=NOW)
    kept = BoardSnapshot.objects.get()
    with pytest.raises(IntegrityError, match=r"one_snapshot_per_board_revision|UNIQUE"):
        BoardSnapshot.objects.create(
            board=board, revision=kept.revision, made_at=NOW, size=kept.size, content=kept.content
        )


def test_strangers_can_fill_no_disk(board, monkeypatch):
    monkeypatch.setattr(frozen, "MOST_BYTES", 10)
    with pytest.raises(TooLarge, match="room"):
        freeze(board=board, now=NOW)
    monkeypatch.setattr(frozen, "MOST_ROWS", 7)
    with pytest.raises(TooLarge, match="7 rows"):
        freeze(board=board, now=NOW)
    assert not BoardSnapshot.objects.exists()


def test_a_board_that_changes_under_the_copy_is_copied_again(board, monkeypatch):
    real, times = frozen._content, []

    def overtaken(current):
        times.append(current.revision)
        content = real(current)
        if len(times) == 1:
            rebuild_board(board=board, now=NOW)
        return content

    monkeypatch.setattr(frozen, "_content", overtaken)
    assert freeze(board=board, now=NOW) == board.revision + 1
    assert times == [board.revision, board.revision + 1]


def test_a_kept_revision_takes_three_queries(board, django_assert_num_queries):
    freeze(board=board, now=NOW)
    with django_assert_num_queries(3):
        board_view("digits", f"asof={board.revision}&sort=-accuracy")
