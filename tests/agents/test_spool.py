import json
import threading
import uuid

import pytest

from agents.spool import LOG_CHUNK_CHARACTERS, Spool, SpooledResult
from tests.agents.server import BREAK, problem, until


def claimed(server, client, **values):
    """A result of an attempt that the server knows as this agent's."""
    spec, key = server.offer(), uuid.uuid4()
    client.claim(spec.attempt_id, key)
    return SpooledResult(attempt_id=spec.attempt_id, claim_key=key, payload=f'{{"n": "{spec.attempt_id}"}}', **values)


def test_a_result_is_on_the_disk_before_it_is_sent_and_gone_after(server, synced, home, spool, stop):
    result = claimed(server, synced)

    spool.put(result)
    assert [waiting.result for waiting in Spool(home.spool).waiting()] == [result]
    assert spool.deliver(synced, stop) == [result.attempt_id]

    assert server.offers[result.attempt_id].results == [result.request()]
    assert spool.waiting() == []


def test_results_go_in_the_order_in_which_they_came(server, synced, spool, stop):
    results = [claimed(server, synced) for _ in range(12)]
    for result in results:
        spool.put(result)

    assert spool.deliver(synced, stop) == [result.attempt_id for result in results]


def test_a_result_is_sent_until_it_is_answered(server, synced, spool, stop):
    result = claimed(server, synced)
    spool.put(result)
    server.misbehave("result", problem(500, "oops"), BREAK, (502, "text/html", b"bad gateway"))

    assert spool.deliver(synced, stop) == [result.attempt_id]
    assert len(server.named("result")) == 4


def test_the_same_result_again_is_as_good_as_the_first(server, synced, spool, stop):
    result = claimed(server, synced)
    spool.put(result)
    synced.put_result(result.attempt_id, result.request())

    assert spool.deliver(synced, stop) == [result.attempt_id]
    assert spool.waiting() == []


@pytest.mark.parametrize("status", [404, 409, 413, 422])
def test_a_result_that_the_server_does_not_want_is_kept_aside_with_the_reason(
    server, synced, home, spool, stop, status
):
    result = claimed(server, synced)
    spool.put(result)
    server.misbehave("result", problem(status, "no_thanks", "Not that one."))

    assert spool.deliver(synced, stop) == [result.attempt_id]

    kept = sorted((home.spool / "rejected").iterdir())
    assert spool.waiting() == []
    assert [path.suffix for path in kept] == [".json", ".reason"]
    assert SpooledResult.model_validate_json(kept[0].read_bytes()) == result
    assert json.loads(kept[1].read_bytes())["title"] == "Not that one."


def test_a_stop_leaves_what_could_not_be_sent(server, synced, spool, stop):
    result = claimed(server, synced)
    spool.put(result)
    server.close()
    sending = threading.Thread(target=spool.deliver, args=(synced, stop))
    sending.start()

    stop.set()
    sending.join(5)

    assert not sending.is_alive()
    assert spool.attempts() == (result.attempt_id,)


def test_a_half_written_file_was_promised_to_nobody(home):
    (home.spool / ".00000001-x.json.part").write_text("{")

    assert Spool(home.spool).waiting() == []
    assert not list(home.spool.glob(".*"))


def test_an_unreadable_file_does_not_block_the_others(server, synced, home, spool, stop):
    (home.spool / "00000001-x.json").write_text("{")
    result = claimed(server, synced)
    spool.put(result)

    assert spool.deliver(synced, stop) == [result.attempt_id]
    assert (home.spool / "rejected" / "00000001-x.json").exists()


def test_the_first_result_of_an_attempt_is_the_one_that_is_kept(server, synced, spool):
    result = claimed(server, synced)
    spool.put(result)
    spool.put(result.model_copy(update={"payload": "{}"}))

    assert [waiting.result for waiting in spool.waiting()] == [result]


def test_the_log_goes_first_from_where_the_server_has_it(server, synced, spool, stop):
    text = "".join(f"line {number}\n" for number in range(20_000))
    result = claimed(server, synced, log=text)
    offer = server.offers[result.attempt_id]
    offer.log = text[:1000]
    spool.put(result)

    spool.deliver(synced, stop)

    assert offer.log == text
    assert max(len(beat.log.text) for beat in offer.beats if beat.log) == LOG_CHUNK_CHARACTERS
    assert [call.name for call in server.calls][-1] == "result"


def test_a_server_that_takes_no_more_log_still_gets_the_result(server, synced, spool, stop):
    result = claimed(server, synced, log="words")
    server.offers[result.attempt_id].over = True
    spool.put(result)
    server.misbehave("result", (201, "application/json", b'{"accepted": true, "server_time": "2026-11-02T12:00:00Z"}'))

    assert spool.deliver(synced, stop) == [result.attempt_id]
    until(lambda: spool.waiting() == [])
