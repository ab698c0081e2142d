import threading
import time

import pytest

from agents.poll import run_polling
from agents.tickets import TicketSource
from tests.agents.server import until


@pytest.fixture
def source(client, session):
    session.begin()
    return TicketSource(client, session, poll_s=1)


@pytest.fixture
def polling(core, source):
    thread = threading.Thread(target=run_polling, args=(core, source))
    thread.start()
    yield thread
    source.stop.set()
    thread.join(10)
    assert not thread.is_alive()


def test_a_ticket_becomes_a_settled_attempt(server, polling):
    spec = server.offer(model=b"no model")

    until(lambda: server.offers[spec.attempt_id].results)


def test_once_ends_after_one_attempt(server, core, source):
    first, second = server.offer(model=b"no model"), server.offer(model=b"no model")

    run_polling(core, source, once=True)

    assert server.offers[first.attempt_id].results
    assert not server.offers[second.attempt_id].results


def test_it_stops_within_a_second(server, polling, stop):
    until(lambda: server.named("tickets_"))
    began = time.monotonic()

    stop.set()
    polling.join(5)

    assert time.monotonic() - began < 1.5


def test_an_older_instance_ends(server, polling, source):
    until(lambda: server.named("tickets_"))
    server.epoch += 1

    polling.join(5)

    assert source.stopped_by.exit_code == 3
