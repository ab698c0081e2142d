"""A failed or cancelled job once more: one retry, linked both ways, and none where it could not help."""

import pytest

from leaderboard.devices.models import Device, Health
from leaderboard.queue.broker import TaskName
from leaderboard.runs.models import Job
from leaderboard.runs.retrying import INVALID_INPUT, NotRetried, body_of, retry
from leaderboard.runs.selectors import find_job, job_view
from leaderboard.runs.states import JobState
from leaderboard.submissions.services import Refused
from tests.factories import NOW, BenchmarkFactory, DeviceFactory, JobFactory, TextSubmissionFactory
from tests.runs.helpers import later

pytestmark = pytest.mark.django_db
INPUTS = ("submission_id", "benchmark_id", "device_id", "device_class", "protocol_version", "purpose")


def failed(code="lost", **values):
    return JobFactory(state=JobState.FAILED, code=code, **values)


@pytest.mark.parametrize("place", [{}, {"device": None, "device_class": "cpu"}])
def test_a_retry_is_a_new_job_with_the_same_inputs_linked_both_ways(place, rings, django_capture_on_commit_callbacks):
    DeviceFactory()
    job = failed(**place)
    with django_capture_on_commit_callbacks(execute=True):
        made = retry(job=find_job(job.uuid), now=later(minutes=5))
    assert [getattr(made, name) for name in INPUTS] == [getattr(job, name) for name in INPUTS]
    assert (made.state, made.created_at, made.infra_tries) == (JobState.QUEUED, later(minutes=5), 0)
    assert job_view(job.uuid, user=None, now=NOW).retried_as == made.uuid
    assert job_view(made.uuid, user=None, now=NOW).retry_of == job.uuid
    assert [task for task, _ in rings()] == [TaskName.DISPATCH]


def test_a_second_retry_is_the_first_one_also_when_that_is_over():
    job = find_job(failed().uuid)
    made = retry(job=job, now=NOW)
    Job.objects.filter(pk=made.pk).update(state=JobState.FAILED, code="lost")
    assert retry(job=job, now=later(minutes=1)) == made
    assert retry(job=find_job(made.uuid), now=later(minutes=2)) not in (job, made)


def test_a_retry_on_another_device_is_one_as_well_and_not_mistaken_for_one_here(rings):
    there = DeviceFactory()
    job = find_job(failed(device=None, device_class="cpu").uuid)
    made = retry(job=job, now=NOW, device=there.slug)
    assert (made.device, made.device_class) == (there, "")
    assert retry(job=job, now=NOW, device=there.slug) == retry(job=job, now=NOW) == made
    with pytest.raises(NotRetried, match=f"already, on {there.slug}"):
        retry(job=job, now=NOW, device=DeviceFactory().slug)
    with pytest.raises(Refused, match="There is no device 'moon'"):
        retry(job=failed(), now=NOW, device="moon")


def test_of_two_that_retry_at_once_both_get_the_same_job(monkeypatch):
    job = find_job(failed().uuid)
    rival = JobFactory(retry_of=job)
    looks = iter([Job.objects.none(), Job.objects.exclude(retry_of=None)])
    monkeypatch.setattr(Job.objects, "filter", lambda **_: next(looks))
    assert retry(job=job, now=NOW) == rival


@pytest.mark.parametrize("state", [state for state in JobState if state not in (JobState.FAILED, JobState.CANCELLED)])
def test_what_is_not_over_or_was_published_is_not_retried(state):
    with pytest.raises(NotRetried):
        retry(job=JobFactory(state=state), now=NOW)


@pytest.mark.parametrize("code", sorted(INVALID_INPUT))
def test_invalid_input_is_not_retried(code):
    job = failed(code)
    with pytest.raises(NotRetried, match="end the same way"):
        retry(job=job, now=NOW)
    assert job_view(job.uuid, user=None, now=NOW).not_retried


def test_a_health_check_is_not_retried():
    with pytest.raises(NotRetried):
        retry(job=failed(purpose=Job.Purpose.REFERENCE), now=NOW)


def test_a_newer_version_of_the_benchmark_is_not_slipped_in():
    job = failed()
    BenchmarkFactory(version=2)
    with pytest.raises(NotRetried, match="newer version, 2"):
        retry(job=job, now=NOW)


def test_where_the_device_left_the_retry_is_refused_like_a_submission():
    job = failed()
    Device.objects.update(health=Health.RETIRED)
    with pytest.raises(Refused, match="no device"):
        retry(job=job, now=NOW)
    assert Job.objects.count() == 1


def test_what_was_asked_for_is_told_as_rest_takes_it():
    job = failed(submission=TextSubmissionFactory(batch=1, threads=2))
    assert body_of(job) == {
        "model": {
            "name": job.submission.model_name,
            "licence": "Apache-2.0",
            "family": "adder",
            "sha256": job.submission.artefact.sha256,
        },
        "benchmark": "addition",
        "device": job.device.slug,
        "options": {"batch": 1, "threads": 2},
    }
