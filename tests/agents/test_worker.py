import threading

import pytest

from agents.tickets import TicketSource
from agents.worker import agent_app, run_worker
from tests.agents.server import QUEUE, problem, until


@pytest.fixture
def source(client, session):
    return TicketSource(client, session, poll_s=1)


@pytest.fixture
def worker(core, source, session):
    """A real Celery worker beside the test."""
    session.begin()
    failures = []
    thread = threading.Thread(target=lambda: failures.append(run_worker(core, source, QUEUE)))
    thread.start()
    yield thread, failures
    source.stop.set()
    thread.join(10)
    assert not thread.is_alive()


def test_it_serves_one_queue_in_one_process_and_speaks_to_nobody(source):
    app = agent_app(source, QUEUE)

    (queue,) = app.conf.task_queues
    assert (queue.name, queue.no_declare, queue.exchange.no_declare) == (QUEUE, True, True)
    assert (app.conf.worker_pool, app.conf.worker_concurrency, app.conf.worker_prefetch_multiplier) == ("solo", 1, 1)
    assert app.conf.accept_content == ["json"]
    assert app.conf.broker_connection_max_retries is None
    assert not any(
        (
            app.conf.task_create_missing_queues,
            app.conf.task_acks_late,
            app.conf.worker_enable_remote_control,
            app.conf.worker_send_task_events,
        )
    )
    assert app.conf.task_ignore_result


def test_a_ticket_becomes_a_settled_attempt(server, worker):
    spec = server.offer(model=b"no model")

    until(lambda: server.offers[spec.attempt_id].results)


def test_it_goes_on_after_a_ticket_that_came_to_nothing(server, worker):
    first, second = server.offer(model=b"no model", ring=False), server.offer(model=b"no model", ring=False)
    server.misbehave("claim", problem(409, "not_yours"))
    server.ring(first.attempt_id)
    until(lambda: server.named("claim"))

    server.ring(second.attempt_id)

    until(lambda: server.offers[second.attempt_id].results)
    assert not server.offers[first.attempt_id].results


def test_it_stops_within_four_seconds(server, worker, stop):
    thread, failures = worker
    until(lambda: server.named("tickets_"))

    stop.set()
    thread.join(4)

    assert failures == [False]


def test_a_stop_that_comes_before_the_worker_is_not_forgotten(core, source, session, stop):
    session.begin()
    stop.set()
    thread = threading.Thread(target=run_worker, args=(core, source, QUEUE))
    thread.start()
    thread.join(8)
    assert not thread.is_alive()


def test_an_older_instance_ends(server, worker, source):
    until(lambda: server.named("tickets_"))
    server.epoch += 1

    until(lambda: source.stopped_by)
