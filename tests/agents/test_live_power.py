"""What an agent tells of its power meanwhile: replayed traces, and a real measurement beside a real server."""

import numpy as np
import pytest

from agents.energy.base import RawTrace, reading
from agents.energy.rapl import probe
from agents.live_power import Watched, power_runs
from agents.live_runs import coarser, with_news
from agents.sampling import Series
from agents.tracing import Kept, Recorder
from leaderboard.boards.power_bins import window_powers
from leaderboard.protocol import (
    MAX_LIVE_BINS,
    POWER_FILE,
    EnergyMethod,
    LivePower,
    Phase,
    Provenance,
    TraceKind,
)
from leaderboard.runs.trace_files import read_power
from tests.agents.measuring import QUICK
from tests.metrics.recordings import untether_wall_log

BY_POWER = {"method": EnergyMethod.POWER_INTEGRAL, "provenance": Provenance.MEASURED}
BY_COUNTER = {"method": EnergyMethod.COUNTER_DIFFERENCE, "provenance": Provenance.COUNTER}


def kept(*traces, source="meter", **values):
    """One window of a source, with what its method says."""
    info = probe()[0].model_copy(update={"key": source, **values})
    return Kept(source, reading(info, seconds=1, joules=1), traces)


def trace_of(kind, times_s, values, **more):
    return RawTrace(kind, Series(tuple(map(float, times_s)), tuple(map(float, values)), at_ends=True), **more)


def joules(runs):
    return sum(run.bin_s * sum(run.mean_w) for run in runs)


def wall_window():
    """Wall power of a published measurement, replayed as one window."""
    log = untether_wall_log()
    return trace_of(TraceKind.POWER_W, log.times_s + 1000, log.power_w), np.trapezoid(log.power_w, log.times_s)


def test_a_replayed_wall_log_keeps_its_joules_its_length_and_its_peak():
    trace, expected_j = wall_window()

    (run,) = power_runs(kept(trace, **BY_POWER), Phase.MEASURING, 1000.0)

    assert joules([run]) == pytest.approx(expected_j, rel=1e-3)
    assert (run.start_s, run.end_s) == (0, pytest.approx(trace.series.times_s[-1] - 1000, abs=1e-3))
    assert max(run.high_w) == pytest.approx(max(trace.series.values), rel=1e-3)
    assert len(run.mean_w) <= MAX_LIVE_BINS


def test_coarser_bins_have_the_same_joules_and_no_narrower_band():
    trace, expected_j = wall_window()
    runs = power_runs(kept(trace, **BY_POWER), Phase.MEASURING, 1000.0)

    while len(runs[0].mean_w) > 1:
        runs = [coarser(runs[0])]
        assert joules(runs) == pytest.approx(expected_j, rel=3e-3)

    assert (runs[0].low_w, runs[0].high_w) == (
        (pytest.approx(min(trace.series.values), rel=1e-3),),
        (pytest.approx(max(trace.series.values), rel=1e-3),),
    )


def test_any_number_of_windows_fits_a_heartbeat():
    trace, expected_j = wall_window()
    told = None
    for number in range(40):
        runs = power_runs(kept(trace, **BY_POWER), Phase.MEASURING, 1000.0 - number * 1e4)
        told = with_news(told, LivePower(source="m", scope="wall", provenance="measured", runs=tuple(runs)))

    assert sum(len(run.mean_w) for run in told.runs) <= MAX_LIVE_BINS
    assert LivePower.model_validate_json(told.model_dump_json()) == told
    assert joules(told.runs) == pytest.approx(40 * expected_j, rel=1e-2)


def test_two_counters_are_added_and_a_step_back_is_a_gap():
    times = np.arange(0, 4.1, 0.1)
    one = trace_of(TraceKind.COUNTER_J, times, 10 * times, part="0")
    other = trace_of(TraceKind.COUNTER_J, times, 5 * times, part="1")
    reset = trace_of(TraceKind.COUNTER_J, times, np.where(times < 2, 10 * times + 50, 10 * times - 20))

    (run,) = power_runs(kept(one, other, **BY_COUNTER), Phase.BASELINE, 0.0)
    assert set(run.mean_w) == {15.0}
    assert set(run.low_w + run.high_w) == {15.0}
    before, after = power_runs(kept(reset, **BY_COUNTER), Phase.BASELINE, 0.0)
    assert (before.end_s, after.start_s) == (pytest.approx(1.9), 2.0)
    assert joules([before, after]) == pytest.approx(39)


def test_a_counter_that_moves_in_coarse_steps_is_told_no_finer_than_it_knows():
    """As a GPU's: 150 W in steps of 100 ms, read every 50 ms, so that every other step stands still."""
    times = np.arange(0.03, 10.03, 0.05)
    coarse = trace_of(TraceKind.COUNTER_J, times, 15 * np.floor(times / 0.1))

    (run,) = power_runs(kept(coarse, resolution_s=0.1, **BY_COUNTER), Phase.MEASURING, 0.0)

    assert min(run.low_w) > 130
    assert max(run.high_w) < 170
    assert joules([run]) == pytest.approx(coarse.series.values[-1] - coarse.series.values[0], rel=1e-3)


def test_parts_that_were_not_read_together_are_not_added():
    one = trace_of(TraceKind.COUNTER_J, [0, 1, 2], [0, 1, 2], part="0")
    other = trace_of(TraceKind.COUNTER_J, [0, 2], [0, 2], part="1")

    assert power_runs(kept(one, other, **BY_COUNTER), Phase.BASELINE, 0.0) == []
    assert power_runs(kept(**BY_COUNTER), Phase.BASELINE, 0.0) == []


def test_of_several_sources_the_best_founded_is_watched_all_along_and_each_window_told_once():
    recorder = Recorder()
    watched = Watched(recorder)
    estimate = {"method": EnergyMethod.TIME_TIMES_CONSTANT, "provenance": Provenance.ESTIMATED}
    for start in (0, 10):
        spent = trace_of(TraceKind.CPU_S, [start, start + 2], [0, 2], watts=3.0)
        counted = trace_of(TraceKind.COUNTER_J, [start, start + 2], [0, 8])
        recorder.saw(kept(spent, source="codecarbon", **estimate))
        recorder.saw(kept(counted, source="rapl", **BY_COUNTER))
        news = watched.news(Phase.MEASURING, 0.0)
        assert (news.source, [(run.start_s, run.mean_w) for run in news.runs]) == ("rapl", [(start, (4.0,))])
        assert watched.news(Phase.MEASURING, 0.0) is None


def test_a_measurement_tells_its_windows_as_they_end_and_says_what_its_raw_trace_says(server, core, session, tmp_path):
    """A real agent and its measuring process, with whatever meters this machine has."""
    session.begin()
    spec = server.offer(ring=False, protocol=QUICK.model_copy(update={"idle_s": 0.5}))

    core.handle_attempt(spec.attempt_id)

    offer = server.offers[spec.attempt_id]
    if POWER_FILE not in offer.files:
        pytest.skip("no energy source on this machine: there is no trace to hold against what was told")
    told = [LivePower.model_validate(one.power) for one in offer.beats if one.power is not None]
    assert told
    counts = [len(one.runs) for one in told]
    assert counts == sorted(set(counts))  # only news is told
    idle, *repeats = told[-1].runs
    assert (idle.phase, {run.phase for run in repeats}) == (Phase.BASELINE, {Phase.MEASURING})
    (tmp_path / "power.npz").write_bytes(offer.files[POWER_FILE])
    raw = read_power(tmp_path / "power.npz")
    trace = next(one for one in raw.traces if one.line.source == told[-1].source)
    for run, window in zip(told[-1].runs, window_powers(raw, trace), strict=False):
        assert joules([run]) == pytest.approx(window.joules, rel=1e-2)
        assert run.start_s == pytest.approx(window.start_s, abs=1e-3)
