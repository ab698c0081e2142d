import subprocess
import sys
import threading
import uuid

import pytest

from agents.errors import StopAgent, UnreachableError
from agents.journal import Child
from agents.process_group import process_start_time
from agents.spool import SpooledResult
from leaderboard.protocol import Code, SyncRequest, SyncVerdict
from tests.agents.server import BREAK, problem

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


@pytest.fixture
def left(server, journal):
    """An attempt that an earlier life of this agent claimed and did not finish."""
    spec = server.offer(ring=False)
    offer = server.offers[spec.attempt_id]
    offer.claim_key = journal.begin(spec.attempt_id)
    journal.claimed(spec.attempt_id)
    return offer


def test_a_life_begins_with_a_sync_without_an_epoch_and_goes_on_with_the_answers(server, client, session):
    assert session.begin()
    session.sync()

    asked = [SyncRequest.model_validate_json(call.body).session_epoch for call in server.named("sync")]
    assert asked == [None, 1]
    assert client.epoch == 1
    assert session.queue.startswith("agent.")


def test_what_a_killed_agent_left_running_is_ended_before_the_server_hears_anything(server, journal, session, left):
    child = subprocess.Popen([sys.executable, "-c", STUBBORN], start_new_session=True, stdout=subprocess.PIPE)
    child.stdout.readline()
    journal.child_started(left.spec.attempt_id, Child(child.pid, child.pid, process_start_time(child.pid)))

    server.misbehave("sync", *[BREAK] * 3)
    session.begin()

    assert child.wait(0) is not None
    child.stdout.close()


def test_a_stranger_with_the_same_process_number_is_left_alone(journal, session, left):
    stranger = subprocess.Popen([sys.executable, "-c", STUBBORN], start_new_session=True, stdout=subprocess.PIPE)
    stranger.stdout.readline()
    start_time = process_start_time(stranger.pid)
    journal.child_started(left.spec.attempt_id, Child(stranger.pid, stranger.pid, start_time - 1))

    session.begin()

    assert stranger.poll() is None
    stranger.kill()
    stranger.communicate()


def test_an_unfinished_attempt_goes_back_even_when_the_server_would_let_it_continue(journal, session, left):
    session.begin()

    assert [request.code for request in left.abandoned] == [Code.AGENT_STOPPED]
    assert journal.open_attempts() == []


def test_an_unfinished_attempt_that_was_cancelled_meanwhile_goes_back_as_cancelled(server, session, left):
    server.verdicts[left.spec.attempt_id] = SyncVerdict.CANCEL

    session.begin()

    assert [request.code for request in left.abandoned] == [Code.CANCELLED]


def test_an_ending_that_could_not_be_told_is_told_with_its_reason(journal, session, left):
    journal.give_back(left.spec.attempt_id, Code.DISK_FULL, "3 MiB are free")

    session.begin()

    assert [(request.code, request.reason) for request in left.abandoned] == [(Code.DISK_FULL, "3 MiB are free")]


def test_a_claim_that_never_arrived_is_forgotten(server, journal, session):
    journal.begin(uuid.uuid4())

    session.begin()

    assert journal.open_attempts() == []


def test_a_result_in_the_spool_is_sent_and_not_given_back(server, journal, spool, session, left):
    result = SpooledResult(attempt_id=left.spec.attempt_id, claim_key=left.claim_key, payload="{}")
    spool.put(result)

    session.begin()

    request = SyncRequest.model_validate_json(server.named("sync")[0].body)
    assert (request.running, request.spooled) == ((), (left.spec.attempt_id,))
    assert (left.results, left.abandoned) == ([result.request()], [])
    assert journal.open_attempts() == []


def test_what_cannot_be_given_back_now_is_given_back_at_the_next_sync(server, journal, session, left):
    server.misbehave("abandon", problem(503, "busy"))
    session.begin()
    assert len(journal.open_attempts()) == 1

    session.sync()

    assert [request.code for request in left.abandoned] == [Code.AGENT_STOPPED]
    assert journal.open_attempts() == []


def test_it_waits_for_a_server_that_is_not_there_yet(server, session):
    server.misbehave("sync", BREAK, problem(502, "bad_gateway"), (404, "text/html", b""))

    assert session.begin()
    assert len(server.named("sync")) == 4


def test_a_stop_ends_the_waiting(server, session, stop):
    server.close()
    answers = []
    waiting = threading.Thread(target=lambda: answers.append(session.begin()))
    waiting.start()

    stop.set()
    waiting.join(5)

    assert answers == [False]


def test_a_server_that_refuses_this_agent_ends_it_with_the_reason(server, session):
    server.misbehave("sync", problem(426, "unknown_protocol", "Update the agent."))

    with pytest.raises(StopAgent, match="Update the agent"):
        session.begin()


def test_a_younger_instance_wins(server, client, session):
    session.begin()
    server.epoch += 1

    with pytest.raises(StopAgent) as order:
        session.sync()
    assert order.value.exit_code == 3


def test_an_idle_agent_syncs_only_when_the_last_sync_is_old(server, session):
    session.begin()

    session.keep()
    assert len(server.named("sync")) == 1
    session.keep(at_most_s=0)
    assert len(server.named("sync")) == 2


def test_an_idle_agent_hears_that_the_server_is_away(server, session):
    session.begin()
    server.close()

    with pytest.raises(UnreachableError):
        session.keep(at_most_s=0)
