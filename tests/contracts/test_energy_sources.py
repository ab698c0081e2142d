"""One contract for every energy source, each in a process of its own on hardware that a file or a stub plays."""

import json
import os
import shutil
import subprocess
import sys
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from agents.sampling import Series
from leaderboard.metrics.energy.counters import counter_steps_j
from leaderboard.metrics.energy.traces import integrate_power_j
from leaderboard.protocol import (
    KIND_OF_METHOD,
    EnergyMethod,
    EnergyReading,
    EnergySourceInfo,
    MissingReason,
    Provenance,
    TraceKind,
)
from tests.agents.energy.at_once import at_once

ROOT = Path(__file__).parents[2]
NVML_STUB = ROOT / "tests/agents/energy/nvml_stub.c"

# Opens the sources that its argument names and gives back three windows of each: one much too short, a proper one, and
# one within which the sensor goes away.
PROGRAM = """
import contextlib, dataclasses, json, pathlib, sys, threading, time
from agents.energy import codecarbon_estimate, http_meter, ina3221, nvml, pmic, rapl
from agents.meters import Meter
from tests.agents.energy import meter_server, trees

name, here, servers = sys.argv[1], pathlib.Path.cwd(), contextlib.ExitStack()

def forever(step):
    def run():
        value = 0
        while True:
            value += 1
            step(value)
            time.sleep(0.01)
    threading.Thread(target=run, daemon=True).start()

def fake_rapl():
    root = here / "powercap"
    for zone, label in (("intel-rapl:0", "package-0"), ("intel-rapl:1", "psys")):
        (root / zone).mkdir(parents=True)
        trees.put(root / zone, name=label, energy_uj=0, max_energy_range_uj=262143328850)
    def step(value):
        for zone in ("intel-rapl:0", "intel-rapl:1"):
            if (root / zone).exists():
                trees.put(root / zone, energy_uj=value * 100_000)
    forever(step)
    return rapl.sources(root), lambda: root.rename(here / "away")

def fake_jetson():
    chip = trees.jetson(here)
    forever(lambda value: chip.exists() and trees.put(chip, curr1_input=2000 + value % 7))
    return ina3221.sources(here), lambda: chip.rename(here / "away")

def fake_pi():
    pmic._SAMPLE_PERIOD_S = 0.1
    command = trees.vcgencmd(here)
    forever(lambda value: trees.put(here, output=trees.PMIC_OUTPUT.format(last=value % 10)))
    return pmic.sources(str(command)), (here / "fails").touch

def fake_plug(read):
    played, url = servers.enter_context(meter_server.served())
    meter = Meter(kind="shelly2", url=url, read=read, period_s=0.1, window_s=3)
    return http_meter.sources({"plug": meter}, "cpu"), lambda: setattr(played, "status", 500)

opened, lose = {
    "rapl": fake_rapl,
    "nvml-counter": lambda: (nvml.sources("gpu0"), None),
    "nvml-power": lambda: (nvml.sources("gpu0"), None),
    "ina3221": fake_jetson,
    "pmic": fake_pi,
    "meter-power": lambda: fake_plug("power"),
    "meter-energy": lambda: fake_plug("energy"),
    "codecarbon": lambda: (codecarbon_estimate.sources(7.0), None),
}[name]()

def wait(seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if name != "codecarbon":
            time.sleep(0.01)

for source in opened:
    source.prepare()
    readings, traces = [], []
    for seconds in (0.0, float(sys.argv[2])):
        for _ in range(3):  # on a busy machine samples come late, and a window without enough of them has no energy
            source.start()
            wait(seconds)
            reading = source.stop().model_dump(mode="json")
            if seconds == 0 or reading["missing"] is None:
                break
        readings.append(reading)
        traces.append([dataclasses.asdict(trace) for trace in source.traces()])
    if lose is not None and source is opened[-1]:
        source.start()
        wait(1.0)
        lose()
        wait(1.5)
        readings.append(source.stop().model_dump(mode="json"))
    source.close()
    print(json.dumps({"info": source.info.model_dump(mode="json"), "readings": readings, "traces": traces[-1],
                      "window_s": source.window_s}))
servers.close()
"""


class Answer(NamedTuple):
    info: EnergySourceInfo
    short: EnergyReading
    proper: EnergyReading
    lost: EnergyReading | None
    traces: list
    window_s: float


WINDOWS_S = {
    "rapl": 0.3,
    "nvml-counter": 2.1,
    "nvml-power": 2.1,
    "ina3221": 2.1,
    "pmic": 2.2,
    "meter-power": 2.5,
    "meter-energy": 2.5,
    "codecarbon": 0.5,
}


@pytest.fixture(scope="module")
def all_windows(tmp_path_factory):
    """What the program said of each family; most of its time it waits, so all of them run at the same time."""
    compiles = shutil.which("gcc") is not None
    families = [family for family in WINDOWS_S if compiles or not family.startswith("nvml")]
    return at_once({family: partial(said_of, family, tmp_path_factory.mktemp(family)) for family in families})


def said_of(family, folder):
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    if family.startswith("nvml"):
        subprocess.run(["gcc", "-shared", "-fPIC", "-o", folder / "libnvidia-ml.so.1", NVML_STUB], check=True)
        environment |= {"LD_LIBRARY_PATH": str(folder), "NVML_STUB": family.removeprefix("nvml-")}
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, family, str(WINDOWS_S[family])],
        capture_output=True,
        check=False,
        cwd=folder,
        env=environment,
        text=True,
        timeout=60,
    )


@pytest.fixture(scope="module", params=list(WINDOWS_S))
def windows(request, all_windows):
    """Per source of a family: its description, its readings of each window, and the trace of the proper one."""
    if request.param not in all_windows:
        pytest.skip("needs gcc to build the stub library")
    done = all_windows[request.param].result()
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr
    assert answers, done.stderr
    return [made(answer) for answer in answers]


def made(answer):
    readings = [EnergyReading.model_validate(reading) for reading in answer["readings"]]
    short, proper, lost = [*readings, None][:3]
    traces = [trace | {"series": Series(**trace["series"])} for trace in answer["traces"]]
    return Answer(EnergySourceInfo.model_validate(answer["info"]), short, proper, lost, traces, answer["window_s"])


def test_a_reading_says_what_its_source_said(windows):
    for info, _, proper, *_ in windows:
        assert info.present
        assert (proper.source, proper.scope) == (info.key, info.scope)
        assert (proper.provenance, proper.method) == (info.provenance, info.method)
        assert proper.resolution_s == info.resolution_s


def test_a_proper_window_has_joules_and_seconds(windows):
    for _, _, proper, *_ in windows:
        assert proper.joules > 0
        assert proper.missing is None
        assert proper.seconds > 0.25
        assert proper.samples >= 2


def test_a_window_that_is_too_short_has_a_reason_and_no_number(windows):
    for _, short, *_ in windows:
        assert short.joules is None
        assert short.missing is MissingReason.WINDOW_TOO_SHORT


def test_an_estimate_carries_its_constant_and_a_counter_its_raw_values(windows):
    for info, _, proper, *_ in windows:
        if info.method is EnergyMethod.TIME_TIMES_CONSTANT:
            assert (proper.rated_power_w, proper.rated_power_origin) == (7.0, "operator")
            assert info.provenance is Provenance.ESTIMATED
        else:
            assert proper.rated_power_w is None
        if info.method is EnergyMethod.COUNTER_DIFFERENCE:
            assert proper.counter_end - proper.counter_start == pytest.approx(proper.joules)


def joules_of(trace):
    series = trace["series"]
    if trace["kind"] == TraceKind.POWER_W:
        return integrate_power_j(series.times_s, series.values)
    if trace["kind"] == TraceKind.COUNTER_J:
        return counter_steps_j(series.values, trace["range_j"]).sum()
    return (series.values[-1] - series.values[0]) * trace["watts"]


def test_the_raw_trace_of_a_window_gives_its_joules_again(windows):
    for info, _, proper, _, traces, _ in windows:
        own = [trace for trace in traces if trace["kind"] == KIND_OF_METHOD[info.method]]
        # CodeCarbon counts CPU time in ticks of 10 ms, of which there is one at either end.
        ticks_j = sum(2 * 0.01 * (trace["watts"] or 0.0) for trace in own)

        assert own
        assert sum(map(joules_of, own)) == pytest.approx(proper.joules, rel=1e-9, abs=ticks_j)


def test_a_trace_covers_its_window_on_a_clock_that_advances(windows):
    for _, _, proper, _, traces, _ in windows:
        for trace in traces:
            times_s = trace["series"].times_s
            assert times_s[-1] - times_s[0] == pytest.approx(proper.seconds, abs=0.05)
            assert all(a < b for a, b in pairwise(times_s))
            assert trace["series"].at_ends


def test_a_source_that_samples_has_more_than_its_ends(windows):
    for info, _, proper, _, traces, _ in windows:
        if info.method is not EnergyMethod.TIME_TIMES_CONSTANT:
            assert all(len(trace["series"].values) > 2 for trace in traces)
            assert proper.samples in {len(trace["series"].values) for trace in traces}


def test_a_sensor_that_goes_away_within_a_window_is_a_reason_and_no_number(windows):
    for _, _, _, lost, _, _ in windows:
        if lost is not None:
            assert lost.joules is None
            assert lost.missing in (MissingReason.SENSOR_STOPPED, MissingReason.TOO_FEW_SAMPLES)


def test_a_window_that_is_shorter_than_its_source_needs_is_flagged(windows):
    for info, _, proper, _, _, window_s in windows:
        needs_longer = info.key == "nvml" or proper.seconds < window_s
        assert ("short_window" in proper.warnings) == needs_longer


def test_only_an_instrument_or_a_documented_rail_is_called_measured(windows):
    measured = ("ina3221", "pmic", "meter-plug")
    for info, *_ in windows:
        expected = Provenance.MEASURED if info.key in measured else Provenance.COUNTER
        assert info.provenance is (Provenance.ESTIMATED if info.key == "codecarbon" else expected)
