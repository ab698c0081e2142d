"""Pages of large boards that are made with each revision, and views that a process remembers."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from frontend.present import keeping
from frontend.present.memory import forget
from leaderboard.boards import kept_page
from leaderboard.boards.models import Board, KeptPage
from leaderboard.boards.services import rebuild_board
from leaderboard.embedded import prepare
from tests.factories import NOW, BenchmarkFactory, BoardFactory, fill_board

pytestmark = pytest.mark.django_db
ROWS = "boards_boardentry"


@pytest.fixture
def large(monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(kept_page, "WORTH_KEEPING", 12)
    board = BoardFactory()
    with django_capture_on_commit_callbacks(execute=True):
        fill_board(board, 12)
    return board


def ask(client, address):
    """Return the answer, and the statements that it took."""
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    return answer, [query["sql"] for query in asked]


def test_the_default_page_of_a_large_board_is_read_and_not_made(client, large):
    answer, statements = ask(client, "/boards/digits/")
    assert answer.status_code == 200
    assert not [sql for sql in statements if ROWS in sql]
    assert len(statements) <= 3
    KeptPage.objects.all().delete()
    forget()
    made, statements = ask(client, "/boards/digits/")
    assert [sql for sql in statements if ROWS in sql]
    assert made.content == answer.content


def test_a_kept_page_is_not_shown_once_there_is_a_newer_revision(client, large, monkeypatch):
    monkeypatch.setattr(kept_page, "WORTH_KEEPING", 1000)
    Board.objects.filter(pk=large.pk).update(title="Renamed")
    rebuild_board(board=large, now=NOW)
    assert KeptPage.objects.get().revision == 1
    assert "<h1>Renamed</h1>" in client.get("/boards/digits/").content.decode()


def test_a_kept_page_is_not_shown_under_another_name(client, large):
    BoardFactory(benchmark=BenchmarkFactory(slug=large.benchmark.slug, version=2), slug=large.slug, revision=1)
    page = client.get("/boards/digits-v1/").content.decode()
    assert "/boards/digits-v1/explore/" in page
    assert not re.search(r'href="/boards/digits/[^"]', page)


def test_a_page_that_cannot_be_made_keeps_nothing_back(client, monkeypatch, caplog, django_capture_on_commit_callbacks):
    monkeypatch.setattr(kept_page, "WORTH_KEEPING", 2)
    monkeypatch.setattr(keeping, "board_page", lambda _view: 1 / 0)
    board = BoardFactory()
    with django_capture_on_commit_callbacks(execute=True):
        fill_board(board, 2)
    assert "division by zero" in caplog.text
    assert client.get("/boards/digits/").content.count(b"<tr data-id=") == 2


def test_a_small_board_keeps_no_page(client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        fill_board(BoardFactory(), 3)
    assert not KeptPage.objects.exists()


@pytest.mark.parametrize("address", ["/boards/digits/?sort=-accuracy", "/boards/digits.json?sort=-accuracy"])
def test_a_view_is_worked_out_once_for_each_revision(client, large, address):
    first, statements = ask(client, address)
    assert [sql for sql in statements if ROWS in sql]
    second, statements = ask(client, address)
    assert not [sql for sql in statements if ROWS in sql]
    assert second.content == first.content
    rebuild_board(board=large, now=NOW)
    _, statements = ask(client, address)
    assert [sql for sql in statements if ROWS in sql]


def test_the_pages_of_the_release_before_are_forgotten(large, monkeypatch, settings, tmp_path):
    settings.DATA_DIR = settings.WHEEL_DIR = tmp_path
    monkeypatch.setattr(prepare, "collect_assets", lambda: None)
    monkeypatch.setattr(prepare.seed, "bundled_benchmarks", dict)
    assert KeptPage.objects.exists()
    prepare.prepare()
    assert not KeptPage.objects.exists()
