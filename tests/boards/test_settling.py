"""What becomes of a result that the server itself fails to score."""

import pytest
from django.db import OperationalError

from leaderboard.boards import settling
from leaderboard.boards.settling import settle_result
from leaderboard.protocol import Code
from leaderboard.runs.models import Result
from leaderboard.runs.reaping import sweep
from leaderboard.runs.states import JobState
from leaderboard.runs.timers import RESCORE_AT_LEAST_EVERY
from tests.factories import NOW, make_result
from tests.runs.helpers import later

pytestmark = pytest.mark.django_db


@pytest.fixture
def failing(monkeypatch):
    """Make scoring fail as a mistake of ours would."""

    def fail(**_):
        raise KeyError("draws")

    monkeypatch.setattr(settling, "score_result", fail)


def test_a_fault_of_the_server_is_said_at_the_job_and_loses_nothing(failing, caplog):
    result = make_result()
    settle_result(result=result, now=NOW)

    result.job.refresh_from_db()
    assert (result.job.state, result.job.code) == (JobState.VERIFYING, Code.SCORING_FAILED)
    assert result.job.message == "Try 1: KeyError"
    assert "could not be scored" in caplog.text


def test_it_is_tried_again_later_and_later_and_at_least_every_hour(failing):
    result = make_result()
    pauses, now = [], NOW
    for _ in range(9):
        settle_result(result=result, now=now)
        result.refresh_from_db()
        pauses.append(result.score_after - now)
        assert sweep(now=result.score_after - (result.score_after - now) / 10) == 0
        now = result.score_after
        assert sweep(now=now) == 1
    assert pauses[0].total_seconds() == 60
    assert pauses == sorted(pauses)
    assert pauses[-1] == RESCORE_AT_LEAST_EVERY


def test_a_mended_server_publishes_what_it_failed_to_score(failing, monkeypatch):
    result = make_result()
    settle_result(result=result, now=NOW)
    monkeypatch.undo()
    settle_result(result=Result.objects.get(pk=result.pk), now=later(minutes=2))

    result.job.refresh_from_db()
    assert (result.job.state, result.job.code, result.job.message) == (JobState.PUBLISHED, "", "")


def test_a_database_that_does_not_answer_is_no_fault_of_the_result(monkeypatch):
    def away(**_):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(settling, "score_result", away)
    result = make_result()
    with pytest.raises(OperationalError):
        settle_result(result=result, now=NOW)
    result.refresh_from_db()
    assert result.score_failures == 0
