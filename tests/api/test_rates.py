"""How many calls and jobs are left: said on every answer to a token, and held to."""

from datetime import UTC, datetime, timedelta

import pytest

from leaderboard.accounts.limits import CALLS
from leaderboard.runs.models import Job
from tests.api.helpers import assert_problem, person, send
from tests.factories import ArtefactFactory, BenchmarkFactory, DeviceFactory, JobFactory, SubmissionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return UserFactory(username="ada")


@pytest.fixture
def limited(settings):
    settings.QUOTA = (3, timedelta(days=7))


def body():
    model = {"name": "mlp", "licence": "MIT", "sha256": ArtefactFactory().sha256}
    return {"model": model, "benchmark": "digits", "device": "lab-cpu"}


def test_rest_says_what_is_left_before_and_on_every_answer_to_a_token(client, user, limited):
    BenchmarkFactory()
    DeviceFactory(slug="lab-cpu")
    _, headers = person(user)
    asked = body()
    dry = send(client, "POST", "/api/v1/submissions?dry_run=1", asked, headers)
    assert dry.json()["quota"] == {"limit": 3, "within_s": 604800, "used": 0, "waiting": 0, "left": 3, "free_at": None}
    assert dry["RateLimit-Policy"] == f'"calls";q={CALLS.most};w=60, "jobs";q=3;w=604800'
    for left in (2, 1, 0):
        answer = send(client, "POST", "/api/v1/submissions", asked, headers)
        assert f'"jobs";r={left}' in answer["RateLimit"]
    refused = send(client, "POST", "/api/v1/submissions", asked, headers)
    problem = assert_problem(refused, 422, "quota_used")
    assert "3 wait" in problem["errors"][0]["message"]
    assert '"jobs";r=0' in refused["RateLimit"]
    for path, status in (
        ("/api/v1/jobs", 200),
        (f"/api/v1/jobs/{Job.objects.first().uuid}", 200),
        ("/api/v1/nothing", 404),
    ):
        answer = send(client, "GET", path, headers=headers)
        assert answer.status_code == status
        assert ("RateLimit" in answer) is (status == 200)
    assert "RateLimit" not in client.get("/api/v1/devices")


def test_calls_that_change_something_are_counted_and_one_too_many_waits(client, user, monkeypatch):
    monkeypatch.setattr("leaderboard.api.rates.CALLS", type(CALLS)("calls: test", 2, timedelta(minutes=1)))
    _, headers = person(user)
    job = JobFactory(submission=SubmissionFactory(submitted_by=user))
    for left in (1, 0):
        assert (
            f'"calls";r={left};t='
            in send(client, "POST", f"/api/v1/jobs/{job.uuid}/cancel", headers=headers)["RateLimit"]
        )
    refused = send(client, "POST", f"/api/v1/jobs/{job.uuid}/cancel", headers=headers)
    assert_problem(refused, 429, "too_many_calls")
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert send(client, "GET", "/api/v1/jobs", headers=headers).status_code == 200
    _, others = person()
    assert send(client, "POST", f"/api/v1/jobs/{job.uuid}/cancel", headers=others).status_code == 403


def test_who_waits_as_long_as_the_answer_says_has_room(client, user, monkeypatch, time_machine):
    monkeypatch.setattr("leaderboard.api.rates.CALLS", type(CALLS)("calls: test", 1, timedelta(minutes=1)))
    monkeypatch.setattr("leaderboard.api.rates.database_now", lambda: datetime.now(UTC))
    _, headers = person(user)
    job = JobFactory(submission=SubmissionFactory(submitted_by=user))
    begin = datetime(2026, 11, 28, 12, tzinfo=UTC)

    def cancel(after_s):
        time_machine.move_to(begin + timedelta(seconds=after_s), tick=False)
        return send(client, "POST", f"/api/v1/jobs/{job.uuid}/cancel", headers=headers)

    assert cancel(0).status_code == 200
    refused = cancel(9.7)
    assert refused["Retry-After"] == "51"
    assert cancel(9.7 + 51).status_code == 200
