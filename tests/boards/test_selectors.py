"""One view query for every representation: few queries, and filters that change no rank and no front."""

import pytest

from leaderboard.boards.address import link
from leaderboard.boards.models import Board
from leaderboard.boards.selectors import board_list, board_view, device_entries, model_page, newest_entries
from leaderboard.protocol import Provenance, Scope
from leaderboard.submissions.models import Submission
from tests.factories import (
    BenchmarkFactory,
    BoardFactory,
    JobFactory,
    answers_with,
    fill_board,
    make_measured,
    make_reading,
    publish_entry,
    rapl_reading,
)
from tests.frontend.boards import full_board

pytestmark = pytest.mark.django_db


@pytest.fixture
def board():
    return BoardFactory()


def publish(correct=36, readings=(make_reading,), **changes):
    return publish_entry(measured=make_measured(answers=answers_with(correct), readings=readings, **changes))


def by_id(rows):
    return {row.id: row for row in rows}


def test_the_default_view_has_every_entry_in_the_order_of_ranks(board):
    fill_board(board, 12)
    view = board_view("digits", "")
    assert view.total == len(view.rows) == 12
    assert [row.rank for row in view.rows] == sorted(row.rank for row in view.rows)
    assert (view.view.scope, view.view.src, view.estimated) == (Scope.PROCESS, (Provenance.ESTIMATED,), True)
    assert (view.query, view.notes, view.pages) == ("", (), 1)


def test_filters_change_no_rank_no_front_and_no_value(board):
    fill_board(board, 30)
    whole = by_id(board_view("digits", "").rows)
    view = board_view("digits", "min.accuracy=0.6&sort=-latency_p50_s&q=mlp")
    assert 0 < len(view.rows) < 30
    assert all(whole[row.id] == row for row in view.rows)
    assert by_id(view.board_rows) == whole


def test_a_view_of_1000_entries_takes_two_queries(django_assert_num_queries):
    full_board(n=1000)
    with django_assert_num_queries(2):
        view = board_view("digits", "q=mlp&sort=ipw")
    assert view.pages == 10


@pytest.mark.parametrize("query, queries", [("x=energy_per_item_j&y=ipw", 3), ("src=estimated~counter", 5)])
def test_other_axes_and_sources_take_a_few_more(board, django_assert_num_queries, query, queries):
    fill_board(board, 20)
    with django_assert_num_queries(queries):
        board_view("digits", query)


def test_other_axes_have_their_own_front_and_keep_the_ranks(board):
    fill_board(board, 30)
    default, other = board_view("digits", ""), board_view("digits", "x=energy_per_item_j&y=ipw")
    assert {row.id: row.rank for row in default.rows} == {row.id: row.rank for row in other.rows}
    assert {row.id: row.front for row in default.rows} != {row.id: row.front for row in other.rows}
    assert all(row.front_probability is not None for row in other.rows)


def test_a_board_too_large_to_resample_while_one_waits_has_the_exact_front(board):
    fill_board(board, 301)
    rows = board_view("digits", "x=artefact_bytes&y=accuracy").rows
    assert {row.front for row in rows} == {"on", "dominated"}
    assert {row.front_probability for row in rows} == {None}


def test_sources_decide_which_energies_count(board):
    def guessed(watts, seconds):
        return rapl_reading(watts, seconds, source="model", provenance="estimated", method="time_times_constant")

    counted, guess = publish(readings=(rapl_reading,)), publish(readings=(guessed,), watts=1.0)
    default = board_view("digits", "")
    assert default.view.src == (Provenance.COUNTER,)
    assert not default.estimated
    assert by_id(default.rows)[guess.uuid].rank is None
    both = board_view("digits", "src=counter~estimated")
    assert both.estimated
    assert by_id(both.rows)[guess.uuid].rank == 1
    assert by_id(both.rows)[counted.uuid].rank == 2


def test_scopes_never_mix(board):
    publish(readings=(make_reading, rapl_reading))
    publish()
    view = board_view("digits", "scope=cpu_package")
    assert view.total == 2
    assert {row.cells["ipw"].scope for row in view.rows if row.cells["ipw"].value is not None} == {Scope.CPU_PACKAGE}
    assert [(choice.value, choice.count, choice.chosen) for choice in view.scopes] == [
        ("cpu_package", 1, True),
        ("process", 2, False),
    ]


def test_dead_parts_of_an_address_are_named_and_the_rest_shown(board):
    fill_board(board, 3)
    view = board_view("digits", "dev=gone&colour=red&page=7&q=mlp")
    assert [note.key for note in view.notes] == ["dev", "colour", "page"]
    assert (len(view.rows), view.view.page, view.query) == (3, 1, "q=mlp")


def test_a_link_to_a_neighbour_keeps_the_rest_of_the_view(board):
    fill_board(board, 3)
    view = board_view("digits", "q=mlp")
    assert link(view, sort=("-accuracy",)) == "sort=-accuracy&q=mlp"


def test_the_newest_version_answers_to_the_plain_slug_and_older_ones_to_theirs(board):
    newer = BoardFactory(benchmark=BenchmarkFactory(version=2), title="Digits 2")
    assert board_view("digits", "").title == board_view("digits-v2", "").title == newer.title
    old = board_view("digits-v1", "")
    assert (old.slug, old.title) == ("digits-v1", board.title)
    assert board_view("digits-v2", "").slug == "digits"
    for unknown in ("nothing", "digits-v3", "digits-v", "-v1", "digits-v99999999999999999999"):
        with pytest.raises(Board.DoesNotExist):
            board_view(unknown, "")


def test_a_board_without_entries_is_a_view_too(board):
    view = board_view("digits", "scope=wall&src=measured&sort=ipw")
    assert (view.rows, view.total, view.view.scope) == ((), 0, None)
    assert [note.key for note in view.notes] == ["scope"]


def test_the_list_of_boards_counts_entries_and_devices_and_names_the_front(board):
    best = publish(38, latency_s=0.001)
    publish(10, latency_s=0.002)
    (card,) = board_list()
    assert (card.slug, card.entries, card.devices, card.estimated) == ("digits", 2, 2, True)
    assert card.front == (best.submission.model_name,)


def test_the_list_of_boards_takes_four_queries(board, django_assert_num_queries):
    fill_board(board, 20)
    with django_assert_num_queries(4):
        board_list()


def test_a_device_has_its_entries_by_board(board):
    entry, _ = publish(), publish()
    (part,) = device_entries(entry.device.slug)
    assert (part.slug, part.scope, part.estimated) == ("digits", Scope.PROCESS, True)
    assert [row.id for row in part.rows] == [entry.uuid]
    assert device_entries("nothing") == ()


def test_a_model_has_its_entries_over_devices(board):
    jobs = [JobFactory(state="verifying", submission__model_name="CNN S") for _ in range(2)]
    entries = [publish_entry(job=job) for job in jobs]
    publish()
    page = model_page("cnn-s")
    assert (page.name, page.family, {file.licence for file in page.files}) == ("CNN S", "mlp", {"Apache-2.0"})
    assert {row.id for row in page.boards[0].rows} == {entry.uuid for entry in entries}
    assert len({row.device for row in page.boards[0].rows}) == 2
    with pytest.raises(Submission.DoesNotExist):
        model_page("nothing")


def test_the_newest_entries_come_first_with_their_board(board):
    fill_board(board, 5)
    found = newest_entries(3)
    assert len(found) == 3
    assert {part.slug for part, _ in found} == {"digits"}
