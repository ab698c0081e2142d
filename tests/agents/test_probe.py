import time

import pytest

from agents.energy import registry
from agents.fingerprint import board_name
from agents.meters import Meter
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

    assert {"meter", "rapl", "nvml", "ina3221", "pmic", "codecarbon"} <= set(sources)
    for source in sources.values():
        assert source.present != bool(source.why_absent)
        assert source.present or source.fix


def test_no_source_goes_without_a_code_of_its_own(inventory):
    assert not any(line.startswith("PWR-99") for line in probe_lines(inventory))


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("Raspberry Pi 5 Model B Rev 1.0\0", "Raspberry Pi 5 Model B Rev 1.0"),
        ("NVIDIA Jetson Orin Nano Developer Kit\0", "NVIDIA Jetson Orin Nano Developer Kit"),
        ("Some other board\0", None),
        (None, None),
    ],
)
def test_a_board_whose_rails_can_be_read_is_known_by_its_device_tree(tmp_path, model, name):
    if model is not None:
        (tmp_path / "device-tree").mkdir()
        (tmp_path / "device-tree/model").write_text(model)

    assert board_name(tmp_path) == name


def test_a_board_is_a_device_beside_its_cpu_and_carries_the_rails(monkeypatch):
    monkeypatch.setattr("agents.probe.board_name", lambda: "Raspberry Pi 5 Model B")
    devices = {device.key: device for device in probe_inventory().devices}
    keys = {key: [source.key for source in device.energy_sources] for key, device in devices.items()}

    assert devices["board"].kind is DeviceKind.BOARD
    assert devices["board"].name == "Raspberry Pi 5 Model B"
    assert devices["board"].runtimes == devices["cpu"].runtimes
    assert keys["board"] == ["ina3221", "pmic", "codecarbon"]
    assert not {"ina3221", "pmic"} & set(keys["cpu"])


def test_sources_are_listed_and_opened_best_first():
    meters = {"plug": Meter(kind="shelly2", url="http://127.0.0.1:1")}
    listed = [source.key for source in registry.probe_cpu_sources(registry.probe_meters(meters), is_board=False)]
    opened = [source.info.key for source in registry.open_sources("cpu", None, meters=meters)]

    assert listed[0] == opened[0] == "meter-plug"
    assert listed[-1] == opened[-1] == "codecarbon"
    assert [source.info.key for source in registry.open_sources("gpu7", None, meters=meters)] == ["meter-plug"]


def test_a_meter_that_does_not_answer_is_in_the_list_with_its_reason():
    inventory = probe_inventory((), {"plug": Meter(kind="shelly2", url="http://127.0.0.1:1")})
    lines = "\n".join(probe_lines(inventory, 120))

    assert "PWR-07  no    meter-plug: measured, scope wall" in lines
    assert "the meter cannot be reached: Connection refused" in lines


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
