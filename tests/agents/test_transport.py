import time
import uuid

import pytest
from kombu import Connection, Exchange, Queue

from agents import transport
from agents.errors import UnreachableError
from agents.tickets import TicketSource
from tests.agents.server import BREAK, QUEUE, ticket_message, until

ATTEMPT = uuid.UUID(int=5)
KOMBU_QUEUE = Queue(QUEUE, Exchange("", no_declare=True), routing_key=QUEUE, no_declare=True)


@pytest.fixture
def source(client, session):
    return TicketSource(client, session, poll_s=1)


@pytest.fixture
def connection(source):
    transport.register()
    with Connection("pull://server", transport_options={"source": source}) as connection:
        yield connection


def test_a_rung_ticket_is_consumed_as_the_message_that_was_published(server, connection):
    received = []
    server.ring_with(ticket_message(ATTEMPT))

    with connection.Consumer(KOMBU_QUEUE, on_message=lambda message: received.append(message) or message.ack()):
        until(lambda: _drained(connection) and received)

    _args, kwargs, _embedded = received[0].payload
    assert kwargs == {"attempt_id": str(ATTEMPT)}
    assert received[0].headers["task"] == "perwatt.run_attempt"


def test_connecting_asks_the_server(server, connection):
    connection.connect()

    assert [call.name for call in server.calls] == ["sync"]


def test_connecting_to_a_server_that_is_away_fails_with_an_error_that_celery_retries(server, connection):
    server.misbehave("sync", BREAK)

    with pytest.raises(connection.connection_errors):
        connection.transport.establish_connection()
    assert UnreachableError in connection.connection_errors


def test_connecting_as_an_older_instance_stops_the_agent(server, session, source, connection, stop):
    session.begin()
    session._synced_at = None
    server.epoch += 1

    with pytest.raises(UnreachableError, match="newer instance"):
        connection.transport.establish_connection()

    assert stop.is_set()
    assert source.stopped_by.exit_code == 3


def test_publishing_is_refused(connection):
    with pytest.raises(NotImplementedError), connection.channel() as channel:
        channel.basic_publish(channel.prepare_message("{}"), "", QUEUE)


def test_no_ticket_is_a_timeout_long_before_the_poll_is_over(connection):
    began = time.monotonic()

    with connection.Consumer(KOMBU_QUEUE, on_message=lambda _: None), pytest.raises(TimeoutError):
        connection.drain_events(timeout=30)

    assert time.monotonic() - began < 2


def test_without_a_source_it_says_what_is_missing():
    transport.register()

    with Connection("pull://server") as connection, pytest.raises(ValueError, match="transport option `source`"):
        connection.connect()


def _drained(connection):
    try:
        connection.drain_events(timeout=1)
    except TimeoutError:
        return False
    return True
