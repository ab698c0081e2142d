import io
import logging
import threading
import time
import uuid

import pytest
from pydantic import SecretStr

from agents.client import AgentClient
from agents.errors import BadBlobError, RefusedError, StopAgent, UnreachableError, UserError
from agents.http import checked_url, is_loopback
from leaderboard.protocol import (
    PROTOCOL_VERSION,
    AbandonRequest,
    BlobRef,
    Code,
    EnrolRequest,
    HeartbeatRequest,
    Phase,
    SyncRequest,
)
from tests.agents.server import BREAK, SECRET, TOKEN, problem

HTML = (404, "text/html", b"<h1>Not here</h1>")
BUSY = problem(503, "busy", "Come back later.")


@pytest.fixture
def sync_request(inventory):
    return SyncRequest(protocol_version=PROTOCOL_VERSION, session_epoch=None, inventory=inventory)


@pytest.fixture
def synced(client, sync_request):
    client.epoch = client.sync(sync_request).session_epoch
    return client


def test_every_call_after_the_sync_carries_secret_and_epoch_as_headers_only(server, synced):
    spec = server.offer()
    key = uuid.uuid4()

    synced.ticket(wait_s=0)
    synced.claim(spec.attempt_id, key)
    synced.heartbeat(spec.attempt_id, HeartbeatRequest(claim_key=key, phase=Phase.PREPARING, progress=0))
    synced.download(spec.model.file, io.BytesIO())
    synced.abandon(spec.attempt_id, AbandonRequest(claim_key=key, code=Code.AGENT_STOPPED))

    assert [call.name for call in server.calls] == ["sync", "tickets_", "claim", "heartbeat", "blob", "abandon"]
    assert {call.headers["authorization"] for call in server.calls} == {f"Bearer {SECRET}"}
    assert {call.headers.get("perwatt-epoch") for call in server.calls[1:]} == {"1"}
    assert not any(SECRET in call.path or SECRET.encode() in call.body for call in server.calls)


def test_no_ticket_in_time_is_none(server, synced):
    assert synced.ticket(wait_s=0) is None


def test_a_newer_instance_of_this_agent_stops_it(server, synced):
    server.epoch += 1

    with pytest.raises(StopAgent, match=r"newer instance .* cloned card: there, move the folder away") as stop:
        synced.ticket(wait_s=0)
    assert stop.value.exit_code == 3


def test_an_agent_that_the_server_does_not_know_stops(server, client, sync_request):
    server.misbehave("sync", problem(401, "not_signed_in"))

    with pytest.raises(StopAgent, match="does not know this agent any more"):
        client.sync(sync_request)


def test_a_refusal_carries_the_problem(server, synced):
    with pytest.raises(RefusedError) as refused:
        synced.claim(uuid.uuid4(), uuid.uuid4())

    assert refused.value.problem.code == "not_yours"


def test_a_refused_token_is_told_and_not_quoted(server, client, inventory):
    request = EnrolRequest(
        protocol_version=PROTOCOL_VERSION, token="x" * 30 + "secret", secret=SECRET, inventory=inventory
    )

    with pytest.raises(RefusedError, match="The token is unknown") as refused:
        client.enrol(request)
    assert "xsecret" not in str(refused.value)


@pytest.mark.parametrize(
    "answer",
    [HTML, BUSY, problem(429, "slow_down"), (200, "application/json", b"<html>hotel</html>"), BREAK],
    ids=["a proxy's page", "503", "429", "not the protocol", "broken connection"],
)
def test_what_says_nothing_about_the_request_is_tried_again(server, synced, answer):
    spec = server.offer()
    server.misbehave("claim", answer, answer)

    assert synced.claim(spec.attempt_id, uuid.uuid4()) == spec
    assert len(server.named("claim")) == 3


def test_after_the_tries_it_is_unreachable(server, client, sync_request):
    server.misbehave("sync", BUSY, BUSY)

    with pytest.raises(UnreachableError, match="answered 503"):
        client.sync(sync_request, tries=2)


def test_the_server_says_how_long_to_wait(server, client, sync_request):
    server.misbehave("sync", (*BUSY, (("Retry-After", "1"),)))
    began = time.monotonic()

    client.sync(sync_request, tries=2)

    assert time.monotonic() - began >= 1


def test_a_stop_ends_the_tries(server, client, sync_request, stop):
    server.misbehave("sync", *[(*BUSY, (("Retry-After", "30"),))] * 3)
    threading.Timer(0.2, stop.set).start()
    began = time.monotonic()

    with pytest.raises(UnreachableError):
        client.sync(sync_request, tries=3)

    assert time.monotonic() - began < 5
    assert len(server.calls) == 1


def test_a_server_that_is_not_there_is_unreachable_in_words(server, client, sync_request):
    server.close()

    with pytest.raises(UnreachableError, match=r"127\.0\.0\.1:\d+.* cannot be reached"):
        client.sync(sync_request)


def test_a_redirect_is_not_followed_so_that_the_secret_stays_home(server, client, sync_request):
    server.misbehave("sync", (307, "text/plain", b"", (("Location", f"{server.url}/agent/v1/stolen"),)))

    with pytest.raises(UnreachableError, match="answered 307"):
        client.sync(sync_request)
    assert not server.named("stolen")


@pytest.mark.parametrize("path", ["https://evil.example/x", "//evil.example/x", "blobs/x", "/\\evil.example/x"])
def test_a_file_elsewhere_is_not_fetched(server, synced, path):
    with pytest.raises(BadBlobError, match="not a path on the server"):
        synced.download(BlobRef(path=path, sha256="0" * 64, size_bytes=1), io.BytesIO())


def test_a_file_that_is_longer_than_promised_is_cut_off(server, synced):
    blob = server.blob(b"x" * 1000)

    with pytest.raises(BadBlobError, match="longer than the 10 bytes"):
        synced.download(blob.model_copy(update={"size_bytes": 10}), io.BytesIO())


def test_secret_and_token_are_in_no_repr_log_or_error(server, client, inventory, caplog):
    caplog.set_level(logging.DEBUG)
    request = EnrolRequest(protocol_version=PROTOCOL_VERSION, token=TOKEN, secret=SECRET, inventory=inventory)
    server.misbehave("enrol", (500, "text/plain", f"{TOKEN} {SECRET}".encode()), (200, "application/json", b"{}"))

    with pytest.raises(UnreachableError) as error:
        client.enrol(request, tries=2)

    said = f"{client!r} {vars(client)!r} {error.value!r} {error.value.__cause__!r} {caplog.text}"
    assert SECRET not in said
    assert TOKEN not in said


@pytest.mark.parametrize("url", ["perwatt.example.org", "ftp://x", "https://", "https://a:b@x", "https://x?q", "x y"])
def test_what_is_no_address_of_a_server_is_refused(url):
    with pytest.raises(UserError):
        AgentClient(url, SecretStr(SECRET))


def test_a_trailing_slash_changes_nothing():
    assert checked_url("https://x.example/") == "https://x.example"


def test_a_missing_certificate_file_is_named(tmp_path):
    with pytest.raises(UserError, match=r"ca\.pem cannot be used"):
        AgentClient("https://x.example", SecretStr(SECRET), ca_file=str(tmp_path / "ca.pem"))


def test_loopback_is_recognised_so_that_no_proxy_sees_it():
    assert all(is_loopback(url) for url in ("http://127.0.0.1:8000", "http://localhost", "http://[::1]:1"))
    assert not is_loopback("http://perwatt.example.org")
