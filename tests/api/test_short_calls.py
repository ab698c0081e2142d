"""What agents send while they work, through a real server: answered as Django answers, whether or not one waits."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest

from leaderboard.runs.models import Attempt
from tests.api.helpers import armed
from tests.api.serving import served
from tests.runs.helpers import beat, claimed


@pytest.fixture
def server(shared_database):
    with served() as address, httpx.Client(base_url=address, timeout=20) as client:
        yield client


@pytest.fixture
def attempt(shared_database):
    return claimed()


def _path(attempt):
    return f"/agent/v1/attempts/{attempt.uuid}/heartbeat"


def _body(attempt, offset, text):
    return beat(attempt, offset=offset, text=text).model_dump_json().encode()


def _log(attempt):
    return Attempt.objects.values_list("log", flat=True).get(pk=attempt.pk)


def test_a_heartbeat_is_answered_and_kept(server, attempt):
    response = server.post(_path(attempt), content=_body(attempt, 0, "go"), headers=armed(attempt.agent))
    assert response.status_code == 200, response.text
    assert response.json()["log_offset"] == 2
    assert response.headers["X-Request-Id"]
    assert _log(attempt) == "go"


def test_a_call_that_is_refused_says_so_as_every_refusal_does(server, attempt):
    response = server.post(_path(attempt), content=b"{}")
    assert response.status_code == 401
    assert response.headers["Content-Type"] == "application/problem+json"
    assert (problem := response.json())["code"] == "not_signed_in"
    assert problem["request_id"] == response.headers["X-Request-Id"]
    assert server.post(f"{_path(attempt)}/no/such/call").status_code == 404


def test_many_agents_are_answered_at_once(server, attempt):
    others = [claimed() for _ in range(20)]
    headers = [armed(other.agent) for other in others]

    def call(other, its_headers):
        return httpx.post(
            str(server.base_url) + _path(other), content=_body(other, 0, "x"), headers=its_headers, timeout=20
        )

    with ThreadPoolExecutor(len(others)) as pool:
        answers = list(pool.map(call, others, headers))
    assert [answer.status_code for answer in answers] == [200] * len(others)


def test_what_was_sent_whole_is_kept_although_its_sender_hung_up(server, attempt):
    body, headers = _body(attempt, 0, "last words"), armed(attempt.agent)
    with _connection(server) as line:
        line.sendall(_head(attempt, headers, len(body)) + body)
    until = time.monotonic() + 10
    while _log(attempt) != "last words" and time.monotonic() < until:
        time.sleep(0.05)
    assert _log(attempt) == "last words"


def test_half_a_body_changes_nothing_and_the_server_goes_on(server, attempt):
    body, headers = _body(attempt, 0, "half"), armed(attempt.agent)
    with _connection(server) as line:
        line.sendall(_head(attempt, headers, len(body)) + body[:20])
    assert server.post(_path(attempt), content=_body(attempt, 0, "whole"), headers=headers).status_code == 200
    assert _log(attempt) == "whole"


def _connection(server):
    parts = urlsplit(str(server.base_url))
    return socket.create_connection((parts.hostname, parts.port), timeout=10)


def _head(attempt, headers, length):
    lines = [f"POST {_path(attempt)} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {length}"]
    lines += [f"{name}: {value}" for name, value in {**headers, "Content-Type": "application/json"}.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
