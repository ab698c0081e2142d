"""Cancelling, in each state a job can be in."""

import pytest

from leaderboard.protocol import Code
from leaderboard.queue.models import Ticket
from leaderboard.runs.dispatching import dispatch
from leaderboard.runs.endings import end_attempt, request_cancel
from leaderboard.runs.models import Attempt
from leaderboard.runs.states import AttemptState, JobState
from tests.factories import NOW, JobFactory
from tests.runs.helpers import claimed, later, offered

pytestmark = pytest.mark.django_db


def test_a_waiting_job_is_cancelled_at_once():
    job = JobFactory()
    assert request_cancel(job=job, now=NOW) == JobState.CANCELLED
    job.refresh_from_db()
    assert (job.code, job.cancel_requested_at) == (Code.CANCELLED, NOW)


def test_an_offered_job_is_cancelled_at_once_and_its_ticket_is_gone():
    job = JobFactory()
    dispatch(now=NOW)

    assert request_cancel(job=job, now=NOW) == JobState.CANCELLED
    assert not Ticket.objects.exists()
    assert job.attempts.get().state == AttemptState.CANCELLED


def test_a_measured_job_is_cancelled_when_its_agent_gives_it_back():
    attempt = claimed()
    assert request_cancel(job=attempt.job, now=NOW) == JobState.RUNNING
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.CLAIMED


@pytest.mark.parametrize("state", [JobState.VERIFYING, JobState.PUBLISHED, JobState.FAILED, JobState.CANCELLED])
def test_a_job_that_is_measured_or_over_stays_as_it_is(state):
    job = JobFactory(state=state)
    assert request_cancel(job=job, now=NOW) == state
    job.refresh_from_db()
    assert job.cancel_requested_at is None


def test_cancelling_twice_keeps_the_first_time():
    attempt = claimed()
    for seconds in (0, 9):
        request_cancel(job=attempt.job, now=later(seconds=seconds))
    attempt.job.refresh_from_db()
    assert attempt.job.cancel_requested_at == NOW


def test_a_cancelled_job_whose_machine_goes_silent_is_cancelled_all_the_same():
    attempt = claimed()
    request_cancel(job=attempt.job, now=NOW)
    assert end_attempt(attempt=attempt, code=Code.LOST, message="", now=NOW)
    attempt.job.refresh_from_db()
    assert attempt.job.state == JobState.CANCELLED


def test_an_attempt_ends_once():
    attempt = claimed()
    assert [end_attempt(attempt=attempt, code=Code.LOST, message="", now=NOW) for _ in range(2)] == [True, False]
    attempt.job.refresh_from_db()
    assert attempt.job.infra_tries == 1


def test_an_attempt_that_changed_since_it_was_looked_at_does_not_end():
    attempt = offered()
    untaken = Attempt.objects.filter(state=AttemptState.DISPATCHED)
    Attempt.objects.move(
        attempt.pk, AttemptState.CLAIMED, now=NOW, claim_key=attempt.uuid, lease_expires_at=NOW, deadline_at=NOW
    )
    assert not end_attempt(attempt=attempt, code=Code.NEVER_CLAIMED, message="", now=NOW, among=untaken)


def test_an_offer_that_nobody_took_is_not_a_try():
    attempt = offered()
    end_attempt(attempt=attempt, code=Code.NEVER_CLAIMED, message="", now=NOW)
    attempt.job.refresh_from_db()
    assert (attempt.job.state, attempt.job.infra_tries) == (JobState.QUEUED, 0)
