"""GET /api/v1/jobs/{id}/events: a job while it happens, through a real server."""

import json
from contextlib import contextmanager
from itertools import islice
from unittest.mock import Mock

import httpx
import pytest
from django.db import transaction

from leaderboard.api import events, job_events
from leaderboard.protocol import HeartbeatRequest, LogChunk
from leaderboard.runs.attempts import heartbeat
from leaderboard.runs.models import Attempt, Job
from tests.api.helpers import person
from tests.api.serving import served
from tests.factories import DeviceFactory, JobFactory, SubmissionFactory
from tests.runs.helpers import NOW, claimed, later
from tests.runs.test_overdue import past


@pytest.fixture
def server(shared_database, monkeypatch):
    monkeypatch.setattr(events, "ASK_EVERY_S", 0.05)
    with served() as address, httpx.Client(base_url=address, timeout=20) as client:
        yield client


def path(job):
    return f"/api/v1/jobs/{job.uuid}/events"


@contextmanager
def watching(server, job, *, after="", headers=None):
    """Yield an iterator over (event, id, data)."""
    params = {"after": after} if after else {}
    with server.stream("GET", path(job), params=params, headers=headers or {}) as response:
        assert response.status_code == 200, response.read()
        assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        yield _parsed(response.iter_lines())


def _parsed(lines):
    event = {}
    for line in lines:
        if line:
            name, _, value = line.partition(": ")
            event[name] = value
        else:
            yield event["event"], event.get("id", ""), json.loads(event["data"])
            event = {}


def say(attempt, text):
    attempt.refresh_from_db()
    chunk = LogChunk(offset=len(attempt.log), text=text)
    request = HeartbeatRequest(claim_key=attempt.claim_key, phase="measuring", progress=0.5, log=chunk)
    heartbeat(agent=attempt.agent, attempt_id=attempt.uuid, request=request, now=NOW)


@transaction.atomic
def end(attempt):
    Attempt.objects.filter(pk=attempt.pk).update(state="done")
    Job.objects.filter(pk=attempt.job_id).update(state="published")


def everything(stream):
    """Return the log's lines and the states of a stream that ends."""
    told = list(stream)
    lines = [line["text"] for name, _, data in told if name == "log" for line in data["lines"]]
    return lines, [data["state"] for name, _, data in told if name == "state"], told[-1][0]


def owner(attempt):
    return person(attempt.job.submission.submitted_by)[1]


def test_a_job_is_told_as_it_is_then_as_it_changes_until_it_is_over(server):
    attempt = claimed()
    with watching(server, attempt.job, headers=owner(attempt)) as stream:
        assert next(stream)[2]["state"] == "running"
        say(attempt, "loading\nread")
        # A heartbeat writes progress and log one after the other.
        told = {}
        while told.keys() != {"log", "state"}:
            name, _, data = next(stream)
            if name != "ping":
                told[name] = data
        assert told["log"] == {"first": 1, "lines": [{"attempt": 1, "text": "loading"}]}
        assert told["state"]["progress"] == 0.5
        end(attempt)
        assert everything(stream) == (["read"], ["published"], "end")


def test_a_state_is_the_answer_of_the_job_itself(server):
    job = JobFactory()
    with watching(server, job) as stream:
        assert next(stream)[2] == server.get(f"/api/v1/jobs/{job.uuid}").json()


def test_a_job_that_becomes_late_is_told_once_though_nothing_else_changes(server, monkeypatch):
    device = DeviceFactory()
    past(device, waited_s=100)
    job = JobFactory(device=device, state_since=NOW)
    clock = Mock(return_value=later(seconds=200))
    monkeypatch.setattr(events, "database_now", clock)
    monkeypatch.setattr(events, "PING_EVERY_S", 0.1)
    with watching(server, job) as stream:
        states = (data for name, _, data in stream if name == "state")
        assert next(states)["overdue"] is None
        clock.return_value = later(seconds=201)
        assert next(states)["overdue"] == {
            "step": "waiting",
            "since": f"{NOW:%Y-%m-%dT%H:%M:%SZ}",
            "late_at": f"{later(seconds=200):%Y-%m-%dT%H:%M:%SZ}",
            "expected_s": 100,
            "n": 4,
        }
        clock.return_value = later(seconds=220)
        assert [name for name, _, _ in islice(stream, 4)] == ["ping"] * 4


@pytest.mark.parametrize("lines_read", [0, 1, 2, 3, 4])
def test_whoever_comes_back_misses_no_line_and_reads_none_twice(server, lines_read):
    attempt = claimed()
    say(attempt, "".join(f"line {number}\n" for number in range(1, 4)))
    end(attempt)
    known = f"x.{lines_read}"
    with watching(server, attempt.job, headers=owner(attempt) | {"Last-Event-ID": known}, after="y.0") as stream:
        lines, states, last = everything(stream)
    # A fourth line was never there, so its reader has another log in mind, and is told this one whole.
    assert lines == [f"line {number}" for number in range(lines_read % 4 + 1, 4)]
    assert (states, last) == (["published"], "end")


def test_a_state_that_is_known_is_not_told_again(server):
    attempt = claimed()
    with watching(server, attempt.job) as stream:
        _, known, _ = next(stream)
    with watching(server, attempt.job, after=known) as stream:
        end(attempt)
        assert next(stream)[2]["state"] == "published"


@pytest.mark.parametrize("cursor", ["nonsense", "a.-1", "a.1.1", "ä.1", "." * 10_000, "a.9" + "9" * 50])
def test_a_cursor_that_is_none_starts_from_the_beginning(server, cursor):
    attempt = claimed()
    say(attempt, "one\n")
    end(attempt)
    with watching(server, attempt.job, after=cursor, headers=owner(attempt)) as stream:
        assert everything(stream) == (["one"], ["published"], "end")


def test_the_log_is_told_to_its_owner_and_staff_alone(server):
    attempt = claimed()
    say(attempt, "secret\n")
    end(attempt)
    for headers in ({}, person()[1]):
        with watching(server, attempt.job, headers=headers) as stream:
            assert everything(stream) == ([], ["published"], "end")
    user, staff = person()
    user.is_staff = True
    user.save()
    with watching(server, attempt.job, headers=staff) as stream:
        assert everything(stream)[0] == ["secret"]


def test_a_private_job_is_watched_by_its_owner_and_staff_alone(server):
    attempt = claimed(job=JobFactory(submission=SubmissionFactory(private=True), state="running"))
    end(attempt)
    for headers in ({}, person()[1]):
        refused = server.get(path(attempt.job), headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (404, "unknown_job")
    with watching(server, attempt.job, headers=owner(attempt)) as stream:
        assert everything(stream)[1:] == (["published"], "end")


def test_a_reader_who_is_signed_in_needs_no_token(server, client):
    attempt = claimed()
    say(attempt, "mine\n")
    end(attempt)
    client.force_login(attempt.job.submission.submitted_by)
    cookie = {"Cookie": f"sessionid={client.cookies['sessionid'].value}"}
    with watching(server, attempt.job, headers=cookie) as stream:
        assert everything(stream)[0] == ["mine"]


def test_a_stream_that_has_nothing_to_tell_shows_that_it_lives(server, monkeypatch):
    monkeypatch.setattr(events, "PING_EVERY_S", 0.1)
    with watching(server, JobFactory()) as stream:
        # On a busy machine a ping may come before there is an answer.
        told = [next(stream)]
        while told[-1][0] != "ping" or "state" not in {name for name, _, _ in told}:
            told.append(next(stream))
        assert {name for name, _, _ in told} == {"state", "ping"}
        assert told[-1] == ("ping", "", {})


def test_a_stream_ends_in_time_and_its_place_is_free_again(server, monkeypatch):
    monkeypatch.setattr(events, "LONGEST_S", 0.3)
    monkeypatch.setattr(events, "MOST_WATCHERS", 1)
    job = JobFactory()
    with watching(server, job) as stream:
        next(stream)
        refused = server.get(path(job))
        assert (refused.status_code, refused.json()["code"]) == (503, "too_many_watchers")
        assert list(stream) == []
    with watching(server, job) as stream:
        assert next(stream)[0] == "state"


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [({"Authorization": "Bearer wrong"}, 401, "not_signed_in"), ({}, 404, "unknown_job")],
)
def test_what_cannot_be_watched_is_a_problem(server, headers, status, code):
    refused = server.get("/api/v1/jobs/00000000-0000-4000-8000-000000000000/events", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert refused.headers["Content-Type"] == "application/problem+json"


def test_many_lines_come_in_pieces(server, monkeypatch):
    monkeypatch.setattr(job_events, "MOST_LINES", 2)
    attempt = claimed()
    say(attempt, "1\n2\n3\n4\n5")
    end(attempt)
    with watching(server, attempt.job, headers=owner(attempt)) as stream:
        told = [data["first"] for name, _, data in stream if name == "log"]
    assert told == [1, 3, 5]


def test_a_server_that_holds_no_stream_open_tells_what_there_is(client, shared_database):
    attempt = claimed()
    say(attempt, "one\n")
    response = client.get(path(attempt.job), headers=owner(attempt))
    told = list(_parsed(response.text.splitlines()))
    assert [(name, cursor.partition(".")[2]) for name, cursor, _ in told] == [("log", "1"), ("state", "1")]
    assert client.get(path(attempt.job), {"after": told[-1][1]}, headers=owner(attempt)).text == ""
