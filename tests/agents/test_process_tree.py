import os
import socket
import subprocess
import sys
import time

import psutil
import pytest

from agents.guard import Guard
from agents.listening import common_root, listeners
from agents.process_tree import ProcessTree

BUSY_CHILD = """
import subprocess, sys, time
spin = "import time\\nend = time.process_time() + 0.3\\nwhile time.process_time() < end: pass\\n"
subprocess.run([sys.executable, "-c", spin])  # ended and waited for
child = subprocess.Popen([sys.executable, "-c", spin + "time.sleep(60)"])
print("started", flush=True)
sys.stdin.read()
child.kill()
child.wait()
"""


@pytest.fixture
def busy():
    process = subprocess.Popen(
        [sys.executable, "-c", BUSY_CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    process.stdout.readline()
    yield process
    process.stdin.close()
    process.wait(10)
    process.stdout.close()


def test_children_that_live_and_children_that_have_ended_are_charged(busy):
    tree = ProcessTree(busy.pid)
    until = time.monotonic() + 20
    while tree.cpu_s() < 0.58 and time.monotonic() < until:
        time.sleep(0.05)

    assert tree.cpu_s() >= 0.58
    assert len(tree.members()) == 2


def test_a_tree_never_holds_the_process_that_asks():
    tree = ProcessTree(os.getpid())

    assert os.getpid() not in tree.pids()


def test_a_process_that_is_gone_has_no_tree_and_one_that_ends_no_members(busy):
    tree = ProcessTree(busy.pid)
    busy.stdin.close()
    busy.wait(10)

    assert tree.members() == []
    assert tree.cpu_s() == 0
    with pytest.raises(psutil.Error):
        ProcessTree(busy.pid)


def test_what_serves_us_is_none_of_the_others(busy):
    guard = Guard()
    guard.serves(ProcessTree(busy.pid))
    guard.start()

    assert set(ProcessTree(busy.pid).pids()) <= set(guard._start.waits_s)
    assert guard._start.own_cpu_s >= 0.3


def test_a_listener_is_found_by_its_port_and_only_here():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

        assert listeners("127.0.0.1", port) == {os.getpid()}
        assert listeners("localhost", port) == {os.getpid()}
        assert listeners("192.0.2.1", port) == set()
    assert listeners("127.0.0.1", port) == set()


def test_of_a_server_and_its_workers_the_server_is_the_root(busy):
    (worker,) = [process.pid for process in psutil.Process(busy.pid).children()]

    assert common_root({busy.pid, worker}) == busy.pid
    assert common_root({busy.pid, 1}) in (1, None)
    assert common_root({worker}) == worker
