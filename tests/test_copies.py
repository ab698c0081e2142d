from contextlib import contextmanager

import pytest
from django.apps import apps
from django.conf import settings
from django.db import transaction

from leaderboard.accounts.models import User
from leaderboard.boards.models import Entry
from tests.copies import made_once
from tests.factories import UserFactory
from tests.frontend.boards import DIGITS, digits_board

pytestmark = pytest.mark.django_db


@pytest.fixture
def a_test(settings, tmp_path):
    """A test within this one: an empty database and an empty folder, and both are gone at its end."""

    @contextmanager
    def begin(name):
        settings.BLOB_DIR = tmp_path / name
        with transaction.atomic():
            yield
            transaction.set_rollback(True)

    return begin


@pytest.fixture
def made():
    return []


@pytest.fixture
def make(made):
    """Makes boards, and notes in `made` when it really did."""

    @made_once
    def make(**options):
        made.append(options)
        return digits_board.__wrapped__(**options)

    return make


def everything():
    rows = {model: list(model.objects.order_by("pk").values_list()) for model in apps.get_models()}
    files = sorted(path for path in settings.BLOB_DIR.rglob("*") if path.is_file())
    return rows, {path.relative_to(settings.BLOB_DIR): path.read_bytes() for path in files}


def test_a_copy_has_every_row_and_every_file_of_what_was_made(a_test, make, made):
    with a_test("first"):
        board = make(models=DIGITS[:2])
        before = everything()
    with a_test("second"):
        copied = make(models=DIGITS[:2])
        after = everything()

    assert len(made) == 1
    assert len(before[0][Entry]) == 2
    assert before[1]
    assert after == before
    assert (type(copied), copied.pk) == (type(board), board.pk)


def test_other_options_make_another_board(a_test, make, made):
    for count in (1, 2, 1):
        with a_test(f"of {count}"):
            make(models=DIGITS[:count])
            assert Entry.objects.count() == count

    assert [len(options["models"]) for options in made] == [1, 2]


def test_beside_rows_of_a_test_a_board_is_made_and_not_copied(a_test, make, made):
    for name in ("first", "second"):
        with a_test(name):
            UserFactory(username="ada")
            make(models=DIGITS[:1])
    with a_test("third"):
        make(models=DIGITS[:1])
        assert not User.objects.filter(username="ada").exists()

    assert len(made) == 3


def test_what_a_test_adds_to_a_copy_has_keys_of_its_own(a_test, make):
    for name in ("first", "second"):
        with a_test(name):
            make(models=DIGITS[:1])
            found = set(User.objects.values_list("pk", flat=True))
            assert UserFactory().pk not in found


def test_the_boards_of_many_tests_are_made_once(a_test):
    with a_test("first"):
        first = digits_board()
        entries = set(Entry.objects.values_list("uuid", flat=True))
    with a_test("second"):
        assert digits_board() == first
        assert set(Entry.objects.values_list("uuid", flat=True)) == entries
