import time

import pytest

from agents.energy import rapl
from agents.energy.base import SourceError
from leaderboard.protocol import EnergyMethod, MissingReason, Provenance, Scope

RANGE_UJ = 262_143_328_850


@pytest.fixture
def tree(tmp_path):
    """Two packages with different starts, their parts, dram, psys, and the mirror that must not be counted twice."""
    zones = {
        "intel-rapl:0": ("package-0", 1_000_000),
        "intel-rapl:0:0": ("core", 400_000),
        "intel-rapl:0:1": ("dram", 70_000_000),
        "intel-rapl:1": ("package-1", 5_000_000),
        "intel-rapl:2": ("psys", 90_000_000),
        "intel-rapl-mmio:0": ("package-0", 1_000_000),
    }
    for folder, (name, energy_uj) in zones.items():
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "name").write_text(f"{name}\n")
        (tmp_path / folder / "max_energy_range_uj").write_text(f"{RANGE_UJ}\n")
        put(tmp_path, folder, energy_uj)
    (tmp_path / "intel-rapl").mkdir()
    return tmp_path


def put(root, folder, energy_uj):
    (root / folder / "energy_uj").write_text(f"{energy_uj}\n")


def window(root, changes, key="rapl", seconds=0.11):
    source = next(source for source in rapl.sources(root) if source.info.key == key)
    source.prepare()
    source.start()
    time.sleep(seconds)
    for folder, energy_uj in changes.items():
        put(root, folder, energy_uj)
    return source.stop()


def test_packages_are_added_up_and_nothing_else(tree):
    reading = window(tree, {"intel-rapl:0": 4_000_000, "intel-rapl:1": 7_500_000, "intel-rapl:0:1": 99_000_000})

    assert reading.joules == pytest.approx(3.0 + 2.5)
    assert (reading.counter_start, reading.counter_end) == (6.0, 11.5)
    assert reading.scope is Scope.CPU_PACKAGE
    assert reading.provenance is Provenance.COUNTER
    assert reading.method is EnergyMethod.COUNTER_DIFFERENCE
    assert reading.seconds >= 0.11


def test_psys_is_a_source_of_its_own_for_the_whole_platform(tree):
    reading = window(tree, {"intel-rapl:2": 95_000_000}, key="rapl-psys")

    assert reading.joules == pytest.approx(5.0)
    assert reading.scope is Scope.SOC


def test_dram_is_named_and_not_included(tree):
    package, _ = rapl.probe(tree)

    assert "dram" in package.detail
    assert "not included" in package.detail


def test_a_counter_that_wraps_is_continued_and_flagged(tree):
    put(tree, "intel-rapl:0", RANGE_UJ - 1_000_000)

    reading = window(tree, {"intel-rapl:0": 2_000_000})

    assert reading.joules == pytest.approx(3.0)
    assert "counter_wrapped" in reading.warnings


def test_a_counter_that_was_reset_is_no_energy(tree):
    put(tree, "intel-rapl:0", 50_000_000_000)

    reading = window(tree, {"intel-rapl:0": 2_000_000})

    assert reading.joules is None
    assert reading.missing is MissingReason.COUNTER_WENT_BACKWARDS


def test_a_counter_that_stands_still_is_no_power_and_not_zero_joules(tree):
    reading = window(tree, {})

    assert reading.joules is None
    assert reading.missing is MissingReason.NO_POWER


def test_a_window_of_a_few_steps_is_too_short(tree):
    reading = window(tree, {"intel-rapl:0": 4_000_000}, seconds=0.0)

    assert reading.joules is None
    assert reading.missing is MissingReason.WINDOW_TOO_SHORT


def test_a_counter_that_cannot_be_read_says_how_to_allow_it(tree):
    energy = tree / "intel-rapl:0/energy_uj"
    energy.unlink()
    energy.mkdir()  # not even root reads a folder

    package, _ = rapl.probe(tree)

    assert not package.present
    assert "intel-rapl:0/energy_uj cannot be read" in package.why_absent
    assert "chmod a+r" in package.fix
    assert [source.info.key for source in rapl.sources(tree)] == ["rapl-psys"]


def test_a_counter_that_vanishes_before_the_run_is_told_at_once(tree):
    (source, _) = rapl.sources(tree)
    (tree / "intel-rapl:1/energy_uj").unlink()

    with pytest.raises(SourceError, match="rapl"):
        source.prepare()


def test_a_guest_without_zones_is_told_about_its_host(tmp_path):
    (tmp_path / "cpuinfo").write_text("flags : fpu hypervisor sse\n")

    (absent,) = rapl.probe(tmp_path / "powercap", tmp_path)

    assert "virtual machine" in absent.why_absent
    assert "host" in absent.fix


def test_a_real_machine_without_zones_is_told_about_its_kernel(tmp_path):
    (tmp_path / "powercap").mkdir()

    (without_zones,) = rapl.probe(tmp_path / "powercap", tmp_path)
    (without_tree,) = rapl.probe(tmp_path / "nothing", tmp_path)

    assert "modprobe" in without_zones.fix
    assert "powercap" in without_tree.why_absent


def test_a_counter_that_vanishes_within_the_window_is_a_reason_and_no_error(tree):
    source = next(source for source in rapl.sources(tree) if source.info.key == "rapl")
    source.start()
    time.sleep(0.11)
    (tree / "intel-rapl:1/energy_uj").unlink()
    reading = source.stop()

    assert (reading.joules, reading.missing) == (None, MissingReason.SENSOR_STOPPED)
    assert reading.counter_start is None


def test_a_counter_that_comes_back_before_the_end_costs_samples_and_no_energy(tree):
    source = next(source for source in rapl.sources(tree) if source.info.key == "rapl")
    source.start()
    (tree / "intel-rapl:1/energy_uj").rename(tree / "away")
    time.sleep(0.25)
    (tree / "away").rename(tree / "intel-rapl:1/energy_uj")
    put(tree, "intel-rapl:0", 4_000_000)
    reading = source.stop()

    assert reading.joules == pytest.approx(3.0)
    assert len(source.traces()[1].series.values) < len(source.traces()[0].series.values)


def test_a_counter_that_stands_still_for_two_seconds_has_stopped_whatever_its_ends_say(tree):
    source = next(source for source in rapl.sources(tree) if source.info.key == "rapl")
    source.start()
    put(tree, "intel-rapl:0", 4_000_000)
    put(tree, "intel-rapl:1", 7_500_000)
    time.sleep(2.3)
    reading = source.stop()

    assert (reading.joules, reading.missing) == (None, MissingReason.SENSOR_STOPPED)


def test_a_counter_that_was_reset_within_the_window_is_no_energy_though_its_ends_look_fine(tree):
    source = next(source for source in rapl.sources(tree) if source.info.key == "rapl")
    put(tree, "intel-rapl:0", 50_000_000_000)
    source.start()
    put(tree, "intel-rapl:0", 1_000)
    time.sleep(0.15)
    put(tree, "intel-rapl:0", 50_000_100_000)
    reading = source.stop()

    assert (reading.joules, reading.missing) == (None, MissingReason.COUNTER_WENT_BACKWARDS)


def test_the_trace_has_the_very_ends_of_which_the_difference_is_the_energy(tree):
    source = next(source for source in rapl.sources(tree) if source.info.key == "rapl")
    source.start()
    for step in range(1, 4):
        time.sleep(0.1)
        put(tree, "intel-rapl:0", 1_000_000 + step * 500_000)
    reading = source.stop()
    traces = source.traces()

    assert [trace.part for trace in traces] == ["package-0", "package-1"]
    assert sum(trace.series.values[-1] - trace.series.values[0] for trace in traces) == pytest.approx(reading.joules)
    assert len(traces[0].series.values) >= 3  # the ends, and what a busy machine had time for
    assert traces[0].range_j == RANGE_UJ / 1e6
    assert traces[0].series.times_s[-1] - traces[0].series.times_s[0] == pytest.approx(reading.seconds)
