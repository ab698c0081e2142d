"""Making a submission public beside itself and beside its scoring, on a database that threads share."""

import threading
import time

from django.db import connections
from django.utils.text import slugify

from leaderboard.boards import services
from leaderboard.boards.models import BoardEntry, Entry, EntryChange
from leaderboard.boards.publishing import make_public
from leaderboard.boards.services import score_result
from leaderboard.runs.models import Job, Result
from leaderboard.runs.states import JobState
from leaderboard.submissions.models import Submission
from tests.factories import NOW, BoardFactory, JobFactory, SubmissionFactory, UserFactory, make_result


def at_once(*works):
    """Do all at the same time, each in a thread of its own."""
    failed, together = [], threading.Barrier(len(works))

    def work(one):
        together.wait(timeout=20)
        try:
            one()
        except Exception as error:  # noqa: BLE001  whatever it is, the test fails with it
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=[one]) for one in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def private_result(board):
    submission = SubmissionFactory(private=True, benchmark=board.benchmark)
    return make_result(job=JobFactory(submission=submission, state=JobState.VERIFYING))


def publishing(result, by):
    submission = result.job.submission_id
    return lambda: make_public(submission=Submission.objects.get(pk=submission), by=by, now=NOW)


def scoring(result):
    return lambda: score_result(result=Result.objects.get(pk=result.pk), now=NOW)


def assert_public(*results):
    for result in results:
        entry = Entry.objects.get(result=result)
        assert entry.status == Entry.Status.PUBLISHED
        assert EntryChange.objects.filter(entry=entry, kind="published").count() == 1
        assert BoardEntry.objects.filter(entry=entry).exists()
        assert Job.objects.get(pk=result.job_id).state == JobState.PUBLISHED
    assert not Submission.objects.filter(private=True).exists()


def test_what_is_made_public_twice_at_once_is_published_once(shared_database):
    result, by = private_result(BoardFactory()), UserFactory()
    scoring(result)()
    assert not BoardEntry.objects.exists()
    at_once(publishing(result, by), publishing(result, by), publishing(result, by))
    assert_public(result)


def test_what_is_made_public_while_it_is_scored_is_published_once(shared_database):
    result, by = private_result(BoardFactory()), UserFactory()
    at_once(scoring(result), publishing(result, by), scoring(result), publishing(result, by))
    assert_public(result)


def test_what_is_made_public_between_reading_and_writing_what_it_is_does_not_stay_private(shared_database, monkeypatch):
    result, by = private_result(BoardFactory()), UserFactory()
    has_read = threading.Event()

    def slowly(text):
        has_read.set()
        time.sleep(0.5)  # long enough for the other to be through, if it does not wait
        return slugify(text)

    def publish_then():
        assert has_read.wait(timeout=20)
        publishing(result, by)()

    monkeypatch.setattr(services, "slugify", slowly)
    at_once(scoring(result), publish_then)
    assert_public(result)


def test_submissions_of_one_board_made_public_while_others_are_scored_are_all_on_it(shared_database):
    board, by = BoardFactory(), UserFactory()
    kept, fresh = [private_result(board) for _ in range(2)], [private_result(board) for _ in range(2)]
    for result in kept:
        scoring(result)()
    works = [publishing(result, by) for result in (*kept, *fresh)]
    at_once(*works, *(scoring(result) for result in fresh))
    assert_public(*kept, *fresh)
