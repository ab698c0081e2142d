"""How many jobs an account may have measured: what counts, what gives its place back, and what is refused."""

import itertools
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.env import BadSetting, quota
from leaderboard.protocol import Code, Phase
from leaderboard.runs.attempts import heartbeat
from leaderboard.runs.endings import end_attempt, request_cancel
from leaderboard.runs.models import Attempt, Job
from leaderboard.runs.quota import NOBODYS, counting, in_minutes, over_quota, quota_of
from leaderboard.runs.quota import counts as counts_for
from leaderboard.runs.reporting import take_result
from leaderboard.runs.retrying import retry
from leaderboard.runs.selectors import job_view
from leaderboard.runs.states import AttemptState, JobState
from leaderboard.runs.submitting import submit
from leaderboard.submissions.requests import SubmissionRequest
from leaderboard.submissions.services import Refused
from tests.factories import (
    NOW,
    ArtefactFactory,
    AttemptFactory,
    BenchmarkFactory,
    DeviceFactory,
    JobFactory,
    SubmissionFactory,
    UserFactory,
    make_result,
)
from tests.runs.helpers import beat, claimed, delivery, failed_report, later

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def limited(settings):
    settings.QUOTA = (3, WEEK)


@pytest.fixture
def user():
    return UserFactory(username="ada")


def job_of(user, **values):
    return JobFactory(submission=SubmissionFactory(submitted_by=user), **values)


def running(user):
    return claimed(job=job_of(user, state=JobState.RUNNING))


def heard(attempt, phase, at=NOW):
    heartbeat(agent=attempt.agent, attempt_id=attempt.uuid, request=beat(attempt, phase=phase), now=at)


def counts(user, now=NOW):
    found = quota_of(user, now=now)
    return found.used, found.waiting, found.left


def wish(**changes):
    model = {"name": "mlp", "licence": "MIT", "sha256": ArtefactFactory().sha256}
    return SubmissionRequest(model=model, benchmark="digits", device="lab-cpu", **changes)


def test_without_a_quota_and_for_staff_there_is_none(settings, user):
    assert quota_of(UserFactory(is_staff=True), now=NOW) is None
    settings.QUOTA = None
    assert quota_of(user, now=NOW) is None


def test_a_job_counts_from_its_first_measured_run_on(user):
    attempt = running(user)
    for phase in (Phase.PREPARING, Phase.BASELINE, Phase.WARMUP):
        heard(attempt, phase)
        assert counts(user) == (0, 1, 2)
    heard(attempt, Phase.MEASURING, at=later(minutes=1))
    assert counts(user, later(minutes=1)) == (1, 0, 2)
    heard(attempt, Phase.MEASURING, at=later(minutes=2))
    attempt.refresh_from_db()
    assert attempt.measuring_since == later(minutes=1)
    assert job_view(attempt.job.uuid, user=user, now=NOW).counts


def test_a_run_that_no_heartbeat_told_of_counts_with_its_result(user):
    attempt = running(user)
    heard(attempt, Phase.PREPARING)
    take_result(agent=attempt.agent, attempt_id=attempt.uuid, request=delivery(attempt), now=later(seconds=5))
    assert counts(user, later(seconds=5)) == (1, 0, 2)
    assert Attempt.objects.get().measuring_since == later(seconds=5)


@pytest.mark.parametrize("code", NOBODYS)
def test_what_was_not_the_models_gives_its_place_back(user, code):
    attempt = running(user)
    heard(attempt, Phase.MEASURING)
    assert counts(user) == (1, 0, 2)
    end_attempt(attempt=attempt, code=code, message="", now=NOW)
    assert counts(user) == (0, 1, 2)  # it is back in line
    assert not job_view(attempt.job.uuid, user=user, now=NOW).counts
    Job.objects.filter(pk=attempt.job_id).update(state=JobState.FAILED, code=code)
    assert counts(user) == (0, 0, 3)


def test_a_result_that_the_server_cannot_score_gives_its_place_back(user):
    make_result(job=job_of(user, state=JobState.VERIFYING))
    Attempt.objects.update(measuring_since=NOW)
    assert counts(user) == (1, 0, 2)
    Job.objects.update(state=JobState.FAILED, code=Code.SCORING_FAILED)
    assert counts(user) == (0, 0, 3)


def test_a_failure_of_the_model_counts_where_a_measured_run_had_begun(user):
    early, late = running(user), running(user)
    heard(late, Phase.MEASURING)
    for attempt in (early, late):
        request = delivery(attempt, failed_report(attempt))
        take_result(agent=attempt.agent, attempt_id=attempt.uuid, request=request, now=NOW)
    assert counts(user) == (1, 0, 2)


def test_a_cancel_counts_where_a_measured_run_had_begun(user):
    waiting, early, late = job_of(user), running(user), running(user)
    heard(late, Phase.MEASURING)
    for job in (waiting, early.job, late.job):
        request_cancel(job=job, now=NOW)
    for attempt in (early, late):
        end_attempt(attempt=attempt, code=Code.CANCELLED, message="", now=NOW)
    assert counts(user) == (1, 0, 2)


def test_a_lost_attempt_whose_result_comes_late_counts_once(user):
    attempt = running(user)
    heard(attempt, Phase.MEASURING)
    end_attempt(attempt=attempt, code=Code.LOST, message="", now=NOW)
    assert counts(user) == (0, 1, 2)
    take_result(agent=attempt.agent, attempt_id=attempt.uuid, request=delivery(attempt), now=later(minutes=20))
    assert counts(user, later(minutes=20)) == (1, 0, 2)


def test_two_measured_attempts_of_a_job_are_one(user):
    job = job_of(user, state=JobState.RUNNING)
    for number in (1, 2):
        AttemptFactory(job=job, number=number, state=AttemptState.FAILED, measuring_since=NOW)
    assert counts(user) == (1, 0, 2)


def test_what_a_job_says_of_itself_is_what_is_counted(user):
    """Whatever the states and codes of a job and its attempt are."""
    codes = ("", Code.OUT_OF_MEMORY, Code.CANCELLED, Code.LOST, Code.SCORING_FAILED)
    attempt = AttemptFactory(job=job_of(user), state=AttemptState.FAILED)
    job = attempt.job
    told = set()
    for job.state, job.code, attempt.state, attempt.code, attempt.measuring_since in itertools.product(
        (JobState.RUNNING, JobState.FAILED, JobState.CANCELLED),
        codes,
        (AttemptState.DONE, AttemptState.FAILED, AttemptState.LOST),
        codes,
        (None, NOW),
    ):
        job.save()
        attempt.save()
        told.add(counts_for(attempt, job))
        assert counting().exists() is counts_for(attempt, job)
    assert told == {True, False}


def test_each_counts_for_as_long_as_the_quota_says_and_health_checks_not_at_all(user):
    for days in (1, 6, 8):
        AttemptFactory(
            job=job_of(user, state=JobState.PUBLISHED), state=AttemptState.DONE, measuring_since=later(days=-days)
        )
    reference = job_of(user, purpose=Job.Purpose.REFERENCE, state=JobState.PUBLISHED)
    AttemptFactory(job=reference, state=AttemptState.DONE, measuring_since=NOW)
    job_of(user, purpose=Job.Purpose.REFERENCE)
    found = quota_of(user, now=NOW)
    assert (found.used, found.waiting, found.free_at) == (2, 0, later(days=1))


def test_the_time_that_is_named_is_one_at_which_there_is_room(user, settings):
    """Also where the quota was a larger one, and where a job was measured twice."""
    for days in (1, 2, 3):
        AttemptFactory(
            job=job_of(user, state=JobState.PUBLISHED), state=AttemptState.DONE, measuring_since=later(days=-days)
        )
    again = AttemptFactory(job=job_of(user, state=JobState.FAILED), measuring_since=later(days=-6), state="failed")
    AttemptFactory(job=again.job, number=2, measuring_since=later(hours=-1, seconds=1), state="failed")
    job_of(user)
    for limit, days in ((5, 4), (4, 5), (3, 6)):
        settings.QUOTA = (limit, WEEK)
        found = quota_of(user, now=NOW)
        assert (found.used, found.waiting, found.left, found.free_at) == (4, 1, 0, later(days=days))
        assert quota_of(user, now=found.free_at).left == 1
        assert quota_of(user, now=found.free_at - timedelta(seconds=1)).left == 0
    settings.QUOTA = (2, WEEK)
    last = quota_of(user, now=NOW).free_at
    assert last == later(days=7, hours=-1, seconds=1)
    assert in_minutes(last).endswith(f"{last + timedelta(minutes=1):%H:%M} UTC")
    settings.QUOTA = (1, WEEK)
    assert quota_of(user, now=NOW).free_at is None
    assert "free" not in over_quota(user, now=NOW).values


def test_a_job_that_runs_for_longer_than_the_quotas_time_waits_no_more(user):
    heard(running(user), Phase.MEASURING)
    assert counts(user, NOW + WEEK) == (0, 0, 3)


def test_one_too_many_is_refused_with_all_else_that_is_wrong(user):
    BenchmarkFactory()
    DeviceFactory(slug="lab-cpu", cores=2)
    for _ in range(3):
        submit(request=wish(), by=user, idempotency_key="", now=NOW)
    with pytest.raises(Refused) as refused:
        submit(request=wish(options={"batch": 1, "threads": 99}), by=user, idempotency_key="", now=NOW)
    assert {fault.code for fault in refused.value.faults} == {"too_many_threads", "quota_used"}
    assert Job.objects.count() == 3
    assert "and 3 wait" in over_quota(user, now=NOW).message
    assert over_quota(UserFactory(), now=NOW) is None


def test_the_same_key_again_is_answered_also_when_the_quota_is_used(user):
    BenchmarkFactory()
    DeviceFactory(slug="lab-cpu")
    request = wish()
    first = submit(request=request, by=user, idempotency_key="a", now=NOW)
    for _ in range(2):
        submit(request=request, by=user, idempotency_key="", now=NOW)
    assert submit(request=request, by=user, idempotency_key="a", now=NOW) == first


def test_a_retry_needs_a_place_too_and_is_asked_of_its_owner(user):
    DeviceFactory(slug="lab-cpu")
    job = job_of(user, state=JobState.CANCELLED)
    waiting = [job_of(user) for _ in range(3)]
    with pytest.raises(Refused, match="quota"):
        retry(job=job, now=NOW)
    request_cancel(job=waiting[0], now=NOW)
    assert retry(job=job, now=NOW).retry_of == job


def test_the_setting_is_a_number_and_a_time():
    assert quota("Q", {}) is None
    assert quota("Q", {"Q": "20/week"}) == (20, WEEK)
    assert quota("Q", {"Q": "1/month"}) == (1, timedelta(days=30))


@given(st.one_of(st.text(max_size=12), st.sampled_from(["0/week", "-1/day", "20/", "/week", "20", "20/year", "²/day"])))
def test_a_setting_that_is_none_is_refused(value):
    if value:
        with pytest.raises(BadSetting, match="Q="):
            quota("Q", {"Q": value})
