"""The same `up` on what a lab operates: PostgreSQL and RabbitMQ, the broker stopped, started and wiped under it."""

import pytest

from tests.services.rabbitmq import shared_node
from tests.system.test_up import measured_once

pytestmark = [pytest.mark.system, pytest.mark.rabbitmq, pytest.mark.postgres, pytest.mark.timeout(300)]


@pytest.fixture
def node():
    with shared_node() as node:
        yield node
        node.wipe()


def waiting_tasks(node):
    """How many messages wait in the queue of the server's tasks, or None where there is no such queue."""
    rows = dict(line.split("\t") for line in node.control("list_queues", "name", "messages").splitlines()[1:])
    return rows.get("celery")


def test_a_broker_that_stops_starts_and_forgets_everything_loses_no_job(new_stack, node):
    new_stack.environ["BROKER_URL"] = node.url
    process = new_stack.start("--exit-when-measured")

    new_stack.until_measuring()
    node.stop()
    # The result arrives, and is accepted, while nobody can be told to score it.
    new_stack.until("select id from runs_result where accepted", within_s=60)
    node.start()
    new_stack.until_measuring()
    node.wipe()

    code, out = new_stack.finish(process, within_s=200)
    assert code == 0, out + new_stack.logs()
    measured_once(new_stack)
    assert waiting_tasks(node) is not None, "the worker declared its queue again"
    assert node.password not in out + new_stack.logs()
    assert new_stack.processes() == []
