"""NVML through the real pynvml and a stub of the vendor's library, in processes that load it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from agents.energy import nvml

pytestmark = pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc to build the stub library")

STUB = Path(__file__).with_name("nvml_stub.c")

PROGRAM = """
import json, sys, time
from agents.energy import nvml
windows = [float(word) for word in sys.argv[1:]]
absent = nvml.absent()
answer = {
    "absent": absent and absent.model_dump(mode="json"),
    "devices": [device.model_dump(mode="json") for device in nvml.devices()],
    "readings": [],
}
for source in nvml.sources("gpu0"):
    source.prepare()
    for seconds in windows:
        for _ in range(4):  # all cards at once: a sampler may come late, and then a window has no energy
            source.start()
            time.sleep(seconds)
            reading = source.stop().model_dump(mode="json")
            if reading["missing"] != "too_few_samples":
                break
        answer["readings"].append(reading)
    answer["traces"] = {trace.kind: list(trace.series.values) for trace in source.traces()}
    answer["temperature_c"] = nvml.temperature_c(0)
    source.close()
print(json.dumps(answer))
"""

SCENARIOS = {"counter": ("0.3", "2.1"), "power": ("0.3", "2.1"), "backwards": ("2.1",), "nothing": (), "empty": (),
             "frozen": ("3.2",), "hot": ("2.1",), "capped": ("2.1",), "liar": ("2.1",), "instant": ("2.1",),
             "gone": ("2.6",), "mig": ("2.1",)}  # fmt: skip
# What computes on the card: this test's own process is foreign to the one that measures, and the other number is no
# process of this machine, as those of another container are none.
ON_THE_CARD = {"instant": os.getpid(), "capped": 2**22 + 1}


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """What each kind of card made of its windows; all at once, because the windows take their time."""
    folder = tmp_path_factory.mktemp("nvml")
    library = folder / "libnvidia-ml.so.1"
    subprocess.run(["gcc", "-shared", "-fPIC", "-Wall", "-o", library, STUB], check=True)
    running = {
        mode: subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *windows],
            env=os.environ
            | {"LD_LIBRARY_PATH": str(folder), "NVML_STUB": mode}
            | ({"NVML_STUB_PID": str(ON_THE_CARD[mode])} if mode in ON_THE_CARD else {}),
            stdout=subprocess.PIPE,
            text=True,
        )
        for mode, windows in SCENARIOS.items()
    }
    return {mode: json.loads(process.communicate(timeout=90)[0]) for mode, process in running.items()}


def test_a_card_is_a_device_of_its_own(answers):
    (device,) = answers["counter"]["devices"]

    assert (device["key"], device["kind"], device["name"]) == ("gpu0", "gpu", "Stub 150")
    assert device["memory_bytes"] == 16 * 2**30
    assert device["facts"] == {"driver": "570.00", "uuid": "GPU-stub"}
    assert answers["counter"]["absent"] is None


def test_the_counter_s_difference_is_the_energy_of_the_card(answers):
    reading = answers["counter"]["readings"][1]

    assert reading["method"] == "counter_difference"
    assert reading["scope"] == "accelerator"
    assert reading["joules"] == pytest.approx(150 * reading["seconds"], rel=0.03)
    assert reading["counter_end"] - reading["counter_start"] == pytest.approx(reading["joules"])


@pytest.mark.parametrize("mode", ["counter", "power"])
def test_a_window_under_two_seconds_is_refused(answers, mode):
    reading = answers[mode]["readings"][0]

    assert reading["joules"] is None
    assert reading["missing"] == "window_too_short"


@pytest.mark.parametrize("mode", ["counter", "power"])
def test_a_window_under_ten_seconds_is_flagged(answers, mode):
    assert "short_window" in answers[mode]["readings"][1]["warnings"]


def test_a_card_without_a_counter_has_its_power_integrated_and_says_so(answers):
    reading = answers["power"]["readings"][1]

    assert reading["method"] == "power_integral"
    assert reading["samples"] >= 20
    assert reading["joules"] == pytest.approx(150 * reading["seconds"], rel=0.05)


def test_a_counter_that_runs_down_is_no_energy(answers):
    (reading,) = answers["backwards"]["readings"]

    assert reading["joules"] is None
    assert reading["missing"] == "counter_went_backwards"


def test_a_card_that_reports_nothing_has_an_absent_source_with_a_fix(answers):
    (source,) = answers["nothing"]["devices"][0]["energy_sources"]

    assert source["present"] is False
    assert source["why_absent"]
    assert source["fix"]


def test_a_driver_without_a_card_says_so(answers):
    assert answers["empty"]["devices"] == []
    assert "no card" in answers["empty"]["absent"]["why_absent"]


def test_without_the_driver_the_source_is_absent_and_no_card_is_made_up():
    if nvml.devices():
        pytest.skip("this machine has a real card")

    absent = nvml.absent()

    assert "libnvidia-ml.so.1" in absent.why_absent
    assert absent.fix
    assert nvml.sources("gpu0") == []


def test_a_counter_that_stops_within_the_window_is_no_energy(answers):
    (reading,) = answers["frozen"]["readings"]

    assert (reading["joules"], reading["missing"]) == (None, "sensor_stopped")


def test_a_card_that_falls_off_the_bus_is_a_reason_and_no_error(answers):
    (reading,) = answers["gone"]["readings"]

    assert (reading["joules"], reading["missing"]) == (None, "sensor_stopped")
    assert reading["seconds"] > 2.5


def test_heat_that_holds_the_clocks_down_is_told_and_a_power_limit_is_none(answers):
    assert "throttled" in answers["hot"]["readings"][0]["warnings"]
    assert "throttled" not in answers["capped"]["readings"][0]["warnings"]


def test_power_stands_beside_the_counter_as_a_witness_and_is_flagged_where_it_says_something_else(answers):
    honest, liar = answers["counter"], answers["liar"]

    assert set(honest["traces"]) == {"counter_j", "power_w"}
    assert set(honest["traces"]["power_w"]) == {150.0}
    assert "counter_and_power_disagree" not in honest["readings"][1]["warnings"]
    assert "counter_and_power_disagree" in liar["readings"][0]["warnings"]
    assert liar["readings"][0]["joules"] == pytest.approx(150 * liar["readings"][0]["seconds"], rel=0.03)


def test_power_of_the_moment_is_preferred_to_a_mean(answers):
    assert set(answers["instant"]["traces"]["power_w"]) == {150.0}


def test_a_card_tells_its_temperature(answers):
    assert answers["counter"]["temperature_c"] == 61.0


def test_another_program_on_the_card_is_told_and_one_that_cannot_be_known_is_not_claimed(answers):
    assert "foreign_gpu_process" in answers["instant"]["readings"][0]["warnings"]
    assert "foreign_gpu_process" not in answers["capped"]["readings"][0]["warnings"]
    assert "foreign_gpu_process" not in answers["counter"]["readings"][1]["warnings"]


def test_a_card_that_is_shared_by_instances_says_that_it_is_measured_whole(answers):
    (source,) = answers["mig"]["devices"][0]["energy_sources"]

    assert "the whole card, also where it is shared" in source["detail"]
    assert answers["mig"]["readings"][0]["joules"] > 0
