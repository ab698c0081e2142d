"""Lines about the machine, on trees and facts of machines that this one is not."""

from typing import NamedTuple

import psutil
import pytest

from agents.doctor import machine, power, runtimes
from agents.doctor.base import Verdict
from agents.guard import Guard
from leaderboard.protocol import (
    DeviceInfo,
    DeviceKind,
    EnergyMethod,
    EnergySourceInfo,
    GuardReading,
    GuardVerdict,
    Provenance,
    Scope,
)


class Sensor(NamedTuple):
    """As psutil has it."""

    label: str
    current: float
    high: float | None
    critical: float | None


def source(key="rapl", *, present=True, provenance=Provenance.COUNTER, method=EnergyMethod.COUNTER_DIFFERENCE):
    why, fix = (None, None) if present else ("not here", "attach it")
    return EnergySourceInfo(
        key=key, scope=Scope.CPU_PACKAGE, provenance=provenance, method=method, present=present, why_absent=why, fix=fix
    )


def estimate(*, present=True):
    return source(
        "codecarbon", present=present, provenance=Provenance.ESTIMATED, method=EnergyMethod.TIME_TIMES_CONSTANT
    )


def inventory_of(inventory, *sources, runtimes=("onnxruntime",)):
    device = DeviceInfo(key="cpu", kind=DeviceKind.CPU, name="x", runtimes=runtimes, energy_sources=sources)
    return inventory.model_copy(update={"devices": (device,)})


def test_this_machine_gets_a_line_for_everything():
    checks = list(machine.checks_of(sleep=lambda _: None))

    assert [check.code for check in checks] == ["GRD-01", "GRD-02", "CFG-01", "CFG-02", "MEM-01", "THM-01"]
    assert all(check.fix for check in checks if check.verdict in (Verdict.WARN, Verdict.FAIL))


def test_a_kernel_that_does_not_tell_makes_the_guard_unknown_and_the_fix_is_named(tmp_path):
    check = next(machine.checks_of(Guard(tmp_path), sleep=lambda _: None))

    assert (check.code, check.verdict) == ("GRD-01", Verdict.WARN)
    assert "/proc/pressure/cpu" in check.evidence
    assert "psi=1" in check.fix


@pytest.mark.parametrize(("others", "verdict"), [(None, Verdict.SKIP), (0.1, Verdict.PASS), (1.2, Verdict.WARN)])
def test_other_work_is_seen(others, verdict):
    assert machine._quiet(GuardReading(verdict=GuardVerdict.CLEAN, others_busy_cores=others)).verdict is verdict


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [({}, Verdict.SKIP), ({"governor": "ondemand"}, Verdict.WARN), ({"governor": "performance"}, Verdict.PASS)],
)
def test_a_governor_that_follows_the_load_is_a_warning_with_the_line_that_changes_it(facts, verdict):
    check = machine._governor(facts)

    assert check.verdict is verdict
    assert ("scaling_governor" in check.fix) == (verdict is Verdict.WARN)


@pytest.mark.parametrize(
    ("facts", "said"),
    [({"turbo_disabled": "1"}, "turbo is off"), ({"boost": "1"}, "turbo is on"), ({}, "does not say")],
)
def test_turbo_is_said_and_never_blamed(facts, said):
    check = machine._turbo(facts)

    assert said in check.evidence
    assert check.verdict in (Verdict.PASS, Verdict.SKIP)


@pytest.mark.parametrize(("mebibytes", "verdict"), [(100, Verdict.FAIL), (700, Verdict.WARN), (4000, Verdict.PASS)])
def test_little_memory_is_seen(mebibytes, verdict):
    assert machine._memory(mebibytes * 2**20).verdict is verdict


@pytest.mark.parametrize(
    ("sensors", "verdict", "said"),
    [
        ({}, Verdict.SKIP, "no temperature sensor"),
        ({"cpu": [Sensor("", 41.0, 85.0, 100.0)]}, Verdict.PASS, "41 C, headroom 44 C"),
        ({"cpu": [Sensor("", 41.0, 85.0, None), Sensor("", 80.0, None, 90.0)]}, Verdict.WARN, "80 C, headroom 10 C"),
        ({"cpu": [Sensor("", 41.0, None, None)]}, Verdict.PASS, "limit is not stated"),
    ],
)
def test_the_hottest_sensor_and_its_headroom_are_said(monkeypatch, sensors, verdict, said):
    monkeypatch.setattr(psutil, "sensors_temperatures", lambda: sensors, raising=False)

    check = machine._temperature()

    assert (check.verdict, said in check.evidence) == (verdict, True)


def test_a_device_with_a_counter_is_fine_and_what_it_lacks_beside_it_is_skipped(inventory):
    checks = list(power.checks_of(inventory_of(inventory, source(), estimate(present=False))))

    assert [(check.code, check.verdict) for check in checks] == [
        ("PWR-00", Verdict.PASS), ("PWR-01", Verdict.PASS), ("PWR-04", Verdict.SKIP),
    ]  # fmt: skip
    assert checks[1].evidence == "source rapl, scope cpu_package, counter, grade C"


def test_a_device_with_an_estimate_alone_is_a_warning_with_the_first_way_out(inventory):
    check = next(power.checks_of(inventory_of(inventory, source(present=False), estimate())))

    assert (check.verdict, check.fix) == (Verdict.WARN, "attach it")


def test_a_device_without_any_source_is_a_warning_and_names_the_estimate(inventory):
    check = next(power.checks_of(inventory_of(inventory, source(present=False), estimate(present=False))))

    assert (check.verdict, check.fix) == (Verdict.WARN, power.INSTALL_ESTIMATE)


def test_a_runtime_is_loaded_in_a_process_of_its_own(inventory):
    check = next(runtimes.checks_of(inventory_of(inventory)))

    assert (check.code, check.verdict) == ("RUN-01", Verdict.PASS)


def test_a_runtime_that_is_broken_or_missing_is_a_failure(inventory, monkeypatch):
    monkeypatch.setitem(runtimes._MODULES, "onnxruntime", "no_such_runtime")
    check = next(runtimes.checks_of(inventory_of(inventory)))
    assert (check.verdict, "No module named 'no_such_runtime'" in check.evidence) == (Verdict.FAIL, True)

    check = next(runtimes.checks_of(inventory_of(inventory, runtimes=())))
    assert check.verdict is Verdict.FAIL


@pytest.mark.parametrize("here", [(), ("onnxruntime",)])
def test_what_a_machine_does_not_run_is_named_with_the_way_to_get_it(inventory, here):
    checks = list(runtimes.checks_of(inventory_of(inventory, runtimes=here)))

    assert [check.code for check in checks] == ["RUN-01", "RUN-02", "RUN-03", "RUN-04"]
    llama = checks[1]
    assert (llama.verdict, "GGUF" in llama.evidence) == (Verdict.SKIP, True)
    assert "sh install.sh --llama" in llama.fix
    assert "--container" in checks[2].fix
