"""Scoring beside itself, on a database that threads share."""

import threading

from django.db import connections

from leaderboard.boards.models import BoardEntry, Entry
from leaderboard.boards.services import score_result
from leaderboard.runs.models import Result
from tests.factories import NOW, BoardFactory, make_result


def score_together(results):
    """Score all results at the same time, each in a thread of its own; return the keys of their entries."""
    found, together = [], threading.Barrier(len(results))

    def work(pk):
        own = Result.objects.get(pk=pk)
        together.wait(timeout=20)
        found.append(score_result(result=own, now=NOW).pk)
        connections.close_all()

    threads = [threading.Thread(target=work, args=[result.pk]) for result in results]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_one_result_scored_twice_at_once_publishes_one_entry(shared_database):
    BoardFactory()
    result = make_result()
    found = score_together([result, result])
    assert len(found) == 2
    assert len(set(found)) == 1
    assert (Entry.objects.count(), BoardEntry.objects.count()) == (1, 1)


def test_results_scored_at_once_are_all_on_the_board(shared_database):
    BoardFactory()
    found = score_together([make_result() for _ in range(4)])
    assert len(set(found)) == 4
    assert set(BoardEntry.objects.values_list("entry", flat=True)) == set(found)
