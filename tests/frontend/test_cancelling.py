import pytest
from django.test import Client

from leaderboard.runs.models import Job
from leaderboard.runs.states import JobState
from tests.factories import JobFactory, UserFactory

pytestmark = pytest.mark.django_db


def _signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_the_owner_of_a_waiting_job_cancels_it_from_its_page():
    job = JobFactory()
    client = _signed_in(job.submission.submitted_by)
    assert b"Cancel this job" in client.get(f"/jobs/{job.uuid}/").content
    assert client.post(f"/jobs/{job.uuid}/cancel/").status_code == 302
    assert Job.objects.get(pk=job.pk).state == JobState.CANCELLED
    assert b"Cancel this job" not in client.get(f"/jobs/{job.uuid}/").content


def test_nobody_else_is_offered_it_or_may_do_it():
    job = JobFactory()
    client = _signed_in(UserFactory())
    assert b"Cancel this job" not in client.get(f"/jobs/{job.uuid}/").content
    assert client.post(f"/jobs/{job.uuid}/cancel/").status_code == 403
    assert Client().post(f"/jobs/{job.uuid}/cancel/").status_code == 302
    assert Job.objects.get(pk=job.pk).state == JobState.QUEUED
