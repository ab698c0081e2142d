import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import onnxruntime
import psutil
import pytest

from agents.child_process import end_leftover, spawn
from agents.meters import Meter
from agents.process_group import members, process_start_time
from leaderboard.protocol import Code, EnergyMethod, Limits, MissingReason, Phase, Provenance, Scope
from tests.agents.energy.meter_server import served
from tests.agents.measuring import (
    DIGITS,
    MODELS,
    QUICK,
    hanging,
    hungry,
    not_a_number,
    order,
    wrong_input,
    wrong_shape_only_when_run,
)

PATIENCE_S = 60


def outcome(work_order):
    child = spawn(work_order)
    try:
        report = child.wait(PATIENCE_S)
    finally:
        assert child.end(grace_s=0)
    assert report is not None, "still running"
    assert members(child.pgid) == []
    assert report.attempt_id == work_order.spec.attempt_id
    return report


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """One real measurement of a bundled model, and what was said meanwhile."""
    child = spawn(order(tmp_path_factory.mktemp("measured"), MODELS / "mlp8.onnx"))
    report = child.wait(PATIENCE_S)
    return report, child.events(), child


def test_a_bundled_model_is_measured_end_to_end(measured):
    report, _, _ = measured
    result = report.measured

    assert report.failed is None
    assert len(result.repeats) == QUICK.repeats
    assert all(repeat.calls >= QUICK.repeat_min_calls for repeat in result.repeats)
    assert all(repeat.seconds >= QUICK.repeat_min_s for repeat in result.repeats)
    assert sum(result.histogram.counts.values()) == sum(repeat.calls for repeat in result.repeats)
    assert result.provider == "CPUExecutionProvider"
    assert result.precision == "fp32"
    assert result.memory_peak_bytes < 64 * 2**20


def test_answers_are_those_of_the_model_in_item_order(measured):
    report, _, _ = measured
    session = onnxruntime.InferenceSession(MODELS / "mlp8.onnx")
    (scores,) = session.run(None, {session.get_inputs()[0].name: np.load(DIGITS / "inputs.npy")})

    assert list(report.measured.answers) == scores.argmax(axis=1).tolist()


def test_energy_of_the_machine_without_sensors_is_estimated_and_says_so(measured):
    report, _, _ = measured
    energies = [energy for repeat in report.measured.repeats for energy in repeat.energy]
    estimates = [energy for energy in energies if energy.source == "codecarbon"]

    assert len(estimates) == QUICK.repeats
    for energy in estimates:
        assert energy.provenance is Provenance.ESTIMATED
        assert energy.scope is Scope.PROCESS
        assert energy.method is EnergyMethod.TIME_TIMES_CONSTANT
        assert energy.rated_power_w > 0
        assert energy.rated_power_origin
        assert energy.joules > 0


def test_phases_follow_the_protocol_and_progress_never_goes_back(measured):
    report, events, _ = measured
    progress = [event.progress for event in events]

    assert [mark.phase for mark in report.phases] == [Phase.PREPARING, Phase.BASELINE, Phase.WARMUP, Phase.MEASURING]
    assert all(before.end_s == after.start_s for before, after in zip(report.phases, report.phases[1:], strict=False))
    assert progress == sorted(progress)
    assert any("onnxruntime" in event.log for event in events)


def test_a_finished_child_leaves_no_process_and_its_report_can_be_asked_for_again(measured):
    report, _, child = measured

    assert members(child.pgid) == []
    assert child.end() is True
    assert child.wait(0) == report


def test_a_model_that_hangs_times_out_and_is_gone(tmp_path):
    limits = Limits(wall_s=1.5, memory_bytes=512 * 2**20)
    begin = time.monotonic()

    report = outcome(order(tmp_path, hanging(tmp_path / "m.onnx"), limits=limits))

    assert report.failed.code is Code.TIMEOUT
    assert "1.5 s" in report.failed.message
    assert time.monotonic() - begin < 10
    assert [mark.phase for mark in report.phases] == [Phase.PREPARING]


def test_a_model_that_eats_memory_is_refused_by_the_cap(tmp_path):
    eight_gib = 2 * 2**30

    report = outcome(order(tmp_path, hungry(tmp_path / "m.onnx", eight_gib)))

    assert report.failed.code is Code.OUT_OF_MEMORY, report.failed


def test_a_model_below_the_cap_may_use_its_memory(tmp_path):
    hundred_mib = 25 * 2**20
    protocol = QUICK.model_copy(update={"repeat_min_calls": 3, "warmup_calls": 1})

    small = np.load(DIGITS / "inputs.npy")[:4]
    np.save(tmp_path / "small.npy", small)
    model = hungry(tmp_path / "m.onnx", hundred_mib)
    inputs = tmp_path / "small.npy"
    report = outcome(order(tmp_path, model, protocol=protocol, inputs_path=inputs))

    assert report.failed is None
    assert 100e6 < report.measured.memory_peak_bytes < 512 * 2**20
    assert report.measured.repeats[0].p90_s is None


def test_a_wall_meter_of_the_operator_is_read_beside_the_model_and_hears_of_nothing_else(tmp_path):
    protocol = QUICK.model_copy(update={"idle_s": 2.3})
    with served() as (played, url):
        meter = Meter(kind="shelly2", url=url, period_s=0.1, window_s=2.2)
        work_order = order(tmp_path, MODELS / "mlp8.onnx", protocol=protocol)
        report = outcome(work_order.model_copy(update={"meters": {"plug": meter}}))

    assert report.failed is None
    for repeat in report.measured.repeats:
        reading = repeat.energy[0]
        assert (reading.source, reading.scope, reading.provenance) == ("meter-plug", Scope.WALL, Provenance.MEASURED)
        assert reading.seconds == pytest.approx(repeat.seconds, rel=0.05)
    read = [*(repeat.energy[0] for repeat in report.measured.repeats), report.measured.idle_before[0]]
    known = [reading for reading in read if reading.missing is not MissingReason.TOO_FEW_SAMPLES]
    assert known  # on a busy machine a poll of a short window may come late
    for reading in known:
        assert reading.joules == pytest.approx(played.watts * reading.seconds, rel=1e-6)
    assert {path for path, _ in played.asked} == {"/rpc/Switch.GetStatus?id=0"}


def test_garbage_cannot_be_loaded(tmp_path):
    path = tmp_path / "m.onnx"
    path.write_bytes(os.urandom(4096))

    report = outcome(order(tmp_path, path))

    assert report.failed.code is Code.CANNOT_LOAD
    assert "onnxruntime" in report.failed.message


def test_another_input_is_a_contract_mismatch_with_both_shapes(tmp_path):
    report = outcome(order(tmp_path, wrong_input(tmp_path / "m.onnx")))

    assert report.failed.code is Code.CONTRACT_MISMATCH
    assert "'image' float32 [N, 32]" in report.failed.message
    assert "float32 [N, 64]" in report.failed.message


@pytest.mark.parametrize("build", [not_a_number, wrong_shape_only_when_run])
def test_answers_that_cannot_be_scored_are_wrong_output(tmp_path, build):
    report = outcome(order(tmp_path, build(tmp_path / "m.onnx")))

    assert report.failed.code is Code.WRONG_OUTPUT, report.failed
    assert "NaN" in report.failed.message or "[1, 5]" in report.failed.message


def test_a_child_that_dies_of_a_signal_has_crashed_with_its_name(tmp_path):
    child = spawn(order(tmp_path, hanging(tmp_path / "m.onnx")))
    assert child.wait(0.5) is None

    os.kill(child.pid, signal.SIGSEGV)
    report = child.wait(PATIENCE_S)

    assert report.failed.code is Code.CRASHED
    assert "SIGSEGV" in report.failed.message
    assert members(child.pgid) == []


def test_a_cancelled_measurement_is_gone_within_its_grace(tmp_path):
    child = spawn(order(tmp_path, hanging(tmp_path / "m.onnx")))
    assert child.wait(0.6) is None
    begin = time.monotonic()

    assert child.end(grace_s=1.0) is True

    assert time.monotonic() - begin < 3
    assert members(child.pgid) == []
    assert child.wait(1.0).failed.code is Code.CANCELLED


def test_a_cancel_from_another_thread_ends_the_wait_at_once(tmp_path):
    child = spawn(order(tmp_path, hanging(tmp_path / "m.onnx")))
    canceller = threading.Timer(0.7, child.end, kwargs={"grace_s": 1.0})
    canceller.start()
    begin = time.monotonic()

    report = child.wait(PATIENCE_S)

    canceller.join()
    assert report.failed.code is Code.CANCELLED
    assert time.monotonic() - begin < 5


def test_waiting_costs_no_cpu_time(tmp_path):
    child = spawn(order(tmp_path, hanging(tmp_path / "m.onnx")))
    before_s = time.process_time()

    child.wait(1.0)

    assert time.process_time() - before_s < 0.1
    stop(child)


def test_the_child_ends_when_the_pipe_to_its_agent_ends(tmp_path):
    child = spawn(order(tmp_path, hanging(tmp_path / "m.onnx")))
    assert child.wait(0.6) is None

    child.process.stdin.close()

    assert "SIGKILL" in child.wait(5).failed.message
    assert members(child.pgid) == []


def test_the_child_dies_with_an_agent_that_is_killed(tmp_path):
    program = (
        "import sys, time; from agents.child_process import MeasureOrder, spawn\n"
        "child = spawn(MeasureOrder.model_validate_json(sys.stdin.readline()))\n"
        "child.wait(1.0); print(child.pid, flush=True); time.sleep(60)\n"
    )
    agent = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with agent:
        agent.stdin.write(order(tmp_path, hanging(tmp_path / "m.onnx")).model_dump_json() + "\n")
        agent.stdin.flush()
        pid = int(agent.stdout.readline())
        assert psutil.pid_exists(pid)

        agent.kill()
        agent.wait(5)

    assert gone_within(pid, 3)


def test_nothing_of_the_order_is_in_arguments_or_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("A_TOKEN", "secret")
    monkeypatch.setenv("CODECARBON_PUE", "9")
    child = spawn(order(tmp_path, hanging(tmp_path / "m.onnx")))
    child.wait(0.5)
    process = psutil.Process(child.pid)

    arguments, environment = process.cmdline(), process.environ()
    stop(child)

    assert arguments[-2:] == ["-m", "agents.child"]
    assert not {"A_TOKEN", "CODECARBON_PUE"} & set(environment)
    assert environment["HOME"] == str(tmp_path / "work")


def test_a_leftover_is_ended_when_its_start_time_matches(tmp_path):
    child = spawn(order(tmp_path, hanging(tmp_path / "m.onnx")))
    child.wait(0.5)

    assert end_leftover(child.pid, child.pgid, child.start_time + 1) is False
    assert members(child.pgid) == [child.pid]
    assert end_leftover(child.pid, child.pgid, child.start_time) is True
    assert members(child.pgid) == []

    child.wait(1)
    assert end_leftover(child.pid, child.pgid, child.start_time) is False


def test_a_start_time_belongs_to_one_process_and_none_to_a_missing_one():
    assert process_start_time(os.getpid()) == process_start_time(os.getpid())
    assert process_start_time(2**22 + 1) is None


def test_an_order_survives_its_journey_as_json(tmp_path):
    work_order = order(tmp_path, Path("model.onnx"))

    again = type(work_order).model_validate(json.loads(work_order.model_dump_json()))

    assert again == work_order


def stop(child):
    assert child.end(grace_s=0)
    assert child.wait(1) is not None


def gone_within(pid, seconds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False
