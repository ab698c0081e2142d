"""When a job takes longer than such jobs do: twice what three in four of the recent ones took."""

import pytest

from leaderboard.runs.models import Attempt
from leaderboard.runs.overdue import overdue
from leaderboard.runs.states import AttemptState, JobState
from tests.factories import NOW, AttemptFactory, BenchmarkFactory, DeviceFactory, JobFactory
from tests.runs.helpers import claimed, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def device():
    return DeviceFactory()


def past(device, *, n=4, waited_s=100, took_s=300):
    for _ in range(n):
        job = JobFactory(device=device, state=JobState.PUBLISHED)
        AttemptFactory(
            job=job,
            state=AttemptState.DONE,
            claimed_at=later(seconds=waited_s),
            finished_at=later(seconds=waited_s + took_s),
        )


def test_a_running_job_is_late_after_twice_the_time_of_such_jobs(device):
    past(device)
    attempt = claimed(job=JobFactory(device=device, state=JobState.RUNNING), claimed_at=NOW)
    assert overdue(attempt.job.uuid, now=later(seconds=600)) is None
    late = overdue(attempt.job.uuid, now=later(seconds=601))
    assert (late.step, late.since, late.expected_s, late.n) == ("running", NOW, 300, 4)


def test_jobs_of_another_benchmark_or_device_say_nothing_of_a_running_one(device):
    past(DeviceFactory())
    past(device)
    attempt = claimed(job=JobFactory(device=device, state=JobState.RUNNING), claimed_at=NOW)
    Attempt.objects.filter(state=AttemptState.DONE, device=device).update(device=DeviceFactory())
    assert overdue(attempt.job.uuid, now=later(days=1)) is None
    past(device)
    type(attempt.job).objects.filter(state=JobState.PUBLISHED).update(benchmark=BenchmarkFactory(slug="other"))
    assert overdue(attempt.job.uuid, now=later(days=1)) is None


def test_a_waiting_job_is_late_after_twice_the_wait_of_others_there(device):
    past(device, waited_s=100)
    job = JobFactory(device=device, state_since=NOW)
    assert overdue(job.uuid, now=later(seconds=200)) is None
    late = overdue(job.uuid, now=later(seconds=201))
    assert (late.step, late.since, late.expected_s, late.n) == ("waiting", NOW, 100, 4)


def test_where_jobs_are_quick_two_minutes_are_no_news(device):
    past(device, waited_s=1)
    job = JobFactory(device=device, state_since=NOW)
    assert overdue(job.uuid, now=later(seconds=120)) is None
    assert overdue(job.uuid, now=later(seconds=121)) is not None


def test_a_job_for_any_of_a_class_is_held_against_that_class(device):
    past(device, waited_s=100)
    job = JobFactory(device=None, device_class=device.kind, state_since=NOW)
    assert overdue(job.uuid, now=later(seconds=201)).n == 4


@pytest.mark.parametrize("state", [JobState.VERIFYING, JobState.PUBLISHED, JobState.CANCELLED])
def test_what_neither_waits_nor_runs_is_never_late(device, state):
    past(device)
    assert overdue(JobFactory(device=device, state=state).uuid, now=later(days=9)) is None


def test_without_past_jobs_nothing_is_expected(device):
    assert overdue(JobFactory(device=device).uuid, now=later(days=9)) is None


def test_it_costs_few_queries(device, django_assert_num_queries):
    past(device)
    attempt = claimed(job=JobFactory(device=device, state=JobState.RUNNING), claimed_at=NOW)
    with django_assert_num_queries(3):
        overdue(attempt.job.uuid, now=later(days=1))
