"""Private jobs and entries: their owner and staff see them; for everybody else there are none until they are public."""

import json
import re
from uuid import UUID

import pytest
from django.http import QueryDict
from django.test import Client

from frontend.present.submit_prefill import prefilled
from frontend.present.submit_review import body_of
from frontend.urls import urlpatterns
from leaderboard.boards.changes import changelog
from leaderboard.boards.models import Board, Entry
from leaderboard.boards.publishing import make_public
from leaderboard.boards.services import score_result
from leaderboard.boards.short_ids import short_id
from leaderboard.clock import database_now
from leaderboard.runs.models import Job
from leaderboard.runs.retrying import retry
from leaderboard.runs.states import JobState
from leaderboard.submissions.models import Submission
from leaderboard.submissions.requests import SubmissionRequest
from tests.api.helpers import assert_problem, person, send
from tests.boards.test_trace_view import published
from tests.factories import (
    AgentFactory,
    ArtefactFactory,
    BenchmarkFactory,
    BoardFactory,
    DeviceFactory,
    JobFactory,
    PriceFactory,
    SubmissionFactory,
    UserFactory,
    make_result,
    publish_entry,
)
from tests.runs.helpers import claimed, memory_broker

pytestmark = pytest.mark.django_db
NAME = "Secret-Sauce"
CHARTS = tuple(f"/{name}.csv" for name in ("trace", "windows", "latencies", "energies", "repeats"))


@pytest.fixture(autouse=True)
def rings(monkeypatch):
    return memory_broker(monkeypatch)


@pytest.fixture
def owner():
    return UserFactory(username="owner")


@pytest.fixture
def submission(owner):
    PriceFactory()
    board = BoardFactory()
    values = {"benchmark": board.benchmark, "model_name": NAME, "model_slug": "secret-sauce"}
    return SubmissionFactory(private=True, submitted_by=owner, **values)


@pytest.fixture
def entry(submission):
    return published(job=JobFactory(submission=submission, state=JobState.VERIFYING))


def web(user=None):
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def asked(client, path):
    """The trace is a file: read to its end it is closed, and closed by hand it would close the database too."""
    answer = client.get(path)
    if answer.streaming:
        b"".join(answer)
    return answer


def status_of(client, path):
    return asked(client, path).status_code


def paths_of(entry):
    job = entry.job.uuid
    entries = (f"/entries/{entry.uuid}", f"/entries/{short_id(entry.uuid)}")
    tails = ("/", ".json", "/items/", "/items.json", "/items.csv", "/trace.parquet", *CHARTS)
    calls = (f"/api/v1/jobs/{job}", f"/api/v1/jobs/{job}/events", f"/api/v1/entries/{entry.uuid}")
    pages = (*(f"{entries[0]}{tail}" for tail in tails), f"{entries[1]}/", f"{entries[1]}.json")
    return (*pages, f"/jobs/{job}/", f"/jobs/{job}.json", *calls)


def test_a_private_job_and_its_entry_are_there_for_their_owner_and_staff_alone(entry, owner):
    others = (None, UserFactory())
    theirs = (owner, UserFactory(is_staff=True))
    for path in paths_of(entry):
        for user in others:
            assert status_of(web(user), path) == 404, (path, user)
        for user in theirs:
            answer = asked(web(user), path)
            assert answer.status_code == 200, (path, user)
            assert "no-store" in answer["Cache-Control"], path


def test_no_address_of_an_entry_or_a_job_answers_somebody_else(entry):
    """Also one that is added later."""
    found = [str(one.pattern) for one in urlpatterns if str(one.pattern).startswith(("entries/<", "jobs/<"))]
    assert len(found) > 15
    for pattern in found:
        uuid = entry.uuid if pattern.startswith("entries/") else entry.job.uuid
        path = "/" + pattern.replace("<uuid:uuid>", str(uuid)).replace("<slug:name>", short_id(uuid))
        assert "<" not in path
        answer = web(UserFactory()).get(path)
        assert answer.status_code in {404, 405}, path


def test_somebody_else_can_neither_cancel_retry_nor_publish_what_is_private(submission):
    job = JobFactory(submission=submission)
    _, headers = person()
    for verb in ("cancel", "retry", "publish"):
        assert_problem(send(Client(), "POST", f"/api/v1/jobs/{job.uuid}/{verb}", headers=headers), 404, "unknown_job")
        assert web(UserFactory()).post(f"/jobs/{job.uuid}/{verb}/").status_code == 404
    assert_problem(send(Client(), "GET", f"/api/v1/jobs/{job.uuid}/log", headers=headers), 404, "unknown_job")
    job.refresh_from_db()
    assert (job.cancel_requested_at, job.submission.private) == (None, True)


def test_nothing_public_names_a_private_model(entry, submission, owner):
    device = DeviceFactory(slug="lab", agent=AgentFactory(last_seen_at=database_now()))
    claimed(job=JobFactory(submission=submission, device=device, state=JobState.RUNNING))
    JobFactory(submission=submission, device=device)
    slug = entry.benchmark.slug
    paths = [
        "/", "/boards/", f"/boards/{slug}/", f"/boards/{slug}.json", f"/boards/{slug}.csv", f"/boards/{slug}.svg",
        f"/boards/{slug}/frontier/", f"/boards/{slug}/frontier.json", f"/boards/{slug}/about/",
        f"/boards/{slug}/explore/",
        "/models/", "/models.json", "/queue/", "/queue.json", "/status/", "/status.json", "/changelog/",
        f"/choose/?board={slug}",
        f"/compare/?e={entry.uuid}", f"/compare.json?e={entry.uuid}", "/devices/", "/devices/lab/", "/devices/lab.json",
        f"/devices/{entry.device.slug}/", f"/api/v1/boards/{slug}",
    ]  # fmt: skip
    for user in (None, UserFactory()):
        for path in paths:
            answer = web(user).get(path)
            assert answer.status_code == 200, path
            said = answer.content.decode().replace(f"e={entry.uuid}", "")
            for word in (NAME, "secret-sauce", "owner", str(entry.job.uuid)):
                assert word.lower() not in said.lower(), (path, word)
    assert web().get("/models/secret-sauce/").status_code == 404
    assert changelog(1).total == 0
    assert not Board.objects.get(benchmark=entry.benchmark).rows.exists()


def test_the_queue_says_that_a_private_job_is_there(submission):
    device = DeviceFactory(agent=AgentFactory(last_seen_at=database_now()))
    claimed(job=JobFactory(submission=submission, device=device, state=JobState.RUNNING))
    JobFactory(submission=submission, device=device)
    record = web().get("/queue.json").json()
    for row in (*record["waiting"], *record["running"]):
        assert [row[name] for name in ("id", "model", "by")] == [None, None, None]
    assert (len(record["waiting"]), len(record["running"])) == (1, 1)
    for path, count in (("/queue/", 2), ("/status/", 1), (f"/devices/{device.slug}/", 1)):
        assert web().get(path).text.count("A private job") == count


def test_a_private_entry_stands_beside_nothing_public_of_its_model(submission, entry):
    public = SubmissionFactory(model_name=NAME, model_slug="secret-sauce", benchmark=entry.benchmark)
    shown = publish_entry(job=JobFactory(submission=public, state=JobState.VERIFYING))
    page = web().get("/models/secret-sauce/").text
    assert str(shown.uuid)[:13] in page
    assert str(entry.uuid)[:13] not in page
    assert submission.artefact.sha256 not in page


def test_a_short_id_tells_nobody_of_a_private_entry(entry, owner):
    """Neither what it is short for, nor that a public one that begins alike is not the only one."""
    for path in (f"/compare/?e={short_id(entry.uuid)}", f"/compare.json?e={short_id(entry.uuid)}"):
        assert str(entry.uuid) not in web().get(path).text
    beside = publish_entry(job=JobFactory(submission=SubmissionFactory(benchmark=entry.benchmark)))
    Entry.objects.filter(pk=beside.pk).update(uuid=UUID(int=entry.uuid.int ^ 1))
    short = f"/entries/{short_id(entry.uuid)}/"
    for user in (None, UserFactory()):
        assert status_of(web(user), short) == 200
    assert status_of(web(owner), short) == 404


def test_what_is_private_fills_in_the_form_of_its_owner_alone(entry, submission, owner):
    path = f"/submit/?job={entry.job.uuid}&model=secret-sauce"
    assert NAME in web(owner).get(path).text
    theirs = web(UserFactory()).get(path).text
    assert NAME not in theirs
    assert theirs.count("it was left out") == 2
    stranger = UserFactory()
    submission.artefact.uploaded_by = stranger
    submission.artefact.save()
    assert NAME not in web(stranger).get("/submit/").text


def test_what_is_private_is_asked_for_once_more_as_private(entry, owner):
    """By each way that its owner is shown: nothing of it becomes public for a word that was left out."""
    client = web(owner)
    told = client.get(f"/entries/{entry.uuid}.json").json()["reproduce"]
    assert told["body"]["private"] is True
    assert "--private" in told["command"].split()
    for query in (f"job={entry.job.uuid}", "model=secret-sauce", f"model=secret-sauce&board={entry.benchmark.slug}"):
        assert prefilled(QueryDict(query), by=owner).body["private"] is True
    make_public(submission=entry.submission, by=owner, now=database_now())
    told = client.get(f"/entries/{entry.uuid}.json").json()["reproduce"]
    assert "private" not in json.dumps(told)
    assert "private" not in prefilled(QueryDict("model=secret-sauce"), by=owner).body


def test_its_owner_reads_what_it_is_and_makes_it_public_for_good(entry, owner):
    client = web(owner)
    page = client.get(f"/entries/{entry.uuid}/").text
    assert "This entry is private." in page
    assert f'action="/jobs/{entry.job.uuid}/publish/"' in page
    assert "Somebody doubts" not in page
    assert "kept private" in client.get("/jobs/").text
    job = client.get(f"/jobs/{entry.job.uuid}/").text
    assert "only its submitter and staff see it" in job
    assert client.post(f"/jobs/{entry.job.uuid}/publish/").status_code == 302
    for path in paths_of(entry):
        assert status_of(web(), path) == 200, path
    assert [line.kind for line in changelog(1).lines] == ["published"]
    assert changelog(1).lines[0].by == "owner"
    assert NAME in web().get(f"/boards/{entry.benchmark.slug}/").text
    assert "publish/" not in client.get(f"/jobs/{entry.job.uuid}/").text
    client.post(f"/jobs/{entry.job.uuid}/publish/")
    assert changelog(1).total == 1


def test_staff_decides_about_an_entry_from_when_it_is_public(entry):
    client = web(UserFactory(is_staff=True))
    assert "/moderate/" not in client.get(f"/entries/{entry.uuid}/").text
    said = {"decision": "retracted", "reason": "No."}
    assert client.post(f"/entries/{entry.uuid}/moderate/", said).status_code == 422
    client.post(f"/jobs/{entry.job.uuid}/publish/")
    assert "/moderate/" in client.get(f"/entries/{entry.uuid}/").text


def test_somebody_else_may_not_make_a_public_job_public(owner):
    job = JobFactory(submission=SubmissionFactory(submitted_by=owner))
    _, headers = person()
    assert web(UserFactory()).post(f"/jobs/{job.uuid}/publish/").status_code == 403
    assert_problem(send(Client(), "POST", f"/api/v1/jobs/{job.uuid}/publish", headers=headers), 403, "not_yours")


def test_what_is_made_public_before_it_is_measured_is_published_like_every_other(submission, owner):
    result = make_result(job=JobFactory(submission=submission, state=JobState.VERIFYING))
    make_public(submission=submission, by=owner, now=database_now())
    entry = score_result(result=result, now=database_now())
    assert entry.status == Entry.Status.PUBLISHED
    assert Board.objects.get(benchmark=entry.benchmark).rows.filter(entry=entry).exists()


def test_a_private_job_that_waits_has_no_publication_ahead(submission, owner):
    job = JobFactory(submission=submission)
    assert "Verifying, Measured." in web(owner).get(f"/jobs/{job.uuid}/").text


def test_a_retry_of_a_private_job_is_private(submission, owner):
    submission.artefact = ArtefactFactory()
    job = JobFactory(submission=submission, state=JobState.CANCELLED)
    made = retry(job=job, now=database_now())
    assert made.submission.private
    assert web(UserFactory()).get(f"/jobs/{made.uuid}/").status_code == 404


def test_rest_takes_and_tells_private(owner):
    BenchmarkFactory()
    DeviceFactory(slug="lab-cpu")
    _, headers = person(owner)
    model = {"name": NAME, "licence": "MIT", "sha256": ArtefactFactory().sha256}
    body = {"model": model, "benchmark": "digits", "device": "lab-cpu", "private": True}
    key = {"Idempotency-Key": "once"}
    answer = send(Client(), "POST", "/api/v1/submissions", body, {**headers, **key})
    assert answer.status_code == 201, answer.text
    assert Submission.objects.get().private
    job = Job.objects.get().uuid
    assert send(Client(), "GET", f"/api/v1/jobs/{job}", headers=headers).json()["private"] is True
    again = send(Client(), "POST", "/api/v1/submissions", {**body, "private": False}, {**headers, **key})
    assert_problem(again, 422, "idempotency_key_reused")
    told = send(Client(), "POST", f"/api/v1/jobs/{job}/publish", headers=headers)
    assert told.json()["private"] is False
    assert Client().get(f"/jobs/{job}/").status_code == 200


def test_the_form_asks_who_may_see_it_and_the_review_says_so(owner):
    BenchmarkFactory()
    DeviceFactory(slug="lab-cpu", cores=4)
    client = web(owner)
    sha256 = ArtefactFactory(uploaded_by=owner).sha256
    named = {"model.name": NAME, "model.licence": "MIT", "source": "known", "model.sha256": sha256}
    draft = client.post("/submit/", named)["Location"].removesuffix("benchmark/")
    client.post(f"{draft}benchmark/", {"benchmark": "digits"})
    client.post(f"{draft}device/", {"place": "device:lab-cpu"})
    options = {"options.batch": "1", "options.threads": "1"}
    client.post(f"{draft}options/", {**options, "visibility": "private"})
    assert re.search(r'value="private" checked', client.get(f"{draft}options/").text)
    review = client.get(f"{draft}review/").text
    assert "you and staff, until you make it public" in review
    assert "--private" in review
    assert "&quot;private&quot;: true" in review
    client.post(f"{draft}options/", {**options, "visibility": "public"})
    assert "--private" not in client.get(f"{draft}review/").text
    client.post(f"{draft}options/", {**options, "visibility": "private"})
    assert client.post(f"{draft}review/").status_code == 302
    assert Submission.objects.get().private


def test_the_body_of_rest_says_private_only_where_it_is():
    model = {"name": NAME, "licence": "MIT", "sha256": "0" * 64}
    for private in (False, True):
        wanted = SubmissionRequest(model=model, benchmark="digits", device="lab", private=private)
        assert json.loads(json.dumps(body_of(wanted))).get("private", False) is private
