import uuid

import pytest

from agents.child_process import Event
from agents.pulse import LOG_MAX_CHARACTERS, Order, Pulse
from leaderboard.protocol import Phase
from tests.agents.server import BREAK, problem, until


@pytest.fixture
def claimed(server, client):
    """An offer that this agent holds, and a pulse for it."""
    client.epoch = 0
    spec, key = server.offer(ring=False), uuid.uuid4()
    client.claim(spec.attempt_id, key)
    pulse = Pulse(client, spec.attempt_id, key, every_s=0.05)
    yield server.offers[spec.attempt_id], pulse
    if pulse._thread.ident is not None:
        pulse.stop()


def test_it_carries_phase_progress_detail_and_log(claimed):
    offer, pulse = claimed
    pulse.say(Event(phase=Phase.WARMUP, progress=0.25, detail="x" * 300, log="hello"))

    pulse.start()
    until(lambda: offer.log)

    beat = offer.beats[0]
    assert (beat.phase, beat.progress, len(beat.detail)) == (Phase.WARMUP, 0.25, 200)
    assert offer.log == "hello\n"


def test_a_log_line_is_sent_once_and_a_lost_one_again(server, claimed):
    offer, pulse = claimed
    server.misbehave("heartbeat", BREAK)
    pulse.say(Event(phase=Phase.WARMUP, progress=0, log="one"))
    pulse.start()
    until(lambda: offer.log)
    offer.log = ""  # as if a backup of the server had been restored
    pulse.say(Event(phase=Phase.WARMUP, progress=0, log="two"))

    until(lambda: offer.log == "one\ntwo\n")


def test_a_cancel_is_heard(claimed):
    offer, pulse = claimed
    offer.cancel = True

    pulse.start()

    until(lambda: pulse.order is Order.CANCEL)


def test_an_attempt_that_was_given_away_is_let_go(claimed):
    offer, pulse = claimed
    offer.over = True

    pulse.start()

    until(lambda: pulse.order is Order.LET_GO)


def test_a_newer_instance_stops_the_agent(server, claimed):
    _, pulse = claimed
    server.epoch += 1

    pulse.start()

    until(lambda: pulse.order is Order.STOP_AGENT)
    assert pulse.stopped_by is not None


def test_a_server_that_is_away_is_outlived(server, claimed):
    offer, pulse = claimed
    server.misbehave("heartbeat", *[problem(503, "busy"), BREAK] * 3)

    pulse.start()

    until(lambda: offer.beats)
    assert pulse.order is Order.GO_ON


def test_a_new_phase_is_told_without_waiting_for_the_beat(monkeypatch, claimed, client):
    monkeypatch.setattr("agents.pulse.LISTEN_S", 0.02)
    offer, _ = claimed
    pulse = Pulse(client, offer.spec.attempt_id, offer.claim_key, every_s=60)
    pulse.start()
    until(lambda: offer.beats)

    pulse.say(Event(phase=Phase.MEASURING, progress=0.5))

    until(lambda: offer.beats[-1].phase is Phase.MEASURING)
    pulse.stop()
    assert len(offer.beats) == 2


def test_an_endless_log_is_cut_and_says_so(claimed):
    offer, pulse = claimed
    for _ in range(200):
        pulse.say(Event(phase=Phase.MEASURING, progress=0.5, log="x" * 10_000))

    assert len(pulse.text()) == LOG_MAX_CHARACTERS
    assert pulse.text().endswith("the rest is left out\n")
    pulse.send_rest()
    assert offer.log == pulse.text()


def test_a_nul_in_the_log_is_replaced(claimed):
    _, pulse = claimed
    pulse.say(Event(phase=Phase.MEASURING, progress=0.5, log="a\0b"))

    assert pulse.text() == "a\ufffdb\n"
