"""A job's page: the steps with their times and limits, and the place in line."""

import re
from datetime import timedelta

import pytest

from frontend.numbers import SPACE
from frontend.present.job_timeline import timeline
from leaderboard.clock import database_now
from leaderboard.runs.models import Job
from leaderboard.runs.selectors import job_view
from leaderboard.runs.states import AttemptState, JobState
from tests.databases import CLOCK_QUERIES
from tests.factories import NOW, AgentFactory, AttemptFactory, DeviceFactory, JobFactory
from tests.runs.helpers import claimed, later, offered

pytestmark = pytest.mark.django_db
MARKS = [["preparing", later(seconds=31).isoformat()], ["baseline", later(seconds=50).isoformat()]]


def steps(job, now=NOW):
    """Return (name, state, when it began in seconds after NOW, how long it took)."""
    found = timeline(job_view(job.uuid, user=None, now=now), now=now)
    at = [one.at and (one.at - NOW).total_seconds() for one in found]
    return [(one.name, one.state, when, one.took.replace(SPACE, " ")) for one, when in zip(found, at, strict=True)]


def test_a_waiting_job_has_all_of_its_steps_ahead():
    found = steps(JobFactory(), later(seconds=7))
    assert found[0] == ("Queued", "now", 0, "7 s")
    assert [name for name, *_ in found[1:]] == [
        "Offered", "Preparing", "Baseline", "Warming up", "Measuring", "Uploading", "Verifying", "Published",
    ]  # fmt: skip
    assert {(state, at, took) for _, state, at, took in found[1:]} == {("ahead", None, "–")}


def test_a_running_job_says_what_each_phase_took():
    attempt = claimed(dispatched_at=later(seconds=20), claimed_at=later(seconds=30), phase_marks=MARKS)
    assert steps(attempt.job, later(seconds=64))[:5] == [
        ("Queued", "done", 0, "20 s"),
        ("Offered", "done", 20, "10 s"),
        ("Preparing", "done", 30, "20 s"),
        ("Baseline", "now", 50, "14 s"),
        ("Warming up", "ahead", None, "–"),
    ]


@pytest.mark.parametrize(
    ("make", "limit"),
    [
        (JobFactory, "No limit"),
        (lambda: offered().job, "At most 3"),
        (lambda: claimed(deadline_at=later(minutes=12)).job, "ends by 12:12:00 UTC"),
    ],
)
def test_the_step_that_lasts_says_how_long_it_may(make, limit):
    found = timeline(job_view(make().uuid, user=None, now=NOW), now=NOW)
    assert [limit in one.limit for one in found if one.state == "now"] == [True]
    assert {one.limit for one in found if one.state != "now"} == {""}


def test_a_job_that_is_back_in_line_waits_since_then():
    job = JobFactory(state_since=later(minutes=5))
    AttemptFactory(job=job, state=AttemptState.LOST)
    assert steps(job, later(minutes=6))[:2] == [("Queued", "now", 300, "1 min 00 s"), ("Offered", "ahead", None, "–")]


def test_a_job_that_is_over_ends_with_how():
    job = JobFactory(state=JobState.PUBLISHED, state_since=later(seconds=90))
    AttemptFactory(job=job, state=AttemptState.DONE, phase_marks=MARKS[1:], finished_at=later(seconds=80))
    assert steps(job)[-3:] == [
        ("Baseline", "done", 50, "30 s"),
        ("Verifying", "done", 80, "10 s"),
        ("Published", "done", 90, "–"),
    ]
    assert steps(JobFactory(state=JobState.CANCELLED))[-1][:2] == ("Cancelled", "done")


def test_the_page_of_a_waiting_job_tells_its_place_devices_and_start(client):
    now = database_now()
    device = DeviceFactory(agent=AgentFactory(last_seen_at=now))
    JobFactory(device=device, created_at=now - timedelta(minutes=2))
    job = JobFactory(device=device, created_at=now - timedelta(minutes=1))
    html = re.sub(r"\s+", " ", client.get(f"/jobs/{job.uuid}/").content.decode())
    assert "2 of 2 that wait for these devices" in html
    assert f'<a href="/devices/{device.slug}/">' in html
    assert "No past jobs on these devices" in html
    assert '<tr class="now" aria-current="step"><th scope="row">Queued' in html


def test_the_page_of_a_job_that_runs_has_no_place_in_line(client):
    job = claimed(phase="baseline", phase_marks=MARKS, progress=0.25).job
    html = client.get(f"/jobs/{job.uuid}/").content.decode()
    assert "In line" not in html
    assert 'value="25"' in html


def test_a_waiting_jobs_page_costs_eight_queries(client, django_assert_num_queries):
    job = JobFactory()
    Job.objects.filter(pk=job.pk).update(device=None, device_class="cpu")
    with django_assert_num_queries(8 + CLOCK_QUERIES):
        client.get(f"/jobs/{job.uuid}/")
