import time

import pytest

from agents.probe import probe_inventory, probe_lines
from leaderboard.protocol import (
    DeviceInfo,
    DeviceKind,
    EnergyMethod,
    EnergySourceInfo,
    Inventory,
    Provenance,
    Scope,
)


@pytest.fixture(scope="module")
def inventory():
    return probe_inventory()


def test_every_machine_has_a_cpu_that_runs_models(inventory):
    cpu = inventory.devices[0]

    assert (cpu.key, cpu.kind) == ("cpu", DeviceKind.CPU)
    assert cpu.runtimes == ("onnxruntime", "llama.cpp")
    assert cpu.cores >= 1
    assert cpu.memory_bytes > 0


def test_every_source_is_named_and_an_absent_one_says_why_and_what_to_do(inventory):
    sources = {source.key: source for device in inventory.devices for source in device.energy_sources}

    assert {"rapl", "nvml", "codecarbon"} <= set(sources)
    for source in sources.values():
        assert source.present != bool(source.why_absent)
        assert source.present or source.fix


def test_a_second_look_takes_milliseconds(inventory):
    begin = time.monotonic()

    assert probe_inventory().fingerprint == inventory.fingerprint
    assert time.monotonic() - begin < 1


@pytest.mark.parametrize("width", [50, 80])
def test_the_table_fits_its_terminal(inventory, width):
    lines = probe_lines(inventory, width)

    assert max(map(len, lines)) <= width


def test_lines_carry_codes_provenance_scope_and_the_fix():
    lines = "\n".join(probe_lines(made_up(), 80))

    assert "DEV-01  cpu" in lines
    assert "PWR-01  no    rapl: counter, scope cpu_package" in lines
    assert "fix: sudo chmod a+r energy_uj" in lines
    assert "PWR-04  yes   codecarbon: estimated, scope process" in lines
    assert "rated 65 W (operator)" in lines
    assert "2 energy sources: 1 present, 1 absent" in lines


def made_up():
    rapl = EnergySourceInfo(
        key="rapl",
        scope=Scope.CPU_PACKAGE,
        provenance=Provenance.COUNTER,
        method=EnergyMethod.COUNTER_DIFFERENCE,
        present=False,
        why_absent="energy_uj cannot be read",
        fix="sudo chmod a+r energy_uj",
    )
    estimate = EnergySourceInfo(
        key="codecarbon",
        scope=Scope.PROCESS,
        provenance=Provenance.ESTIMATED,
        method=EnergyMethod.TIME_TIMES_CONSTANT,
        present=True,
        rated_power_w=65,
        rated_power_origin="operator",
    )
    cpu = DeviceInfo(key="cpu", kind=DeviceKind.CPU, name="A processor", cores=4, energy_sources=(rapl, estimate))
    return Inventory(
        hostname="lab-1",
        os="Linux",
        arch="x86_64",
        python="3.11",
        agent_version="0.1",
        boot_id="b",
        fingerprint="0" * 64,
        devices=(cpu,),
    )
