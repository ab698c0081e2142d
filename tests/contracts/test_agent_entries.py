"""The two ways an agent gets its tickets, Celery and the plain loop, keep one promise, against the real server."""

import signal
import time

import psutil
import pytest

from tests.contracts.real import Stack, is_gone, spooled, until

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]

ENTRIES = {"celery": (), "plain": ("--no-celery",)}


@pytest.fixture(scope="module")
def stack(tmp_path_factory, empty_database):
    stack = Stack(tmp_path_factory.mktemp("stack"), empty_database)
    stack.enrol()
    yield stack
    stack.close()


# The plain loop asks the same calls as Celery's transport, which a run on the servers tests with each of them.
@pytest.fixture(params=["celery", pytest.param("plain", marks=pytest.mark.one_database)])
def entry(request):
    return ENTRIES[request.param]


@pytest.fixture
def agent(stack, entry):
    agent = stack.agent(*entry)
    until(lambda: "agent ready" in agent.log.read_text())
    yield agent
    if agent.popen.poll() is None:
        agent.kill()


def test_a_submitted_model_is_measured_and_published(stack, agent):
    code, out, err = stack.submit("--wait")

    assert (code, out.startswith("published: ")) == (0, True), err


def test_a_cancel_ends_the_measurement_within_twenty_seconds(stack, agent):
    job = stack.submit(benchmark="slow")
    child = stack.wait_for_child(agent)
    began = time.monotonic()

    assert stack.command("cancel", job).returncode == 0
    stack.wait_for(job, "cancelled")
    until(lambda: is_gone(child))

    assert time.monotonic() - began < 20
    assert stack.command("watch", job).returncode == 5


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_ends_the_measurement_and_gives_the_job_back(stack, agent, number):
    job = stack.submit(benchmark="slow")
    child = stack.wait_for_child(agent)
    began = time.monotonic()

    agent.popen.send_signal(number)
    code = agent.popen.wait(10)

    assert (code, time.monotonic() - began < 5) == (0, True)
    assert is_gone(child)
    assert stack.job(job)["attempts"][0]["code"] == "agent_stopped"
    stack.command("cancel", job)


def test_an_idle_agent_stops_long_before_its_poll_would_end(stack, agent):
    time.sleep(1)
    began = time.monotonic()

    assert agent.end() == 0
    assert time.monotonic() - began < 10  # about 4 on a quiet machine; 27 where the poll is waited for


def test_a_second_agent_in_the_same_folder_is_refused(stack, agent):
    done = stack.command("agent", "run", "--home", str(stack.folder / "agent"))

    assert (done.returncode, "Another agent is running" in done.stderr) == (2, True)


def test_an_agent_killed_while_it_measures_leaves_no_process_and_the_job_is_measured_once(stack, agent, entry):
    job = stack.submit(model="mlp64.onnx")
    child = stack.wait_for_child(agent)

    agent.kill()
    until(lambda: is_gone(child), within_s=5)
    stack.agent(*entry)

    done = stack.wait_for(job, "published")
    assert [attempt["state"] for attempt in done["attempts"]].count("done") == 1
    stack.agents[-1].end()


def test_a_server_killed_while_the_agent_measures_gets_the_result_when_it_is_back(stack, agent):
    job = stack.submit(model="logreg.onnx")
    stack.wait_for_child(agent)

    stack.process.kill()
    until(lambda: spooled(stack))
    stack.start()

    done = stack.wait_for(job, "published")
    assert len(done["attempts"]) == 1
    until(lambda: not spooled(stack))


def test_agent_and_server_killed_with_a_finished_result_lose_nothing(stack, agent, entry):
    job = stack.submit(model="tree.onnx")
    stack.wait_for_child(agent)
    stack.process.kill()
    until(lambda: spooled(stack))
    agent.kill()

    stack.start()
    stack.agent(*entry)

    done = stack.wait_for(job, "published")
    assert [attempt["state"] for attempt in done["attempts"]] == ["done"]
    # The raw trace waited behind the result, and outlived both.
    said = until(lambda: (trace := stack.trace(done))["state"] != "waiting" and trace)
    assert said["state"] == "agrees", said
    until(lambda: not list((stack.folder / "agent/spool/files").iterdir()))
    stack.agents[-1].end()


def test_the_agents_secret_is_in_no_command_line_and_in_no_log(stack, agent):
    secret = (stack.folder / "agent" / "secret").read_text().strip()
    said = [" ".join(psutil.Process(agent.popen.pid).cmdline()), *(one.log.read_text() for one in stack.agents)]

    assert not any(secret in text for text in said)
