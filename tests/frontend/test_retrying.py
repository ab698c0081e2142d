"""Retry on a job's page: where it is offered, what a press does, and the form that is filled in already."""

import pytest
from django.test import Client

from leaderboard.devices.models import Device, Health
from leaderboard.runs.models import Job
from leaderboard.runs.states import JobState
from tests.factories import JobFactory, SubmissionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def job():
    return JobFactory(state=JobState.FAILED, code="lost", submission=SubmissionFactory(batch=4, threads=2))


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_one_press_or_two_lead_to_the_same_new_job_and_each_page_names_the_other(job):
    client = signed_in(job.submission.submitted_by)
    assert "Change and retry" in client.get(f"/jobs/{job.uuid}/").content.decode()
    first, second = (client.post(f"/jobs/{job.uuid}/retry/") for _ in range(2))
    made = Job.objects.get(retry_of=job)
    assert first.url == second.url == f"/jobs/{made.uuid}/"
    before = client.get(f"/jobs/{job.uuid}/").content.decode()
    assert f'href="/jobs/{made.uuid}/"' in before
    assert "Change and retry" not in before
    assert f'href="/jobs/{job.uuid}/"' in Client().get(first.url).content.decode()


def test_nobody_else_is_offered_it_or_may_do_it(job):
    client = signed_in(UserFactory())
    assert "/retry/" not in client.get(f"/jobs/{job.uuid}/").content.decode()
    assert client.post(f"/jobs/{job.uuid}/retry/").status_code == 403
    assert Client().post(f"/jobs/{job.uuid}/retry/").status_code == 302
    assert not Job.objects.filter(retry_of=job).exists()
    assert client.post("/jobs/00000000-0000-4000-8000-000000000001/retry/").status_code == 404


def test_for_invalid_input_only_a_change_is_offered(job):
    Job.objects.update(code="cannot_load")
    html = signed_in(job.submission.submitted_by).get(f"/jobs/{job.uuid}/").content.decode()
    assert "/retry/" not in html
    assert "Change and submit again" in html
    assert "The same inputs would end the same way." in html


def test_what_cannot_be_retried_any_more_is_said_on_the_page(job):
    Device.objects.update(health=Health.RETIRED)
    client = signed_in(job.submission.submitted_by)
    html = client.post(f"/jobs/{job.uuid}/retry/", follow=True).content.decode()
    assert "It was not retried." in html
    assert not Job.objects.filter(retry_of=job).exists()


def test_the_form_is_filled_in_with_what_was_asked_for(job):
    client = signed_in(job.submission.submitted_by)
    html = client.get(f"/submit/?job={job.uuid}").content.decode()
    assert f'value="{job.submission.model_name}"' in html
    fields = {"job": str(job.uuid), "source": "known", "model.sha256": job.submission.artefact.sha256}
    fields |= {"model.name": "changed", "model.licence": "MIT"}
    begun = client.post("/submit/", fields)
    options = client.get(begun.url.replace("/benchmark/", "/options/")).content.decode()
    assert 'value="4"' in options
    review = client.get(begun.url.replace("/benchmark/", "/review/")).content.decode()
    assert job.device.slug in review


@pytest.mark.parametrize("text", ["nothing", "00000000-0000-4000-8000-000000000001", "\0"])
def test_a_job_that_is_none_is_left_out_and_named(text):
    html = signed_in(UserFactory()).get("/submit/", {"job": text}).content.decode()
    assert "it was left out" in html
