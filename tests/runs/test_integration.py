"""Joules from samples, beside those of the report."""

import pytest

from leaderboard.protocol import EnergyMethod, MissingReason
from leaderboard.runs.integration import integrate_again
from leaderboard.runs.trace_files import BadTrace, read_power
from tests.factories import make_generated, make_measured, make_reading, rapl_reading
from tests.runs.traces import power_file


def meter_reading(watts=20.0, seconds=1.0, missing=None, **changes):
    values = {"source": "shelly", "scope": "wall", "provenance": "measured", "method": EnergyMethod.POWER_INTEGRAL}
    return make_reading(watts, seconds, missing, **(values | changes))


SOURCES = {"codecarbon": make_reading, "rapl": rapl_reading, "shelly": meter_reading}


@pytest.fixture
def compare(tmp_path):
    def compare(measured, *, times=1.0, trace_of=None):
        path = tmp_path / "power.npz"
        path.write_bytes(power_file(trace_of or measured, times=times))
        return integrate_again(measured, read_power(path))

    return compare


@pytest.mark.parametrize("source", SOURCES)
def test_every_method_gives_the_same_joules_again(compare, source):
    lines = compare(make_measured(readings=(SOURCES[source],)))

    assert {(line.source, line.windows, line.count) for line in lines} == {(source, "repeats", 5), (source, "idle", 2)}
    assert all(line.server_j == pytest.approx(line.agent_j) and line.agrees for line in lines)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(
    ("times", "agrees"), [(1.009, True), (0.991, True), (1.011, False), (0.989, False), (2, False)]
)
def test_more_than_one_per_cent_is_seen(compare, source, times, agrees):
    lines = {line.windows: line for line in compare(make_measured(readings=(SOURCES[source],)), times=times)}

    assert lines["repeats"].agrees is agrees
    assert lines["repeats"].difference == pytest.approx(times - 1)
    assert lines["idle"].agrees


def test_an_estimate_may_be_a_tick_off_at_either_end_of_each_window(compare):
    def ticking(watts=10.0, seconds=1.0, missing=None, **changes):
        return make_reading(watts, seconds, missing, resolution_s=0.01, **changes)

    lines = {line.windows: line for line in compare(make_measured(readings=(ticking,)), times=1.012)}

    # 5 windows of about 1.1 s at 7.5 W for a busy CPU: 0.75 J of ticks in 55 J.
    assert lines["repeats"].allowed_j == pytest.approx(0.75)
    assert lines["repeats"].agrees


def test_a_reading_without_joules_needs_no_trace(compare):
    def refused(watts=10.0, seconds=1.0, **_):
        return rapl_reading(watts, seconds, MissingReason.WINDOW_TOO_SHORT)

    assert compare(make_measured(readings=(refused,))) == ()


def test_joules_without_samples_are_told(compare):
    with pytest.raises(BadTrace, match="no samples of rapl in idle_before 1"):
        compare(make_measured(readings=(rapl_reading,)), trace_of=make_measured())


def test_a_window_that_the_trace_has_not_is_told(compare):
    measured = make_measured()
    shorter = measured.model_copy(update={"repeats": measured.repeats[:3]})

    with pytest.raises(BadTrace, match="no window repeat 4"):
        compare(measured, trace_of=shorter)


def test_windows_of_prefill_are_a_group_of_their_own(compare):
    lines = compare(make_generated(readings=(rapl_reading,)))

    assert [(line.windows, line.count) for line in lines] == [("repeats", 5), ("prefill", 3), ("idle", 2)]
    assert all(line.agrees for line in lines)
