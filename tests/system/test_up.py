"""`up` from an empty folder to measured models, with every process real."""

import signal
import socket
import time

import httpx
import psutil
import pytest

from tests.embedded.processes import until

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]
# Of folders, ports, options and the tree of processes. What a kill leaves in a database is tested on each below, and a
# database that `up` makes itself, measured to the end, in `test_up_on_servers`.
one_database = pytest.mark.one_database


def measured_once(stack):
    """Say that every job has exactly one accepted result and one entry."""
    jobs = stack.query("select id, state from runs_job")
    accepted = stack.query("select job_id from runs_result where accepted")
    entries = stack.query("select job_id from boards_entry")
    assert [state for _, state in jobs] == ["published"] * 2
    assert sorted(accepted) == sorted(entries) == sorted((job,) for job, _ in jobs)


def addresses_on(port):
    return {item.laddr.ip for item in psutil.net_connections("tcp") if item.laddr and item.laddr.port == port}


@one_database
def test_up_measures_the_bundled_models_and_exits_and_again_has_nothing_left_to_do(new_stack):
    code, out = new_stack.run("--exit-when-measured")
    header = new_stack.folder.header_file.read_text(encoding="utf-8")
    began = time.monotonic()
    code_again, out_again = new_stack.run("--exit-when-measured")

    assert (code, code_again) == (0, 0), out + out_again + new_stack.logs()
    assert time.monotonic() - began < 30
    measured_once(new_stack)
    assert "2 of 2 bundled models have an entry" in out
    assert new_stack.processes() == []
    assert new_stack.folder.header_file.read_text(encoding="utf-8") == header
    assert new_stack.folder.header_file.stat().st_mode & 0o777 == 0o600
    assert "pw_" not in out + out_again
    assert not new_stack.folder.address_file.exists()


@one_database
def test_up_serves_says_no_to_a_second_one_and_ends_with_all_its_children(stack):
    process = stack.start("--no-demo")
    agent = stack.child("agents", "run")
    url = stack.folder.address_file.read_text(encoding="utf-8").strip()
    port = int(url.rpartition(":")[2])

    assert httpx.get(f"{url}/healthz").status_code == 200
    assert addresses_on(port) == {"127.0.0.1"}
    words = [word for _, command in stack.command_lines() for word in command]
    assert not [word for word in words if "pw_" in word or "pwdev_" in word]

    code, out = stack.run("--no-demo")
    assert code == 2
    assert out == f"perwatt up: Another `up` is running on {stack.folder.root}, at {url}.\n"

    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 0
    assert not agent.is_running()
    assert stack.processes() == []


@one_database
def test_a_taken_port_is_said_in_one_line(stack):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, out = stack.run("--no-demo", port=port)

    assert code == 2
    assert out == f"perwatt up: Port {port} is taken; choose another with --port, or --port 0 for any free one.\n"


@one_database
@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--benchmark", "sums"], "There is no benchmark sums; bundled are digits."),
        (["--no-demo", "--exit-when-measured"], "--exit-when-measured waits for the bundled models"),
    ],
)
def test_options_that_make_no_sense_are_refused_in_one_line(stack, options, sentence):
    code, out = stack.run(*options)

    assert code == 2
    assert out.startswith(f"perwatt up: {sentence}")
    assert out.count("\n") == 1


def test_killing_each_process_in_the_middle_of_a_measurement_ends_with_every_model_measured_once(stack):
    process = stack.start("--exit-when-measured")

    for words in (("uvicorn",), ("celery", "worker"), ("celery", "beat")):
        stack.until_measuring()
        stack.child(*words).kill()
    attempt = stack.until_measuring()
    stack.child("agents", "run").kill()
    # What was being measured is ended with its agent, and not measured beside the next one.
    until(lambda: stack.state_of(attempt) != "claimed", within_s=60)

    code, out = stack.finish(process)
    assert code == 0, out + stack.logs()
    assert out.count("it starts again in") == 4
    measured_once(stack)
    assert stack.processes() == []


def test_killing_everything_at_once_and_starting_again_ends_with_every_model_measured_once(stack):
    process = stack.start("--exit-when-measured")
    stack.until_measuring()

    process.kill()
    for child in stack.processes():
        child.kill()
    process.wait()
    code, out = stack.run("--exit-when-measured")

    assert code == 0, out + stack.logs()
    measured_once(stack)
    assert stack.processes() == []


@one_database
def test_killing_only_the_supervisor_leaves_no_process_behind(stack):
    process = stack.start("--exit-when-measured")
    stack.until_measuring()

    process.kill()
    process.wait()

    until(lambda: stack.processes() == [], within_s=5)
