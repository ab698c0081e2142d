"""Addresses with the short form of an entry's id."""

from uuid import UUID

import pytest

from leaderboard.boards.models import Entry
from leaderboard.boards.selectors import board_view
from leaderboard.boards.short_ids import in_full, short_id
from tests.boards.test_reported_boards import SLUG, load_of
from tests.frontend.boards import digits_board

pytestmark = pytest.mark.django_db


@pytest.fixture
def ids():
    digits_board()
    return [str(row.id) for row in board_view("digits", "").rows]


def test_an_entry_is_found_by_the_short_form_and_its_page_says_its_address(client, ids):
    html = client.get(f"/entries/{short_id(ids[0])}/").content.decode()
    assert f'<link rel="canonical" href="/entries/{ids[0]}/">' in html
    assert client.get(f"/entries/{short_id(ids[0])}.json").json()["id"] == ids[0]


def test_a_reported_result_is_found_by_it_too(client):
    load_of(4)
    found = board_view(SLUG, "").rows[0]
    html = client.get(f"/entries/{short_id(found.id)}/").content.decode()
    assert f'<link rel="canonical" href="/entries/{found.id}/">' in html
    assert found.model_name in html


@pytest.mark.parametrize("name", ["00000000-0000", "zzzzzzzz-zzzz", "abc", "1b4e28ba_2fa1", "1B4E28BA-2FA1", "x" * 200])
@pytest.mark.parametrize("form", ["/", ".json"])
def test_what_is_no_entrys_short_form_is_not_found(client, ids, name, form):
    assert client.get(f"/entries/{name}{form}").status_code == 404


def test_where_two_entries_begin_alike_neither_is_guessed(client, ids):
    twin = UUID(short_id(ids[1]) + ids[0][13:])
    Entry.objects.filter(uuid=ids[0]).update(uuid=twin)
    assert client.get(f"/entries/{short_id(ids[1])}/").status_code == 404
    assert in_full(short_id(ids[1]), (ids[1], str(twin))) == short_id(ids[1])
    assert client.get(f"/entries/{ids[1]}/").status_code == 200


def test_a_board_reads_both_forms_and_keeps_the_order_of_what_is_compared(ids):
    first, second = ids[1], ids[0]
    both = board_view("digits", f"e={short_id(first)}~{second}&hl={short_id(second)}")
    assert (both.view.compared, both.view.highlight, both.notes) == ((first, second), (second,), ())
    assert board_view("digits", f"e={short_id(first)}~{first}").view.compared == (first,)


def test_a_comparison_in_the_short_form_is_the_same_and_needs_no_second_request(client, ids):
    first, second = ids[:2]
    short = client.get(f"/compare/?e={short_id(first)}~{short_id(second)}&base={short_id(second)}")
    assert short.status_code == 200
    assert f'<link rel="canonical" href="/compare/?e={first}~{second}&amp;base={second}">' in short.content.decode()
    told = client.get(f"/compare.json?e={short_id(first)}~{second}").json()
    assert told == client.get(f"/compare.json?e={first}~{second}").json()
