"""What nobody tends: leases that passed, offers that nobody took, results that nobody scored."""

from datetime import timedelta

import pytest

from leaderboard.protocol import Code
from leaderboard.runs.models import Attempt, Result
from leaderboard.runs.reaping import reap, sweep
from leaderboard.runs.states import AttemptState, JobState
from leaderboard.runs.timers import RESCORE_AFTER
from tests.factories import NOW, DeviceFactory, JobFactory, make_result
from tests.runs.helpers import claimed, later, offered

pytestmark = pytest.mark.django_db
TICK = timedelta(seconds=15)


def _tick_until(end, start=NOW):
    """Reap every 15 seconds from `start` to `end`; return how many ended at the last tick and before it."""
    now, ended = start, []
    while now < end:
        ended.append(reap(now=now))
        now += TICK
    return sum(ended), reap(now=end)


def test_nothing_ends_in_the_first_minute_of_the_reaper():
    claimed(lease_expires_at=later(hours=-1))
    assert _tick_until(later(seconds=59)) == (0, 0)
    assert reap(now=later(seconds=60)) == 1


def test_nothing_ends_in_the_minute_after_a_gap():
    _tick_until(later(minutes=5))
    claimed(lease_expires_at=NOW)

    assert reap(now=later(minutes=30)) == 0
    assert _tick_until(later(minutes=31), start=later(minutes=30, seconds=15)) == (0, 1)


def test_a_machine_is_lost_ten_minutes_after_its_lease_and_its_job_goes_back():
    attempt = claimed(lease_expires_at=NOW)
    assert _tick_until(later(minutes=9, seconds=59)) == (0, 0)
    assert reap(now=later(minutes=10)) == 1

    attempt.refresh_from_db()
    attempt.job.refresh_from_db()
    assert (attempt.state, attempt.code) == (AttemptState.LOST, Code.LOST)
    assert (attempt.job.state, attempt.job.infra_tries, attempt.job.code) == (JobState.QUEUED, 1, Code.LOST)


def test_a_cancel_that_no_agent_answers_is_forced_after_a_minute():
    job = JobFactory(state=JobState.RUNNING, cancel_requested_at=later(minutes=5))
    attempt = claimed(job=job, lease_expires_at=later(hours=1), deadline_at=later(hours=1))
    others = claimed(lease_expires_at=later(hours=1), deadline_at=later(hours=1))
    assert _tick_until(later(minutes=5, seconds=59)) == (0, 0)
    assert reap(now=later(minutes=6)) == 1

    attempt.refresh_from_db()
    job.refresh_from_db()
    others.refresh_from_db()
    assert (attempt.state, attempt.code) == (AttemptState.CANCELLED, Code.CANCELLED)
    assert (job.state, others.state) == (JobState.CANCELLED, AttemptState.CLAIMED)


def test_an_agent_that_beats_on_past_its_deadline_loses_the_attempt_and_the_model_is_not_to_blame():
    attempt = claimed(lease_expires_at=later(hours=1), deadline_at=NOW)
    assert _tick_until(later(minutes=9, seconds=59)) == (0, 0)
    assert reap(now=later(minutes=10)) == 1

    attempt.refresh_from_db()
    attempt.job.refresh_from_db()
    assert (attempt.state, attempt.code) == (AttemptState.FAILED, Code.AGENT_ERROR)
    assert (attempt.job.state, attempt.job.infra_tries) == (JobState.QUEUED, 1)


def test_the_third_loss_fails_the_job():
    attempt = claimed(lease_expires_at=NOW, job=JobFactory(state=JobState.RUNNING, infra_tries=2))
    _tick_until(later(minutes=10))
    attempt.job.refresh_from_db()
    assert (attempt.job.state, attempt.job.code) == (JobState.FAILED, Code.LOST)


def test_an_offer_is_undone_after_three_minutes_without_counting_as_a_try():
    attempt = offered()
    assert _tick_until(later(minutes=2, seconds=59)) == (0, 0)
    assert reap(now=later(minutes=3)) == 1

    attempt.refresh_from_db()
    attempt.job.refresh_from_db()
    assert (attempt.state, attempt.code) == (AttemptState.LOST, Code.NEVER_CLAIMED)
    assert (attempt.job.state, attempt.job.infra_tries) == (JobState.QUEUED, 0)


def test_a_lease_that_was_extended_while_the_reaper_looked_is_kept(monkeypatch):
    from leaderboard.runs import reaping

    attempt = claimed(lease_expires_at=NOW)
    _tick_until(later(minutes=9))
    end = reaping.end_attempt

    def beat_then_end(**values):
        Attempt.objects.filter(pk=attempt.pk).update(lease_expires_at=later(minutes=11))
        return end(**values)

    monkeypatch.setattr(reaping, "end_attempt", beat_then_end)

    assert reap(now=later(minutes=10)) == 0
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.CLAIMED


def test_a_quiet_tick_costs_six_queries(django_assert_num_queries):
    _tick_until(later(minutes=2))
    with django_assert_num_queries(6):
        reap(now=later(minutes=2, seconds=15))


def test_results_that_wait_for_their_scores_are_asked_for_again(rings, django_capture_on_commit_callbacks):
    waiting = make_result()
    late = claimed(job=waiting.job, number=2, device=DeviceFactory())
    Attempt.objects.filter(pk=late.pk).update(state=AttemptState.LOST)
    Result.objects.create(attempt=late, job=waiting.job, sha256="0" * 64, payload="{}", accepted=False, received_at=NOW)
    make_result(job=JobFactory(state=JobState.PUBLISHED))

    with django_capture_on_commit_callbacks(execute=True):
        assert sweep(now=NOW + RESCORE_AFTER - timedelta(seconds=1)) == 0
        assert sweep(now=NOW + RESCORE_AFTER) == 1

    assert rings() == [("perwatt.score", {"result_id": waiting.pk})]
