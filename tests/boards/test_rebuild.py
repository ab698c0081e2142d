"""Ranks, ties and fronts over the whole board, in each scope."""

import numpy as np
import pytest

from leaderboard.boards.lookup import default_scope
from leaderboard.boards.models import Board, BoardEntry, Entry
from leaderboard.boards.rebuild import _replace, rebuild_board
from leaderboard.boards.standing import column, fronts, places
from leaderboard.metrics.definitions import generation
from leaderboard.metrics.registry import METRICS
from leaderboard.protocol import GuardVerdict, MissingReason, Scope
from tests.factories import (
    NOW,
    BoardFactory,
    answers_with,
    fill_board,
    make_measured,
    make_reading,
    publish_entry,
    rapl_reading,
)


@pytest.fixture
def board(db):
    return BoardFactory()


def publish(correct=36, latency_s=0.001, watts=10.0, readings=(make_reading,)):
    answers = answers_with(correct)
    return publish_entry(measured=make_measured(answers=answers, latency_s=latency_s, watts=watts, readings=readings))


def row(entry, scope="process"):
    return BoardEntry.objects.get(entry=entry, scope=scope)


def test_ranks_follow_the_boards_metric_best_first(board):
    worst, best = publish(watts=30.0), publish(watts=10.0)
    assert (row(best).rank, row(worst).rank) == (1, 2)
    assert (row(best).band, row(worst).band) == (0, 1)


def test_entries_that_cannot_be_told_apart_share_a_band_and_their_intervals_say_so(board):
    first, second = publish(correct=36), publish(correct=35)
    assert (row(first).rank, row(second).rank) == (1, 2)
    assert row(first).band == row(second).band == 0
    assert (row(second).rank_low, row(second).rank_high) == (1, 2)


def test_the_front_has_what_nothing_beats_in_both_axes(board):
    fast, accurate, beaten = publish(20, 0.001), publish(38, 0.004), publish(10, 0.005)
    assert [row(entry).front for entry in (fast, accurate, beaten)] == ["on", "on", "dominated"]
    assert row(fast).front_probability == 1.0
    assert row(beaten).front_probability < 0.05


def test_an_entry_whose_place_on_the_front_is_doubtful_is_contested():
    draws = np.random.default_rng(1).normal(0, 1, (2, 500)).astype("<f4")
    accuracy = column("accuracy", [0.9, 0.8], [(0.9 + draws[0] / 20).tobytes(), (0.8 + draws[1] / 10).tobytes()])
    latency = column("latency_p50_s", [1.0, 1.0], [None, None])
    (first, _), (second, share) = fronts(latency, accuracy)
    assert (first, second) == ("on", "contested")
    assert 0.05 < share < 0.5


def test_every_entry_has_a_row_in_every_scope_and_says_why_it_has_no_energy_there(board):
    both = publish(readings=(make_reading, rapl_reading))
    estimated = publish()
    assert set(BoardEntry.objects.values_list("scope", flat=True)) == {"process", "cpu_package"}
    missing = row(estimated, "cpu_package")
    assert (missing.rank, missing.band) == (None, None)
    assert missing.cells["ipw"]["missing_reason"] == MissingReason.NO_SENSOR
    assert missing.cells["accuracy"]["value"] == 0.9
    assert missing.front == "on"
    assert row(both, "cpu_package").rank == 1


def test_the_best_provenance_of_a_scope_counts_and_a_worse_one_is_not_mixed_in(board):
    def guessed(watts, seconds):
        return rapl_reading(watts, seconds, source="model", provenance="estimated", method="time_times_constant")

    counted, guess = publish(readings=(rapl_reading,)), publish(watts=1.0, readings=(guessed,))
    assert row(counted, "cpu_package").rank == 1
    assert row(guess, "cpu_package").rank is None
    assert row(guess, "cpu_package").cells["ipw"]["missing_reason"] == "not_measured"
    scopes = Board.objects.get().scopes
    assert scopes == {"cpu_package": {"entries": 2, "provenances": {"counter": 1, "estimated": 1}}}


def test_without_any_energy_a_board_has_rows_without_a_scope_and_without_ranks(board):
    entry = publish(readings=())
    found = row(entry, "")
    assert (found.rank, found.front) == (None, "on")
    assert found.cells["ipw"]["missing_reason"] == "no_sensor"
    assert default_scope(Board.objects.get()) is None


def test_energies_that_a_noisy_machine_hid_from_every_entry_say_so_and_not_that_nothing_measures(board):
    entry = publish_entry(measured=make_measured(guard=GuardVerdict.NOISY))
    assert default_scope(Board.objects.get()) is None
    assert row(entry, "").cells["ipw"]["missing_reason"] == "noisy_machine"


def test_the_scope_with_most_energies_is_the_default_and_an_operators_choice_beats_it(board):
    publish(readings=(make_reading, rapl_reading))
    publish()
    board.refresh_from_db()
    assert default_scope(board) == Scope.PROCESS
    board.scope = "cpu_package"
    assert default_scope(board) == Scope.CPU_PACKAGE
    board.scope = "wall"
    assert default_scope(board) == Scope.PROCESS


def test_withdrawn_entries_leave_the_board_with_the_next_revision(board):
    stays, goes = publish(), publish()
    Entry.objects.filter(pk=goes.pk).update(status=Entry.Status.RETRACTED)
    revision = Board.objects.get().revision
    assert rebuild_board(board=board, now=NOW) == revision + 1
    assert [found.entry for found in BoardEntry.objects.all()] == [stays]


def test_rows_are_replaced_and_never_doubled(board):
    publish()
    rebuild_board(board=board, now=NOW)
    rebuild_board(board=board, now=NOW)
    assert BoardEntry.objects.count() == 1


def test_a_rebuild_that_another_one_has_overtaken_writes_nothing(board):
    publish()
    overtaken = Board.objects.get()
    rebuild_board(board=board, now=NOW)
    assert _replace(overtaken, [], {}, now=NOW) is False
    assert BoardEntry.objects.count() == 1


def test_an_empty_board_can_be_rebuilt(board):
    assert rebuild_board(board=board, now=NOW) == 1
    assert not BoardEntry.objects.exists()


def test_a_missing_value_ranks_nowhere_and_an_infinite_one_last():
    values = column("cost_of_pass_usd", [2.0, float("inf"), None], [None, None, None])
    latency = column("latency_p50_s", [1.0, 1.0, 1.0], [None, None, None])
    found = places(values, latency, values)
    assert [place["rank"] for place in found] == [1, 2, None]
    assert [place["front"] for place in found] == ["on", "dominated", "unplaced"]


def test_a_rebuild_takes_few_queries_whatever_the_number_of_entries(board, django_assert_max_num_queries):
    fill_board(board, 60, rebuild=False)
    with django_assert_max_num_queries(12):
        rebuild_board(board=board, now=NOW)
    assert BoardEntry.objects.count() == 60
    assert set(BoardEntry.objects.first().cells) == set(METRICS) - {metric.key for metric in generation.METRICS}
