"""Where one stands with a quota: before a job, among one's jobs, and at each of them."""

from datetime import timedelta

import pytest
from django.test import Client

from leaderboard.accounts.limits import CALLS
from leaderboard.clock import database_now
from leaderboard.protocol import Code
from leaderboard.runs.models import Job
from leaderboard.runs.states import AttemptState, JobState
from tests.factories import (
    ArtefactFactory,
    AttemptFactory,
    BenchmarkFactory,
    DeviceFactory,
    JobFactory,
    SubmissionFactory,
    UserFactory,
)
from tests.runs.helpers import memory_broker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rings(monkeypatch):
    return memory_broker(monkeypatch)


@pytest.fixture(autouse=True)
def limited(settings):
    settings.QUOTA = (2, timedelta(days=7))


@pytest.fixture
def user():
    return UserFactory()


@pytest.fixture
def web(user):
    client = Client()
    client.force_login(user)
    return client


def job_of(user, **values):
    return JobFactory(submission=SubmissionFactory(submitted_by=user), **values)


def measured(user, **values):
    job = job_of(user, state=JobState.PUBLISHED)
    AttemptFactory(job=job, state=AttemptState.DONE, measuring_since=database_now() - timedelta(days=1), **values)
    return job


def draft_of(web, user):
    BenchmarkFactory()
    DeviceFactory(slug="lab-cpu", cores=4)
    sha256 = ArtefactFactory(uploaded_by=user).sha256
    named = {"model.name": "mlp", "model.licence": "MIT", "source": "known", "model.sha256": sha256}
    draft = web.post("/submit/", named)["Location"].removesuffix("benchmark/")
    web.post(f"{draft}benchmark/", {"benchmark": "digits"})
    web.post(f"{draft}device/", {"place": "device:lab-cpu"})
    web.post(f"{draft}options/", {"options.batch": "1", "options.threads": "1"})
    return draft


def test_the_last_step_says_what_the_job_takes(web, user, settings):
    draft = draft_of(web, user)
    assert "takes 1 of 2 left (2 jobs a week), once its first measured run begins" in web.get(f"{draft}review/").text
    settings.QUOTA = None
    assert "Quota" not in web.get(f"{draft}review/").text


def test_one_too_many_is_refused_at_the_last_step_and_the_draft_stays(web, user):
    draft = draft_of(web, user)
    measured(user)
    job_of(user)
    page = web.get(f"{draft}review/").text
    assert "none is left: it would be refused" in page
    assert "There is room again at" in page
    refused = web.post(f"{draft}review/")
    assert refused.status_code == 422
    assert "/errors/quota_used/" in refused.text
    assert 'href="#quota"' in refused.text
    assert 'id="quota"' in refused.text
    assert Job.objects.count() == 2
    Job.objects.filter(state=JobState.QUEUED).update(state=JobState.CANCELLED)
    assert web.post(f"{draft}review/").status_code == 302


def test_my_jobs_say_what_is_left(web, user):
    measured(user)
    job_of(user)
    said = web.get("/jobs/").text
    assert "Your quota is 2 jobs a week: 1 was measured, 1 waits, 0 left. There is room again at" in said
    assert web.get("/jobs.json").json()["quota"]["left"] == 0


def test_the_reference_of_the_api_names_the_headers(client):
    page = client.get("/api/").text
    assert f"{CALLS.most} in a minute" in page
    assert "RateLimit-Policy" in page


def test_nobody_reads_of_a_quota_where_there_is_none(web, user, settings):
    settings.QUOTA = None
    job = measured(user)
    assert "quota" not in web.get("/jobs/").text.lower()
    assert "quota" not in web.get(f"/jobs/{job.uuid}/").text.lower()
    assert web.get("/jobs.json").json()["quota"] is None


def test_a_job_says_what_it_took_to_its_owner_alone(web, user):
    lost = job_of(user, state=JobState.FAILED, code=Code.LOST)
    AttemptFactory(job=lost, state=AttemptState.LOST, code=Code.LOST, measuring_since=database_now())
    said = {
        measured(user): "<dd>one of 2 jobs a week</dd>",
        job_of(user): "<dd>one of 2 jobs a week, once its first measured run begins</dd>",
        job_of(user, state=JobState.CANCELLED): "<dd>not counted: it ended before its first measured run</dd>",
        lost: "<dd>not counted: what ended it was not the model’s</dd>",
    }
    for job, words in said.items():
        assert words in web.get(f"/jobs/{job.uuid}/").text
        assert "Quota" not in Client().get(f"/jobs/{job.uuid}/").text


def test_a_job_that_no_quota_is_about_says_nothing_of_one(user):
    staff = UserFactory(is_staff=True)
    client = Client()
    client.force_login(staff)
    for job in (measured(staff), job_of(staff), job_of(user, purpose=Job.Purpose.REFERENCE)):
        assert "<dt>Quota</dt>" not in client.get(f"/jobs/{job.uuid}/").text
    assert "<dt>Quota</dt>" in client.get(f"/jobs/{measured(user).uuid}/").text
    assert {job["counts"] for job in client.get("/jobs.json").json()["jobs"]} == {None}
    assert client.get(f"/api/v1/jobs/{measured(staff).uuid}").json()["counts"] is None
    assert client.get(f"/api/v1/jobs/{measured(user).uuid}").json()["counts"] is True
