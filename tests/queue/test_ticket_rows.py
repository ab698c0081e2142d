"""Tickets: handed out once at a time, never doubled, gone with what they announce."""

import json
import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from leaderboard.protocol import RUN_ATTEMPT_TASK
from leaderboard.queue.broker import agent_app, ring_agent
from leaderboard.queue.models import HANDED_OUT_FOR, Ticket
from leaderboard.queue.tickets import hand_out, tear_up
from tests.factories import NOW

pytestmark = pytest.mark.django_db
QUEUE, OTHER = "agent.one", "agent.two"


def test_a_ticket_is_one_celery_message_with_one_id():
    ring_agent(queue=QUEUE, attempt_id="a")
    message = json.loads(Ticket.objects.get().message)
    assert (message["headers"]["task"], message["headers"]["id"]) == (RUN_ATTEMPT_TASK, "a")
    assert message["headers"]["eta"] is None
    assert message["headers"]["expires"] is None


def test_a_ticket_that_waits_is_not_doubled():
    for _ in range(3):
        ring_agent(queue=QUEUE, attempt_id="a")
    assert Ticket.objects.count() == 1


def test_a_ticket_is_handed_out_once_in_ten_seconds():
    ring_agent(queue=QUEUE, attempt_id="a")
    times = [NOW, NOW, NOW + HANDED_OUT_FOR - timedelta(seconds=1), NOW + HANDED_OUT_FOR]
    assert [len(hand_out(queues=[QUEUE], now=now)) for now in times] == [1, 0, 0, 1]


def test_of_two_who_saw_the_same_ticket_one_is_given_it():
    ring_agent(queue=QUEUE, attempt_id="a")
    pk = Ticket.objects.get().pk
    assert [Ticket.objects.hand_out(pk, now=NOW) for _ in range(2)] == [True, False]


def test_ringing_again_does_not_make_a_hidden_ticket_visible():
    ring_agent(queue=QUEUE, attempt_id="a")
    hand_out(queues=[QUEUE], now=NOW)
    ring_agent(queue=QUEUE, attempt_id="a")
    assert hand_out(queues=[QUEUE], now=NOW) == {}


def test_each_queue_gets_its_own_and_the_oldest_first():
    for queue, attempt in ((QUEUE, "a"), (QUEUE, "b"), (OTHER, "c")):
        ring_agent(queue=queue, attempt_id=attempt)
    handed = hand_out(queues=[QUEUE, OTHER, "agent.three"], now=NOW)
    assert {queue: json.loads(message)["headers"]["id"] for queue, message in handed.items()} == {
        QUEUE: "a",
        OTHER: "c",
    }


def test_asking_for_many_queues_costs_one_query_when_nothing_waits(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert hand_out(queues=[f"agent.{number}" for number in range(500)], now=NOW) == {}


def test_torn_up_tickets_are_gone():
    for attempt in "ab":
        ring_agent(queue=QUEUE, attempt_id=attempt)
    tear_up(task_id="a")
    assert [ticket.task_id for ticket in Ticket.objects.all()] == ["b"]


def test_a_rollback_leaves_no_ticket():
    with transaction.atomic():
        ring_agent(queue=QUEUE, attempt_id="a")
        transaction.set_rollback(True)
    assert not Ticket.objects.exists()


def test_many_askers_at_once_get_a_ticket_once(shared_database):
    ring_agent(queue=QUEUE, attempt_id="a")
    start, handed = threading.Barrier(4), []

    def run():
        start.wait(10)
        handed.append(hand_out(queues=[QUEUE], now=NOW))
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(len(answer) for answer in handed) == [0, 0, 0, 1]


def test_the_transport_can_say_what_waits_and_purge_it():
    ring_agent(queue=QUEUE, attempt_id="a")
    with agent_app.connection_for_write() as broker:
        channel = broker.default_channel
        assert channel._size(QUEUE) == 1
        assert channel._purge(QUEUE) == 1
        assert channel._size(QUEUE) == 0


def test_one_ticket_per_task_and_queue():
    Ticket.objects.create(queue=QUEUE, task_id="a", message="{}")
    with pytest.raises(IntegrityError, match="queue"):
        Ticket.objects.create(queue=QUEUE, task_id="a", message="{}")
