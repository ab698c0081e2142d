"""GET /agent/v1/tickets and the limits on bodies, through a real server."""

import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest
from django.db import connection

from leaderboard.api import tickets
from leaderboard.catalog import blobs
from leaderboard.devices.models import Agent
from leaderboard.queue.broker import ring_agent
from leaderboard.queue.models import Ticket
from tests.api.helpers import armed, person
from tests.api.serving import served
from tests.catalog.models import bytes_of, linear
from tests.factories import AgentFactory, ArtefactFactory, JobFactory, SubmissionFactory
from tests.runs.helpers import claimed


@pytest.fixture
def server(shared_database):
    with served() as address, httpx.Client(base_url=address, timeout=40) as client:
        yield client


@pytest.fixture
def machine(shared_database):
    """An agent, and the headers of its calls."""
    agent = AgentFactory()
    return agent, armed(agent)


def _poll(server, headers, wait=5):
    began = time.monotonic()
    response = server.get("/agent/v1/tickets", params={"wait": wait}, headers=headers)
    return response, time.monotonic() - began


def _ring(agent, attempt="a"):
    ring_agent(queue=agent.queue_name, attempt_id=attempt)


def test_a_ticket_that_waits_is_handed_out_at_once(server, machine):
    agent, headers = machine
    _ring(agent)
    response, _ = _poll(server, headers)
    assert response.status_code == 200
    assert json.loads(response.json()["message"])["headers"]["id"] == "a"
    assert response.json()["server_time"]


def test_a_ticket_that_comes_later_is_delivered_within_a_second(server, machine):
    agent, headers = machine
    rung = []

    def ring_soon():
        time.sleep(0.6)
        rung.append(time.monotonic())
        _ring(agent)
        connection.close()

    threading.Thread(target=ring_soon).start()
    response, _ = _poll(server, headers)
    assert response.status_code == 200
    assert time.monotonic() - rung[0] < 1


def test_with_no_ticket_in_time_there_is_no_content(server, machine):
    response, seconds = _poll(server, machine[1], wait=1)
    assert (response.status_code, response.content) == (204, b"")
    assert seconds >= 0.9


@pytest.mark.parametrize("wait", ["0", "x", "", "-5", "\u00b2"])
def test_whatever_the_wait_a_ticket_that_is_there_is_handed_out(server, machine, wait):
    agent, headers = machine
    _ring(agent)
    assert server.get("/agent/v1/tickets", params={"wait": wait}, headers=headers).status_code == 200


def test_a_poll_is_a_sign_of_life(server, machine):
    agent, headers = machine
    Agent.objects.update(last_seen_at=None)
    _poll(server, headers, wait=1)
    agent.refresh_from_db()
    assert agent.last_seen_at is not None


@pytest.mark.parametrize(
    "changes, status, code",
    [
        ({"Authorization": "Bearer wrong"}, 401, "not_signed_in"),
        ({"Authorization": ""}, 401, "not_signed_in"),
        ({"Authorization": "Basic eDp5"}, 401, "not_signed_in"),
        ({"Perwatt-Epoch": "1"}, 409, "superseded"),
        ({"Perwatt-Epoch": "9999999999"}, 400, "no_session"),
        ({"Perwatt-Epoch": ""}, 400, "no_session"),
        ({"Perwatt-Epoch": b"\xb2"}, 400, "no_session"),
    ],
)
def test_who_may_not_poll_hears_why(server, machine, changes, status, code):
    response = server.get("/agent/v1/tickets", headers=machine[1] | changes)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.headers["Content-Type"] == "application/problem+json"


def test_a_newer_poll_sends_the_older_home(server, machine):
    agent, headers = machine
    with ThreadPoolExecutor() as pool:
        older = pool.submit(_poll, server, headers, 20)
        time.sleep(0.5)
        newer = pool.submit(_poll, server, headers, 20)
        response, seconds = older.result(timeout=10)
        assert (response.status_code, seconds < 5) == (204, True)
        _ring(agent)
        assert newer.result(timeout=10)[0].status_code == 200


def test_a_caller_that_went_away_does_not_take_the_ticket_along(server, machine):
    agent, headers = machine
    with pytest.raises(httpx.ReadTimeout):
        server.get("/agent/v1/tickets", params={"wait": 20}, headers=headers, timeout=0.5)
    time.sleep(0.5)
    _ring(agent)
    time.sleep(0.5)
    assert Ticket.objects.get().visible_at is None
    assert _poll(server, headers)[0].status_code == 200


def test_fifty_who_wait_cost_one_question_a_round(server, monkeypatch):
    questions = []
    real = tickets.hand_out

    def counted(**values):
        questions.append(len(values["queues"]))
        return real(**values)

    monkeypatch.setattr(tickets, "hand_out", counted)
    machines = [(agent, armed(agent)) for agent in AgentFactory.create_batch(50)]
    limits = httpx.Limits(max_connections=60)
    with httpx.Client(base_url=server.base_url, timeout=40, limits=limits) as client, ThreadPoolExecutor(50) as pool:
        began = time.monotonic()
        polls = [pool.submit(_poll, client, headers, 10) for _, headers in machines]
        while max(questions, default=0) < 50:
            assert time.monotonic() - began < 9
            time.sleep(0.05)
        for agent, _ in machines:
            _ring(agent, str(agent.uuid))
        ids = {json.loads(poll.result()[0].json()["message"])["headers"]["id"] for poll in polls}
        rounds = (time.monotonic() - began) / tickets.ASK_EVERY_S

    assert ids == {str(agent.uuid) for agent, _ in machines}
    assert len(questions) <= rounds + 2


def test_a_database_that_fails_once_costs_one_round(server, machine, monkeypatch):
    agent, headers = machine
    real, failures = tickets.hand_out, [RuntimeError("gone for a moment")]

    def flaky(**values):
        if failures:
            raise failures.pop()
        return real(**values)

    monkeypatch.setattr(tickets, "hand_out", flaky)
    _ring(agent)
    assert _poll(server, headers)[0].status_code == 200


def test_another_method_on_the_poll_is_refused_as_a_problem(server, machine):
    response = server.post("/agent/v1/tickets", headers=machine[1])
    assert response.status_code in {404, 405}
    assert response.headers["Content-Type"] == "application/problem+json"


# --- bodies


def _raw(server, head):
    """Send a request's head and no body; return the answer's status and body."""
    parts = urlsplit(str(server.base_url))
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as wire:
        wire.sendall(head.replace("\n", "\r\n").encode())
        answer = b""
        while b"}" not in answer:
            piece = wire.recv(65536)
            if not piece:
                break
            answer += piece
    return int(answer.split()[1]), answer


@pytest.mark.parametrize(
    "path, length, status",
    [
        ("/api/v1/artefacts", 10**12, 413),
        ("/api/v1/submissions", 100 * 1024**2, 413),
        ("/agent/v1/sync", 100 * 1024**2, 413),
        ("/account/login/", 100 * 1024**2, 413),
    ],
)
def test_a_body_that_is_too_large_is_refused_before_it_is_read(server, path, length, status):
    got, answer = _raw(server, f"POST {path} HTTP/1.1\nHost: 127.0.0.1\nContent-Length: {length}\n\n")
    assert got == status
    assert b"too_large" in answer


def test_a_body_without_a_length_is_refused(server):
    head = "POST /api/v1/artefacts HTTP/1.1\nHost: 127.0.0.1\nTransfer-Encoding: chunked\n\n"
    status, answer = _raw(server, head)
    assert status == 411
    assert b"length_required" in answer


def test_a_model_is_uploaded_and_fetched_through_the_server(server):
    content = bytes_of(linear())
    answer = server.post("/api/v1/artefacts", content=content, headers=person()[1])
    assert answer.status_code == 201
    assert server.post("/api/v1/artefacts", content=b"x" * 100, headers=person()[1]).status_code == 422


def test_a_large_file_comes_to_the_agent_whole(server):
    stored = blobs.store([bytes(range(256)) * 4096] * 3, limit=10**8)
    attempt = claimed(job=JobFactory(submission=SubmissionFactory(artefact=ArtefactFactory(sha256=stored.sha256))))
    response = server.get(f"/agent/v1/blobs/{stored.sha256}", headers=armed(attempt.agent))
    assert response.status_code == 200
    assert response.headers["Content-Length"] == str(stored.size_bytes)
    assert response.content == bytes(range(256)) * 4096 * 3
