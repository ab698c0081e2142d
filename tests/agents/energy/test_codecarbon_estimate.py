"""The real tracker, in a process of its own that watches every socket it could open."""

import json
import subprocess
import sys

import pytest

from agents.energy import codecarbon_estimate
from agents.energy.rated_power import GENERIC_WARNING

PROGRAM = """
import json, os, sys, threading, time
calls = []
sys.addaudithook(lambda name, args: calls.append(name) if name in
                 {"socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.gethostbyname"} else None)
from agents.energy import codecarbon_estimate
(source,) = codecarbon_estimate.sources(None)
source.prepare()
source.start()
threads = [thread for thread in threading.enumerate() if thread is not threading.main_thread()]
for thread in threads:
    thread.join(2)  # a cancelled timer needs a moment to notice
cpu_before = time.process_time()
until = time.monotonic() + 2.3  # long enough for the tracker's own 1 Hz sampling to come in twice
while time.monotonic() < until:
    pass
cpu_s = time.process_time() - cpu_before
busy = source.stop()
source.start()
time.sleep(0.3)
idle = source.stop()
source.start()
short = source.stop()
print(json.dumps({
    "network": calls, "threads": threading.active_count(), "cpu_s": cpu_s, "cpus": os.cpu_count(),
    "files": os.listdir(), **{name: reading.model_dump(mode="json")
    for name, reading in {"busy": busy, "idle": idle, "short": short}.items()},
}))
"""


@pytest.fixture(scope="module")
def answer(tmp_path_factory):
    folder = tmp_path_factory.mktemp("codecarbon")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, check=True, cwd=folder, text=True, timeout=60
    )
    return json.loads(done.stdout) | {"stderr": done.stderr}


def test_the_estimate_is_cpu_seconds_times_rated_power_per_cpu(answer):
    reading = answer["busy"]
    expected_j = answer["cpu_s"] * reading["rated_power_w"] / answer["cpus"]

    assert reading["joules"] == pytest.approx(expected_j, rel=0.03)
    assert reading["method"] == "time_times_constant"
    assert reading["scope"] == "process"
    assert reading["provenance"] == "estimated"


def test_its_constant_is_stored_with_its_origin_and_a_generic_one_is_flagged(answer):
    reading = answer["busy"]

    assert reading["rated_power_w"] > 0
    assert (GENERIC_WARNING in reading["warnings"]) == reading["rated_power_origin"].startswith("generic")


def test_a_process_that_sleeps_has_no_power_rather_than_zero_joules(answer):
    assert answer["idle"]["joules"] is None or answer["idle"]["joules"] < 0.2
    assert answer["idle"]["joules"] or answer["idle"]["missing"] == "no_power"


def test_a_window_of_a_few_clock_ticks_is_too_short(answer):
    assert answer["short"]["missing"] == "window_too_short"


def test_it_never_touches_the_network_writes_no_file_and_says_nothing(answer):
    assert answer["network"] == []
    assert answer["files"] == []
    assert answer["stderr"] == ""


def test_no_thread_of_the_tracker_runs_beside_the_measurement(answer):
    assert answer["threads"] == 1


def test_without_the_package_the_source_is_absent_and_says_how_to_install_it(monkeypatch):
    monkeypatch.setattr(codecarbon_estimate, "find_spec", lambda _name: None)

    info = codecarbon_estimate.probe()

    assert not info.present
    assert "not installed" in info.why_absent
    assert "sh install.sh --estimate" in info.fix
    assert info.rated_power_w is None
    assert codecarbon_estimate.sources(None) == []


CLOCK_SET = """
import json, sys, time
from agents.energy import codecarbon_estimate
(source,) = codecarbon_estimate.sources(10.0)
source.prepare()
real = time.time
readings = []
for jump_s in (0.0, -365 * 86400.0, 365 * 86400.0, 0.0):
    source.start()
    until = time.monotonic() + 1.0
    time.time = lambda: real() + jump_s
    while time.monotonic() < until:
        pass
    readings.append(source.stop().model_dump(mode="json"))
    time.time = real
print(json.dumps(readings))
"""


def test_a_wall_clock_that_is_set_within_a_window_is_no_number_and_the_next_window_is_fine(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", CLOCK_SET], capture_output=True, check=True, cwd=tmp_path, text=True, timeout=60
    )
    before, back, ahead, after = json.loads(done.stdout)

    for set_within in (back, ahead):
        assert (set_within["joules"], set_within["missing"]) == (None, "failed")
        assert 0.9 < set_within["seconds"] < 2
    # Work of a second of wall time: how much CPU time that is depends on the neighbours.
    assert before["joules"] / 5 < after["joules"] < 5 * before["joules"]
