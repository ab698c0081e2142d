import pytest

from agents import cooling, repeats
from agents.cooling import Thermometer
from agents.energy.base import reading
from agents.energy.codecarbon_estimate import probe as estimate_info
from agents.energy.rapl import probe as rapl_info
from agents.guard import Guard
from agents.measure import Measurement
from agents.repeats import most_repeats
from agents.steadiness import idle_drifted
from agents.timing import repeat_seconds
from agents.workloads.opening import open_workload
from leaderboard.protocol import GuardReading, GuardVerdict, MissingReason
from tests.agents.measuring import QUICK, linear, order


class ScriptedGuard(Guard):
    """The real guard's face with verdicts from a list; the last one stays."""

    def __init__(self, *verdicts):
        super().__init__()
        self.verdicts = list(verdicts)

    def stop(self):
        verdict = self.verdicts.pop(0) if len(self.verdicts) > 1 else self.verdicts[0]
        pressure = 0.5 if verdict is GuardVerdict.NOISY else 0.0
        return GuardReading(verdict=verdict, steal_share=0, pressure_share=pressure, run_queue_wait_share=0)


class Meter:
    """A source that exists only as its description."""

    def __init__(self, info, window_s=0.0):
        self.info = info
        self.window_s = window_s


@pytest.fixture
def series(tmp_path):
    """Run the repeats of a real model under a scripted guard."""
    path = linear(tmp_path / "m.onnx")
    workload = open_workload(order(tmp_path, path))
    workload.load()

    def run(guard, **changes):
        protocol = QUICK.model_copy(update={"repeat_min_s": 0.001} | changes)
        said = []
        measurement = Measurement(order(tmp_path, path, protocol=protocol), said.append, guard=guard)
        timed, stable = measurement.repeats.timed(workload, [])
        return timed, stable, measurement.warnings, [event.log for event in said if event.log]

    return run


def test_a_clean_series_is_measured_once(series):
    timed, _, _, said = series(ScriptedGuard(GuardVerdict.CLEAN))

    assert len(timed) == QUICK.repeats
    assert not any("once more" in line for line in said)


def test_a_noisy_series_is_measured_once_more_and_the_second_stands(series):
    noisy, clean = [GuardVerdict.NOISY] * QUICK.repeats, GuardVerdict.CLEAN

    timed, _, _, said = series(ScriptedGuard(*noisy, clean))

    assert [one.repeat.guard.verdict for one in timed] == [clean] * QUICK.repeats
    assert sum("once more" in line for line in said) == 1


def test_a_machine_that_stays_noisy_is_measured_twice_and_marked(series):
    timed, _, _, said = series(ScriptedGuard(GuardVerdict.NOISY))

    assert len(timed) == QUICK.repeats
    assert timed[0].repeat.guard.verdict is GuardVerdict.NOISY
    assert sum(line.startswith("repeat") for line in said) == 2 * QUICK.repeats


def test_repeats_go_on_until_their_maximum_and_then_say_that_they_are_unstable(series):
    timed, stable, warnings, _ = series(ScriptedGuard(GuardVerdict.CLEAN), stable_share=0.0, repeats_max=6)

    assert len(timed) == 6
    assert stable is False
    assert "unstable" in warnings


def test_repeats_stop_when_their_interval_is_narrow(series):
    timed, stable, warnings, _ = series(ScriptedGuard(GuardVerdict.CLEAN), stable_share=1.0, repeats_max=6)

    assert len(timed) == QUICK.repeats
    assert stable is True
    assert "unstable" not in warnings


def test_a_machine_without_a_temperature_says_so_once_and_makes_no_pauses(series, monkeypatch):
    monkeypatch.setattr(repeats, "thermometer_of", lambda _: None)
    _, _, _, said = series(ScriptedGuard(GuardVerdict.NOISY))

    assert sum("no temperature can be read" in line for line in said) == 1
    assert not any("cooled down" in line for line in said)


def test_a_hot_device_is_waited_for_before_the_next_repeat(series, monkeypatch):
    temperatures = iter([50.0, 50.0, 60.0, 52.0])
    thermometer = Thermometer("room", lambda: next(temperatures, 50.0))
    monkeypatch.setattr(repeats, "thermometer_of", lambda _: thermometer)
    monkeypatch.setattr(cooling, "_LOOK_EVERY_S", 0.01)
    protocol = {"cooldown_s": 1.0}
    _, _, _, said = series(ScriptedGuard(GuardVerdict.CLEAN), **protocol)

    assert [line for line in said if "cooled down" in line] == ["cooled down for 0 s before repeat 3"]


def test_a_counter_gets_the_longer_window_and_an_estimate_the_clock_s():
    protocol = QUICK.model_copy(update={"repeat_min_s": 1.0, "counter_window_s": 10.0})
    counter, estimate = Meter(rapl_info()[0]), Meter(estimate_info())

    assert repeat_seconds(protocol, [estimate]) == 1.0
    assert repeat_seconds(protocol, [estimate, counter]) == 10.0
    assert repeat_seconds(protocol, []) == 1.0


def test_a_wall_meter_gets_the_window_that_it_asks_for():
    protocol = QUICK.model_copy(update={"counter_window_s": 10.0})

    assert repeat_seconds(protocol, [Meter(estimate_info()), Meter(rapl_info()[0], window_s=60.0)]) == 60.0


@pytest.mark.parametrize(("left_s", "most"), [(6000.0, 15), (600.0, 8), (10.0, 5)])
def test_long_windows_are_repeated_as_often_as_the_time_allows_and_never_too_seldom(left_s, most):
    protocol = QUICK.model_copy(update={"repeats": 5, "repeats_max": 15})

    assert most_repeats(protocol, 60.0, left_s) == most


@pytest.mark.parametrize(("after_j", "drifted"), [(10.9, False), (11.1, True), (8.9, True)])
def test_idle_power_that_moved_by_a_tenth_is_a_drift(after_j, drifted):
    info = rapl_info()[0]
    before, after = (reading(info, seconds=10, joules=joules) for joules in (10.0, after_j))

    assert idle_drifted([before], [after]) is drifted


def test_a_few_ticks_of_an_idle_process_are_no_drift_of_the_machine():
    before, after = (reading(estimate_info(), seconds=10, joules=joules) for joules in (0.08, 0.16))

    assert idle_drifted([before], [after]) is False


def test_idle_power_that_is_not_known_has_not_drifted():
    info = rapl_info()[0]
    known = reading(info, seconds=10, joules=5.0)
    missing = reading(info, seconds=10, joules=None, missing=MissingReason.NO_POWER)

    assert idle_drifted([known], [missing]) is False
