"""One contract for every energy source, each in a process of its own on hardware that a file or a stub plays."""

import json
import os
import shutil
import subprocess
import sys
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

NVML_STUB = Path(__file__).parents[1] / "agents/energy/nvml_stub.c"

# Opens the sources that its argument names and gives back two windows of each, one of them much too short.
PROGRAM = """
import dataclasses, json, pathlib, sys, threading, time
from agents.energy import codecarbon_estimate, nvml, rapl

def tick(root):
    value = 0
    while True:
        value += 100_000
        for zone in ("intel-rapl:0", "intel-rapl:1"):
            new = root / zone / "new"
            new.write_text(str(value))
            new.rename(root / zone / "energy_uj")
        time.sleep(0.01)

def fake_rapl():
    root = pathlib.Path("powercap")
    for zone, name in (("intel-rapl:0", "package-0"), ("intel-rapl:1", "psys")):
        (root / zone).mkdir(parents=True)
        for file, text in (("name", name), ("energy_uj", "0"), ("max_energy_range_uj", "262143328850")):
            (root / zone / file).write_text(text)
    threading.Thread(target=tick, args=(root,), daemon=True).start()
    return rapl.sources(root)

opened = {
    "rapl": fake_rapl,
    "nvml": lambda: nvml.sources("gpu0"),
    "codecarbon": lambda: codecarbon_estimate.sources(7.0),
}
for source in opened[sys.argv[1]]():
    source.prepare()
    readings, traces = [], []
    for seconds in (0.0, float(sys.argv[2])):
        source.start()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            pass
        readings.append(source.stop().model_dump(mode="json"))
        traces.append([dataclasses.asdict(trace) for trace in source.traces()])
    source.close()
    print(json.dumps({"info": source.info.model_dump(mode="json"), "readings": readings, "traces": traces[-1]}))
"""


class Answer(NamedTuple):
    info: EnergySourceInfo
    short: EnergyReading
    proper: EnergyReading
    traces: list


WINDOWS_S = {"rapl": "0.3", "nvml": "2.1", "codecarbon": "0.5"}


@pytest.fixture(scope="module", params=["rapl", "nvml", "codecarbon"])
def windows(request, tmp_path_factory):
    """Per source of a family: its description, and its readings of a short and a proper window."""
    folder = tmp_path_factory.mktemp(request.param)
    environment = dict(os.environ)
    if request.param == "nvml":
        if shutil.which("gcc") is None:
            pytest.skip("needs gcc to build the stub library")
        subprocess.run(["gcc", "-shared", "-fPIC", "-o", folder / "libnvidia-ml.so.1", NVML_STUB], check=True)
        environment |= {"LD_LIBRARY_PATH": str(folder), "NVML_STUB": "counter"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, request.param, WINDOWS_S[request.param]],
        capture_output=True,
        check=True,
        cwd=folder,
        env=environment,
        text=True,
        timeout=60,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert answers, done.stderr
    return [
        Answer(
            EnergySourceInfo.model_validate(answer["info"]),
            *map(EnergyReading.model_validate, answer["readings"]),
            [trace | {"series": Series(**trace["series"])} for trace in answer["traces"]],
        )
        for answer in answers
    ]


def test_a_reading_says_what_its_source_said(windows):
    for info, _, proper, _ in windows:
        assert info.present
        assert (proper.source, proper.scope) == (info.key, info.scope)
        assert (proper.provenance, proper.method) == (info.provenance, info.method)
        assert proper.resolution_s == info.resolution_s


def test_a_proper_window_has_joules_and_seconds(windows):
    for _, _, proper, _ in windows:
        assert proper.joules > 0
        assert proper.missing is None
        assert proper.seconds > 0.25
        assert proper.samples >= 2


def test_a_window_that_is_too_short_has_a_reason_and_no_number(windows):
    for _, short, _, _ in windows:
        assert short.joules is None
        assert short.missing is MissingReason.WINDOW_TOO_SHORT


def test_an_estimate_carries_its_constant_and_a_counter_its_raw_values(windows):
    for info, _, proper, _ in windows:
        if info.method is EnergyMethod.TIME_TIMES_CONSTANT:
            assert (proper.rated_power_w, proper.rated_power_origin) == (7.0, "operator")
            assert info.provenance is Provenance.ESTIMATED
        else:
            assert proper.counter_end - proper.counter_start == pytest.approx(proper.joules)
            assert proper.rated_power_w is None


def joules_of(trace):
    series = trace["series"]
    if trace["kind"] == TraceKind.POWER_W:
        return integrate_power_j(series.times_s, series.values)
    if trace["kind"] == TraceKind.COUNTER_J:
        return counter_steps_j(series.values, trace["range_j"]).sum()
    return (series.values[-1] - series.values[0]) * trace["watts"]


def test_the_raw_trace_of_a_window_gives_its_joules_again(windows):
    for info, _, proper, traces in windows:
        own = [trace for trace in traces if trace["kind"] == KIND_OF_METHOD[info.method]]
        # CodeCarbon counts CPU time in ticks of 10 ms, of which a window of half a second has 50.
        within = 0.06 if info.method is EnergyMethod.TIME_TIMES_CONSTANT else 0.005

        assert sum(map(joules_of, own)) == pytest.approx(proper.joules, rel=within)


def test_a_trace_covers_its_window_on_a_clock_that_advances(windows):
    for _, _, proper, traces in windows:
        for trace in traces:
            times_s = trace["series"].times_s
            assert times_s[-1] - times_s[0] == pytest.approx(proper.seconds, abs=0.05)
            assert all(a < b for a, b in pairwise(times_s))
            assert trace["series"].at_ends


def test_a_source_that_samples_has_more_than_its_ends(windows):
    for info, _, proper, traces in windows:
        if info.method is not EnergyMethod.TIME_TIMES_CONSTANT:
            assert all(len(trace["series"].values) > 2 for trace in traces)
            assert proper.samples == len(traces[0]["series"].values)
