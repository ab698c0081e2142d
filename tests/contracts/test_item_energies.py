"""The energy of one item, from the measuring child to the server: a model of long calls on a powercap tree of files."""

import numpy as np
import pytest

from leaderboard.metrics.energy import call_energies, sample_period_s
from leaderboard.metrics.energy.calls import LONGEST_STEP
from leaderboard.metrics.energy.power_over_time import counter_steps
from leaderboard.metrics.energy.windows import MIN_SAMPLES
from leaderboard.protocol import Report, WindowKind
from leaderboard.runs.call_files import fault_of_calls, read_calls
from leaderboard.runs.trace_files import read_power

# Three items of about 0.3 s each, for which a counter is read 50 times a second: the test is short.
PROGRAM = """
import pathlib, sys, time
import numpy as np
from agents import measure
from agents.energy import rapl
from tests.agents.measuring import QUICK, order, slow

folder = pathlib.Path(sys.argv[1])
zone = folder / "powercap/intel-rapl:0"
zone.mkdir(parents=True)
for name, text in (("name", "package-0"), ("energy_uj", "1"), ("max_energy_range_uj", "262143328850")):
    (zone / name).write_text(text)

begin = time.monotonic()
rapl.Zone.energy_uj = lambda zone: int((time.monotonic() - begin) * 20e6)  # 20 W at every moment
rapl._SAMPLE_PERIOD_S = 0.02
measure.open_sources = lambda *_, **__: rapl.sources(zone.parent)
np.save(folder / "items.npy", np.random.default_rng(0).random((3, 64), dtype=np.float32))
protocol = QUICK.model_copy(update={"warmup_calls": 1, "repeat_min_calls": 3})
asked = order(folder, slow(folder / "slow.onnx", seconds=0.3), protocol=protocol, inputs_path=folder / "items.npy")
report = measure.Measurement(asked, lambda event: None).run()
(folder / "report.json").write_text(report.model_dump_json())
"""


def test_every_item_of_a_slow_model_gets_its_energy_from_a_real_measurement(folder):
    measured = Report.model_validate_json((folder / "report.json").read_bytes()).measured
    power = read_power(folder / "work/artefacts/power.npz")
    calls = read_calls(folder / "work/artefacts/calls.npz")
    (trace,) = power.traces
    assert fault_of_calls(calls, measured) == ""
    assert set(calls.first_items.tolist()) == set(range(3))

    for place, mark in enumerate(power.windows):
        if mark.kind is not WindowKind.REPEAT:
            continue
        part, steps = calls.repeat(mark.index), counter_steps(*trace.window(place), trace.line.range_j)
        period_s = sample_period_s([steps], None)
        starts_s, ends_s = calls.starts_s[part], calls.ends_s[part]
        found = call_energies([steps], starts_s, ends_s, period_s)

        assert len(starts_s) == measured.repeats[mark.index].calls
        assert np.nansum(found.energy_j) <= measured.repeats[mark.index].energy[0].joules
        for start_s, end_s, energy_j, edge_j in zip(starts_s, ends_s, found.energy_j, found.edge_j, strict=True):
            met = (steps.start_s < end_s) & (steps.end_s > start_s)
            longest_s = (steps.end_s - steps.start_s)[met].max()
            if np.isnan(energy_j):  # on a busy machine: the sampler was late
                assert longest_s > LONGEST_STEP * period_s or end_s - start_s < MIN_SAMPLES * period_s
            else:
                # A reading may be as late as the longest pause between two of them.
                assert energy_j == pytest.approx(20.0 * (end_s - start_s), abs=edge_j + 20.0 * longest_s)
