import hashlib
import json
import logging
import shutil
import threading
import time
import uuid

import psutil
import pytest

from agents.cache import BlobCache
from agents.child_process import spawn
from agents.core import Core, Holdings
from agents.errors import StopAgent
from agents.journal import State
from leaderboard.protocol import Code, Limits, Phase, Report
from tests.agents.measuring import MODELS, QUICK
from tests.agents.server import BREAK, SECRET, problem, until

LONG = QUICK.model_copy(update={"idle_s": 30})


@pytest.fixture
def children():
    """Every child that was started, so that a test can see it go."""
    return []


@pytest.fixture
def core(client, session, journal, spool, home, children):
    def start(order):
        children.append(spawn(order))
        return children[-1]

    session.begin()
    holdings = Holdings(journal, spool, BlobCache(home.cache), home.work)
    return Core(client, session, holdings, start_child=start, beat_s=0.1)


def in_background(core, spec):
    """Handle an attempt beside the test. The child dies with its thread, so the thread is waited for."""
    thread = threading.Thread(target=core.handle_attempt, args=(spec.attempt_id,))
    thread.start()
    return thread


def is_gone(child):
    return not psutil.pid_exists(child.pid) or psutil.Process(child.pid).status() == psutil.STATUS_ZOMBIE


def test_a_ticket_becomes_a_result(server, core, journal, spool):
    spec = server.offer(ring=False)

    core.handle_attempt(spec.attempt_id)

    offer = server.offers[spec.attempt_id]
    report = Report.model_validate_json(offer.results[0].payload)
    assert report.attempt_id == spec.attempt_id
    assert report.measured is not None
    assert len(report.measured.answers) == 600
    assert (journal.open_attempts(), spool.waiting()) == ([], [])
    assert offer.log
    assert offer.beats[-1].phase is Phase.UPLOADING
    assert [call.name for call in server.calls][:4] == ["sync", "claim", "blob", "blob"]
    assert {ref.name: ref.sha256 for ref in report.artefacts} == {
        name: hashlib.sha256(content).hexdigest() for name, content in offer.files.items()
    }
    assert set(offer.files) == {"power.npz", "outcomes.npz"}


def test_a_model_that_fails_is_a_result_with_its_log(server, core, journal):
    spec = server.offer(model=b"this is not a model", ring=False)

    core.handle_attempt(spec.attempt_id)

    offer = server.offers[spec.attempt_id]
    report = Report.model_validate_json(offer.results[0].payload)
    assert report.failed is not None
    assert report.failed.code is Code.CANNOT_LOAD
    assert "The runtime could not load the model." in offer.log
    assert journal.open_attempts() == []


def test_a_measurement_over_its_time_limit_is_a_result(server, core, children):
    spec = server.offer(protocol=LONG, limits=Limits(wall_s=1, memory_bytes=2**30), ring=False)

    core.handle_attempt(spec.attempt_id)

    report = Report.model_validate_json(server.offers[spec.attempt_id].results[0].payload)
    assert report.failed is not None
    assert report.failed.code is Code.TIMEOUT
    assert is_gone(children[0])


def test_a_ticket_for_somebody_else_changes_nothing(server, core, journal, children):
    core.handle_attempt(uuid.uuid4())

    assert journal.open_attempts() == []
    assert children == []


def test_a_ticket_that_comes_twice_is_measured_once(server, core, children):
    spec = server.offer(model=b"no model", ring=False)

    core.handle_attempt(spec.attempt_id)
    core.handle_attempt(spec.attempt_id)

    assert len(children) == 1
    assert len(server.offers[spec.attempt_id].results) == 1


def test_a_claim_without_an_answer_stays_in_the_journal_and_goes_back_at_the_next_sync(server, core, journal, session):
    spec = server.offer(ring=False)
    server.misbehave("claim", *[problem(502, "bad_gateway")] * 5)
    server.offers[spec.attempt_id].claim_key = journal.begin(spec.attempt_id)  # the first one did arrive

    core.handle_attempt(spec.attempt_id)
    assert [entry.state for entry in journal.open_attempts()] == [State.CLAIMING]
    session.sync()

    assert [request.code for request in server.offers[spec.attempt_id].abandoned] == [Code.AGENT_STOPPED]


def test_the_claim_key_is_on_the_disk_before_the_claim_is_sent(server, core, journal):
    spec = server.offer(model=b"no model", ring=False)
    server.misbehave("claim", BREAK)

    core.handle_attempt(spec.attempt_id)

    keys = {json.loads(call.body)["claim_key"] for call in server.named("claim")}
    assert len(server.named("claim")) == 2
    assert len(keys) == 1


def test_a_cancel_ends_the_process_group_before_it_is_confirmed(server, core, children):
    spec = server.offer(protocol=LONG, ring=False)
    offer = server.offers[spec.attempt_id]
    handling = in_background(core, spec)
    until(lambda: any(beat.phase is Phase.BASELINE for beat in offer.beats))

    offer.cancel = True
    handling.join(10)

    assert [request.code for request in offer.abandoned] == [Code.CANCELLED]
    assert is_gone(children[0])


def test_a_stop_gives_the_attempt_back_within_five_seconds(server, core, children, stop, journal):
    spec = server.offer(protocol=LONG, ring=False)
    handling = in_background(core, spec)
    until(lambda: children)
    began = time.monotonic()

    stop.set()
    handling.join(10)

    assert time.monotonic() - began < 5
    assert [request.code for request in server.offers[spec.attempt_id].abandoned] == [Code.AGENT_STOPPED]
    assert is_gone(children[0])
    assert journal.open_attempts() == []


def test_a_stop_with_the_server_away_is_as_quick_and_remembers_to_give_back(server, core, children, stop, journal):
    spec = server.offer(protocol=LONG, ring=False)
    handling = in_background(core, spec)
    until(lambda: children)
    server.close()
    began = time.monotonic()

    stop.set()
    handling.join(10)

    assert time.monotonic() - began < 5
    assert [(entry.state, entry.code) for entry in journal.open_attempts()] == [(State.GIVING_BACK, Code.AGENT_STOPPED)]


def test_an_attempt_that_was_given_to_somebody_else_is_dropped(server, core, children, journal):
    spec = server.offer(protocol=LONG, ring=False)
    handling = in_background(core, spec)
    until(lambda: children)

    server.offers[spec.attempt_id].over = True
    handling.join(10)

    assert is_gone(children[0])
    assert not server.named("abandon")
    assert journal.open_attempts() == []


def test_a_newer_instance_ends_the_measurement_and_the_agent(server, core, children):
    spec = server.offer(protocol=LONG, ring=False)
    threading.Timer(1, lambda: setattr(server, "epoch", server.epoch + 1)).start()

    with pytest.raises(StopAgent, match="newer instance"):
        core.handle_attempt(spec.attempt_id)

    assert all(is_gone(child) for child in children)


def test_a_server_that_goes_away_while_it_is_measured_gets_the_result_when_it_is_back(server, core, children):
    spec = server.offer(ring=False)
    server.misbehave("heartbeat", *[BREAK] * 20)
    server.misbehave("result", *[BREAK] * 3)

    core.handle_attempt(spec.attempt_id)

    assert len(server.offers[spec.attempt_id].results) == 1


def test_a_file_that_cannot_be_fetched_is_not_the_models_fault(server, core, children):
    spec = server.offer(ring=False)
    del server.blobs[spec.model.file.sha256]

    core.handle_attempt(spec.attempt_id)

    assert [request.code for request in server.offers[spec.attempt_id].abandoned] == [Code.DOWNLOAD_FAILED]
    assert children == []


def test_a_result_that_cannot_be_kept_is_given_back(server, core, home):
    spec = server.offer(model=b"no model", ring=False)
    shutil.rmtree(home.spool)

    core.handle_attempt(spec.attempt_id)

    assert [request.code for request in server.offers[spec.attempt_id].abandoned] == [Code.DISK_FULL]


def test_a_process_that_cannot_be_started_is_the_agents_fault(server, core, home):
    spec = server.offer(ring=False)
    shutil.rmtree(home.work)
    home.work.write_text("a file where the folder should be")

    core.handle_attempt(spec.attempt_id)

    abandoned = server.offers[spec.attempt_id].abandoned
    assert [request.code for request in abandoned] == [Code.AGENT_ERROR]
    assert "could not be started" in abandoned[0].reason


def test_a_fault_of_the_agent_itself_gives_the_attempt_back(client, session, journal, spool, home, server):
    def fail(_order):
        raise RuntimeError("a bug")

    session.begin()
    core = Core(client, session, Holdings(journal, spool, BlobCache(home.cache), home.work), start_child=fail)
    spec = server.offer(ring=False)

    core.handle_attempt(spec.attempt_id)

    assert [request.code for request in server.offers[spec.attempt_id].abandoned] == [Code.AGENT_ERROR]


def test_the_secret_is_in_no_log_and_in_no_childs_command_line_or_environment(server, core, children, stop, caplog):
    caplog.set_level(logging.DEBUG)
    spec = server.offer(protocol=LONG, ring=False)
    handling = in_background(core, spec)
    until(lambda: any(beat.phase is Phase.BASELINE for beat in server.offers[spec.attempt_id].beats))

    process = psutil.Process(children[0].pid)
    said = f"{process.cmdline()} {process.environ()} {caplog.text} {core!r}"
    stop.set()
    handling.join(10)

    assert SECRET not in said


def test_the_agent_that_waits_for_a_measurement_sleeps(server, core, stop, children):
    spec = server.offer(protocol=LONG, model=(MODELS / "mlp8.onnx").read_bytes(), ring=False)
    handling = in_background(core, spec)
    until(lambda: any(beat.phase is Phase.BASELINE for beat in server.offers[spec.attempt_id].beats))
    before_s = time.process_time()
    time.sleep(2)
    used_s = time.process_time() - before_s
    stop.set()
    handling.join(10)

    # Beats ten times a second here, and a hundred times less often in earnest; the test's own server is in it too.
    assert used_s < 0.3


def test_a_server_that_takes_no_files_still_gets_the_result(server, core, journal, home):
    spec = server.offer(ring=False)
    server.misbehave("artefact", problem(507, "no_space"), problem(507, "no_space"))

    core.handle_attempt(spec.attempt_id)

    assert len(server.offers[spec.attempt_id].results) == 1
    assert journal.open_attempts() == []
    assert len(list((home.spool / "files").iterdir())) == 1


def test_the_agent_sleeps_while_its_child_measures(server, client, session, journal, spool, home):
    """A parent that waits busily takes a core from what it measures; the fields of proc(5) tell, and not the wall."""
    protocol = QUICK.model_copy(update={"idle_s": 2.0, "repeat_min_s": 1.0, "counter_window_s": 1.0})
    spec = server.offer(protocol=protocol, limits=Limits(wall_s=120, memory_bytes=2**30), ring=False)
    session.begin()
    core = Core(client, session, Holdings(journal, spool, BlobCache(home.cache), home.work))  # its own heartbeat
    used = {}
    measure = core._watch

    def watch(child, pulse):
        wall_s, cpu_s = time.monotonic(), time.process_time()
        report = measure(child, pulse)
        used.update(wall_s=time.monotonic() - wall_s, cpu_s=time.process_time() - cpu_s)
        return report

    core._watch = watch
    core.handle_attempt(spec.attempt_id)

    assert used["wall_s"] > 7
    assert used["cpu_s"] < 0.01 * used["wall_s"]
