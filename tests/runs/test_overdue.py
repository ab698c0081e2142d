"""When a job takes longer than such jobs do: twice what three in four of the recent ones took."""

import pytest

from leaderboard.runs.models import Attempt
from leaderboard.runs.overdue import ANEW_AFTER, Lateness
from leaderboard.runs.selectors import job_view, views_of
from leaderboard.runs.states import AttemptState, JobState
from tests.factories import NOW, AttemptFactory, BenchmarkFactory, DeviceFactory, JobFactory
from tests.runs.helpers import claimed, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def device():
    return DeviceFactory()


def overdue(uuid, *, now):
    return job_view(uuid, user=None, now=now).overdue


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


def test_what_is_said_of_a_late_job_stays_the_same_while_nothing_else_happens(device):
    past(device, waited_s=100)
    job = JobFactory(device=device, state_since=NOW)
    late = overdue(job.uuid, now=later(seconds=201))
    assert late.late_at == later(seconds=200)
    assert overdue(job.uuid, now=later(days=1)) == late


def test_a_job_that_waits_once_more_is_not_held_against_itself(device):
    past(device, waited_s=100)
    job = JobFactory(device=device, state_since=NOW)
    AttemptFactory(job=job, state=AttemptState.LOST, claimed_at=later(hours=1))
    late = overdue(job.uuid, now=later(days=1))
    assert (late.expected_s, late.n) == (100, 4)


def test_the_newest_jobs_of_each_place_count(device):
    other = DeviceFactory()
    for place, waited_s in ((device, 100), (other, 400)):
        past(place, n=25, waited_s=90)
        past(place, n=20, waited_s=waited_s)
    jobs = [JobFactory(device=place, state_since=NOW) for place in (device, other)]
    late = {view.id: view.overdue for view in views_of([job.uuid for job in jobs], now=later(days=1))}
    assert [(late[job.uuid].expected_s, late[job.uuid].n) for job in jobs] == [(100, 20), (400, 20)]


def test_many_jobs_cost_as_many_queries_as_few(device, django_assert_num_queries):
    past(device)
    running = claimed(job=JobFactory(device=device, state=JobState.RUNNING), claimed_at=NOW)
    named = [JobFactory(device=device, state_since=NOW) for _ in range(4)]
    of_class = JobFactory(device=None, device_class=device.kind, state_since=NOW)
    jobs = [(running.job, running), *((job, None) for job in (*named, of_class))]
    with django_assert_num_queries(3):
        assert Lateness().of(jobs, now=later(days=1)).keys() == {job.pk for job, _attempt in jobs}
    with django_assert_num_queries(0):
        assert Lateness().of(jobs, now=later(seconds=120)) == {}


def test_whoever_asks_all_the_time_asks_the_database_now_and_then(device, django_assert_num_queries):
    past(device, waited_s=100)
    jobs = [(JobFactory(device=device, state_since=NOW), None)]
    lateness = Lateness()
    assert lateness.of(jobs, now=later(seconds=199)) == {}
    with django_assert_num_queries(0):
        (late,) = lateness.of(jobs, now=later(seconds=201)).values()
    past(device, n=20, waited_s=101)
    assert lateness.of(jobs, now=later(seconds=202)) == {jobs[0][0].pk: late}
    (anew,) = lateness.of(jobs, now=later(seconds=200) + ANEW_AFTER).values()
    assert anew.expected_s == 101
