"""However a supervisor ends, nothing of it goes on."""

import os
import signal
import subprocess
import sys

import pytest

from leaderboard.embedded.folder import DataFolder
from leaderboard.embedded.leftovers import end_leftovers
from tests.embedded.processes import marked, runs, until

SUPERVISOR = """
import sys, time
from pathlib import Path
from leaderboard.embedded.children import Children, Program
from leaderboard.embedded.folder import DataFolder
from leaderboard.embedded.signals import Signals

children = Children(DataFolder(Path(sys.argv[1])), print)
with Signals() as signals:
    for name in ("one", "two", "three"):
        children.add(Program(name, (sys.executable, "-c", "import time; time.sleep(600)")))
    print("up", flush=True)
    while not signals.wait(0.5):
        children.tend()
    children.stop((), hurry=signals.wait_for_another)
print("down", flush=True)
"""


@pytest.fixture
def folder(tmp_path):
    folder = DataFolder(tmp_path / "data")
    folder.prepare()
    return folder


@pytest.fixture
def supervisor(folder):
    command = [sys.executable, "-c", SUPERVISOR, str(folder.root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout.readline() == b"up\n"
        yield process
        process.kill()


def sleepers(folder):
    return [process for process in marked(folder.mark) if "time.sleep(600)" in " ".join(process.cmdline())]


def test_children_die_with_a_killed_supervisor(folder, supervisor):
    until(lambda: len(sleepers(folder)) == 3)

    supervisor.kill()
    supervisor.wait()

    until(lambda: marked(folder.mark) == [], within_s=3)


def test_children_that_are_just_starting_die_with_it_too(folder, supervisor):
    supervisor.kill()
    supervisor.wait()

    until(lambda: marked(folder.mark) == [], within_s=3)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_stop_ends_every_child(folder, supervisor, number):
    until(lambda: len(sleepers(folder)) == 3)

    supervisor.send_signal(number)

    assert supervisor.wait(timeout=10) == 0
    assert supervisor.stdout.read() == b"down\n"
    assert marked(folder.mark) == []


def test_an_interrupt_ends_it_although_a_script_started_it_in_the_background(folder):
    script = f'"$0" -c "$1" "{folder.root}" & kill_me=$!; read _; kill -INT $kill_me; wait $kill_me'
    command = ["sh", "-c", script, sys.executable, SUPERVISOR]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as shell:
        assert shell.stdout.readline() == b"up\n"
        out, _ = shell.communicate(b"\n", timeout=10)

    assert (out, shell.returncode) == (b"down\n", 0)


def test_a_hang_up_does_not_end_what_nohup_started(folder):
    ignoring = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
    command = [sys.executable, "-c", ignoring + SUPERVISOR, str(folder.root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"up\n"
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGCHLD)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=1)
        process.terminate()

        assert process.wait(timeout=10) == 0


def test_leftovers_with_the_mark_are_ended_and_others_are_not(folder, tmp_path):
    other = DataFolder(tmp_path / "other")
    other.prepare()
    command = [sys.executable, "-c", "import time; time.sleep(600)"]
    ours, theirs = (
        subprocess.Popen(command, env=os.environ | {"PERWATT_SUPERVISED": mark}, start_new_session=True)
        for mark in (folder.mark, other.mark)
    )
    try:
        until(lambda: marked(folder.mark) and marked(other.mark))

        assert end_leftovers(folder.mark) == 1

        assert not runs(ours.pid)
        assert runs(theirs.pid)
    finally:
        for process in (ours, theirs):
            process.kill()
            process.wait()


def test_a_child_whose_parent_is_gone_already_does_not_begin():
    command = [sys.executable, "-m", "leaderboard.embedded.child", "1", sys.executable, "-c", "print('began')"]

    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)

    assert done.returncode == 1
    assert done.stdout == ""
    assert "is gone" in done.stderr
