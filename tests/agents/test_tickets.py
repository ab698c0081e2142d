import json
import threading
import time
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import BadTicketError
from agents.tickets import TicketSource, read_ticket
from tests.agents.server import BREAK, problem, ticket_message, until

ATTEMPT = uuid.UUID(int=5)


@pytest.fixture
def source(client, session):
    session.begin()
    return TicketSource(client, session, poll_s=1)


def test_a_ticket_says_one_attempt_and_keeps_its_message():
    text = ticket_message(ATTEMPT)

    ticket = read_ticket(text)

    assert ticket.attempt_id == ATTEMPT
    assert ticket.message == json.loads(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["headers", "properties", "body"]), inner),
)


@given(JSON.map(json.dumps) | st.text())
def test_whatever_else_comes_is_no_ticket(text):
    with pytest.raises(BadTicketError):
        read_ticket(text)


@given(
    st.sampled_from(["headers", "properties", "body"]),
    st.none() | st.text() | st.integers() | st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=2),
)
def test_a_ticket_with_a_damaged_part_is_no_ticket(part, value):
    message = json.loads(ticket_message(ATTEMPT))
    message[part] = value

    with pytest.raises(BadTicketError):
        read_ticket(json.dumps(message))


def test_a_ticket_of_another_task_is_no_ticket():
    message = json.loads(ticket_message(ATTEMPT))
    message["headers"]["task"] = "os.system"

    with pytest.raises(BadTicketError):
        read_ticket(json.dumps(message))


def test_a_ticket_comes_as_soon_as_it_is_rung(server, source):
    assert source.get(0.01) is None
    until(lambda: server.named("tickets_"))
    threading.Timer(0.1, server.ring, (ATTEMPT,)).start()
    began = time.monotonic()

    ticket = source.get(5)

    assert ticket.attempt_id == ATTEMPT
    assert time.monotonic() - began < 1


def test_it_does_not_poll_and_does_not_sync_while_a_ticket_is_being_handled(server, source, session):
    server.ring(ATTEMPT)
    until(source.get)
    asked = len(server.calls)
    session._synced_at = None  # as if an hour had passed

    time.sleep(0.7)
    assert len(server.calls) == asked

    source.get(0.01)
    until(lambda: len(server.named("sync")) == 2)


def test_an_idle_source_syncs_when_the_last_sync_is_old(server, source, session):
    session._synced_at = time.monotonic() - 61

    source.get(0.01)

    until(lambda: len(server.named("sync")) == 2)


def test_what_is_no_ticket_is_passed_over(server, source, caplog):
    server.ring_with("not json")
    server.ring(ATTEMPT)

    assert until(source.get).attempt_id == ATTEMPT
    assert "something that is not a ticket" in caplog.text


def test_a_server_that_is_away_is_asked_again(server, source):
    server.misbehave("tickets_", BREAK, problem(503, "busy"), (200, "application/json", b"<html>"), problem(400, "odd"))
    server.ring(ATTEMPT)

    assert until(source.get).attempt_id == ATTEMPT


def test_a_newer_instance_stops_it(server, source, stop):
    server.epoch += 1

    source.get()

    until(stop.is_set)
    assert source.stopped_by.exit_code == 3
    assert source.get() is None


def test_a_stopped_source_answers_at_once(source, stop):
    stop.set()
    began = time.monotonic()

    assert source.get(30) is None
    assert time.monotonic() - began < 1
