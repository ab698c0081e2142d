"""A trace from the measuring child to the integration on the server: the real parts, on a powercap tree of files."""

import hashlib
import json

import pytest

from leaderboard.protocol import Report
from leaderboard.runs.integration import integrate_again
from leaderboard.runs.trace_files import read_outcomes, read_power

# Measures a bundled model beside two counters that a thread moves, one of which wraps within the run.
PROGRAM = """
import pathlib, sys, threading, time
from agents import measure
from agents.energy import codecarbon_estimate, rapl
from tests.agents.measuring import MODELS, QUICK, order

folder = pathlib.Path(sys.argv[1])
powercap = folder / "powercap"
RANGE_UJ = 3_000_000
for number in range(2):
    zone = powercap / f"intel-rapl:{number}"
    zone.mkdir(parents=True)
    for name, text in (("name", f"package-{number}"), ("energy_uj", "1"), ("max_energy_range_uj", str(RANGE_UJ))):
        (zone / name).write_text(text)

def tick():
    value = 0
    while True:
        value += 20_000
        for number in range(2):
            zone = powercap / f"intel-rapl:{number}"
            (zone / "new").write_text(str((value + number * 2_000_000) % RANGE_UJ))
            (zone / "new").rename(zone / "energy_uj")
        time.sleep(0.01)

threading.Thread(target=tick, daemon=True).start()
measure.open_sources = lambda *_, **__: [*rapl.sources(powercap), *codecarbon_estimate.sources(10.0)]
report = measure.Measurement(order(folder, MODELS / "mlp8.onnx", protocol=QUICK), lambda event: None).run()
(folder / "report.json").write_text(report.model_dump_json())
"""


@pytest.fixture(scope="module")
def report(folder):
    return Report.model_validate_json((folder / "report.json").read_bytes())


def test_the_report_names_both_files_with_their_digests(folder, report):
    named = {ref.name: ref.sha256 for ref in report.artefacts}
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (folder / "work/artefacts").iterdir()}

    assert named == found
    assert set(named) == {"power.npz", "outcomes.npz"}


def test_the_server_finds_the_very_joules_of_a_counter_and_an_estimate_within_its_ticks(folder, report):
    lines = integrate_again(report.measured, read_power(folder / "work/artefacts/power.npz"))
    found = {(line.source, line.windows): line for line in lines}

    for windows, count in (("repeats", len(report.measured.repeats)), ("idle", 2)):
        line = found["rapl", windows]
        assert line.count == count
        assert line.server_j == pytest.approx(line.agent_j, rel=1e-9)
    assert found["codecarbon", "repeats"].agrees


def test_windows_and_phases_lie_on_one_clock(folder, report):
    power = read_power(folder / "work/artefacts/power.npz")
    repeats = [mark for mark in power.windows if mark.kind in ("repeat", "set_aside")]
    measuring = next(mark for mark in power.manifest.phases if mark.phase == "measuring")
    baseline = next(mark for mark in power.manifest.phases if mark.phase == "baseline")
    (idle,) = [mark for mark in power.windows if mark.kind == "idle_before"]

    assert power.manifest.phases == report.phases
    assert all(measuring.start_s <= mark.start_s < mark.end_s <= measuring.end_s for mark in repeats)
    assert baseline.start_s <= idle.start_s < idle.end_s <= baseline.end_s
    for mark, repeat in zip([one for one in repeats if one.kind == "repeat"], report.measured.repeats, strict=True):
        assert mark.end_s - mark.start_s >= repeat.seconds


def test_the_outcomes_are_the_answers_of_the_report(folder, report):
    assert read_outcomes(folder / "work/artefacts/outcomes.npz") == report.measured.answers
    assert json.loads((folder / "report.json").read_text())["measured"]["answers"]
