"""RabbitMQ as the broker of the server's own tasks: what is rung arrives, and what is wrong with it is said."""

import pytest
from django.db import transaction

from leaderboard.queue import broker, check
from leaderboard.queue.broker import TaskName, ring
from tests.services.rabbitmq import shared_node

pytestmark = pytest.mark.rabbitmq


@pytest.fixture(scope="module")
def node():
    with shared_node() as node:
        yield node


@pytest.fixture
def vhost(node, worker_id):
    name = f"queue-{worker_id}"
    node.add_vhost(name)
    yield name
    node.control("delete_vhost", name)


@pytest.fixture
def use(monkeypatch, settings):
    """Return a function that makes an address the server's broker."""

    def use(url):
        settings.BROKER_URL = url
        app = broker._server_app()
        monkeypatch.setattr(broker, "server_app", app)
        monkeypatch.setattr(check, "server_app", app)
        return app

    return use


def waiting(app):
    """Return what waits in the queue, taking it out."""
    with app.connection_for_read() as connection, connection.SimpleQueue("celery") as queue:
        found = []
        while len(queue):
            message = queue.get(block=False)
            message.ack()
            found.append((message.headers["task"], message.payload[1]))
        return found


@pytest.mark.django_db(transaction=True)
def test_a_ring_is_confirmed_by_the_broker_and_waits_there_for_the_worker(node, vhost, use):
    app = use(node.url_of(vhost))
    assert app.conf.broker_transport_options["confirm_publish"] is True
    with transaction.atomic():
        ring(TaskName.SCORE, result_id=7)
        assert waiting(app) == []
    assert waiting(app) == [("perwatt.score", {"result_id": 7})]


def test_a_broker_that_can_be_used_has_nothing_to_be_said_of(node, vhost, use):
    use(node.url_of(vhost))
    assert check.why_unusable() is None


@pytest.mark.parametrize(
    "change, says",
    [
        (lambda url: url.replace("perwatt:", "stranger:"), "ACCESS_REFUSED - Login was refused"),
        (lambda url: url.rpartition("/")[0] + "/nowhere", "vhost nowhere not found"),
        (lambda _: "amqp://me:hunter2@127.0.0.1:9//", "does not answer: [Errno 111] Connection refused"),
    ],
)
def test_an_address_that_does_not_fit_is_said_to_be_so_without_its_password(node, use, change, says):
    use(change(node.url))
    said = check.why_unusable()
    assert said.startswith("the broker of BROKER_URL")
    assert says in said
    assert node.password not in said
    assert "hunter2" not in said


@pytest.mark.django_db(transaction=True)
def test_a_broker_without_rights_is_said_to_refuse_and_a_ring_costs_a_warning(node, vhost, use, caplog):
    node.control("add_user", "weak", "a-password")
    node.control("set_permissions", "-p", vhost, "weak", "^$", "^$", ".*")
    use(f"amqp://weak:a-password@127.0.0.1:{node.port}/{vhost}")

    assert "access to exchange 'celery' in vhost" in check.why_unusable()
    assert "the rights to configure, write and read" in check.why_unusable()
    ring(TaskName.DISPATCH)
    assert "could not ring perwatt.dispatch (ACCESS_REFUSED" in caplog.text
    assert "a-password" not in caplog.text
    node.control("delete_user", "weak")
