"""A raw trace as power over time: gaps stay gaps, joules stay joules."""

import numpy as np
import pytest

from leaderboard.boards.power_bins import power_line, window_powers
from leaderboard.boards.trace_plot import MOST_BINS, stored_trace, trace_plot
from leaderboard.catalog import blobs
from leaderboard.protocol import TraceKind, TraceLine, TraceManifest, WindowKind, WindowMark
from leaderboard.runs.trace_files import BadTrace, PowerFile, Trace, read_power
from tests.factories import make_measured, make_reading, rapl_reading
from tests.runs.traces import power_file


def trace_of(kind, *windows, watts=None, range_j=None, source="meter"):
    """Each window is `(times, values)`."""
    times = [np.array(times, dtype=float) for times, _ in windows]
    values = [np.array(found, dtype=float) for _, found in windows]
    offsets = np.cumsum([0, *(len(one) for one in times)])
    line = TraceLine(source=source, kind=kind, watts=watts, range_j=range_j)
    return Trace(line, np.concatenate(times), np.concatenate(values), offsets)


def file_of(*traces, windows):
    marks = tuple(
        WindowMark(kind=WindowKind.REPEAT, index=index, start_s=start, end_s=end)
        for index, (start, end) in enumerate(windows)
    )
    return PowerFile(marks, traces, TraceManifest(traces=tuple(one.line for one in traces), windows=marks))


def means(line):
    return [[round(one.mean_w, 6) for one in run] for run in line.runs]


def test_a_counter_gives_its_steps_over_time():
    trace = trace_of(TraceKind.COUNTER_J, ([0, 1, 2, 3, 4], [0, 10, 20, 60, 60]))
    assert means(power_line(trace, 0, 4, 4)) == [[10, 10, 40, 0]]


def test_sampled_power_keeps_the_smallest_and_the_largest_of_a_bin():
    trace = trace_of(TraceKind.POWER_W, ([0, 1, 2, 3, 4], [1, 9, 1, 5, 5]))
    (run,) = power_line(trace, 0, 4, 1).runs
    assert (run[0].low_w, run[0].mean_w, run[0].high_w) == (1, 4.5, 9)


def test_between_windows_nothing_is_drawn():
    trace = trace_of(TraceKind.COUNTER_J, ([0, 1], [0, 5]), ([3, 4], [0, 7]))
    assert means(power_line(trace, 0, 4, 4)) == [[5], [7]]


def test_where_a_counter_stepped_back_there_is_a_gap_and_no_zero():
    trace = trace_of(TraceKind.COUNTER_J, ([0, 1, 2, 3], [5, 9, 2, 4]))
    assert means(power_line(trace, 0, 3, 3)) == [[4], [2]]


def test_a_counter_that_wraps_goes_on():
    trace = trace_of(TraceKind.COUNTER_J, ([0, 1, 2], [98, 99, 1]), range_j=100)
    assert means(power_line(trace, 0, 2, 2)) == [[1, 2]]


def test_two_readings_fill_their_whole_window():
    trace = trace_of(TraceKind.CPU_S, ([0, 10], [0, 5]), watts=8)
    line = power_line(trace, 0, 10, 5)
    assert means(line) == [[4] * 5]
    (window,) = window_powers(file_of(trace, windows=[(0, 10)]), trace)
    assert (window.joules, window.mean_w, window.peak_w) == (40, 4, None)


@pytest.mark.parametrize("bins", [1, 7, 600])
def test_however_many_bins_the_joules_are_the_same(bins):
    rng = np.random.default_rng(0)
    times = np.cumsum(rng.uniform(0.01, 0.3, 500))
    trace = trace_of(TraceKind.POWER_W, (times, rng.uniform(1, 50, 500)))
    start, end = times[0], times[-1]
    (window,) = window_powers(file_of(trace, windows=[(start, end)]), trace)
    line = power_line(trace, start, end, bins)
    width = (end - start) / bins
    assert sum(one.mean_w * width for run in line.runs for one in run) == pytest.approx(window.joules)


def test_no_plot_has_more_bins_than_fit():
    times = np.arange(5000.0)
    traces = [trace_of(TraceKind.POWER_W, (times, times + 1), source=f"meter {index}") for index in range(5)]
    plot = trace_plot(file_of(*traces, windows=[(0, 4999)]), "meter 4")
    assert sum(len(run) for line in plot.lines for run in line.runs) <= MOST_BINS
    assert [line.source for line in plot.lines] == ["meter 4", "meter 0", "meter 1"]
    assert plot.left_out == 2


def test_parts_of_a_source_are_added_and_witnesses_are_not():
    package = trace_of(TraceKind.COUNTER_J, ([0, 1], [0, 10]))
    memory = trace_of(TraceKind.COUNTER_J, ([0, 1], [0, 5]))
    witness = trace_of(TraceKind.POWER_W, ([0, 1], [99, 99]))
    plot = trace_plot(file_of(package, memory, witness, windows=[(0, 1)]), "meter")
    assert [window.joules for window in plot.windows["meter"]] == [15]


def test_the_joules_of_the_windows_are_those_of_the_report(tmp_path, settings):
    settings.BLOB_DIR = tmp_path
    measured = make_measured(readings=(rapl_reading, make_reading))
    sha256 = blobs.store([power_file(measured)], limit=2**30).sha256
    plot = stored_trace(sha256, "rapl")
    repeats = [window.joules for window in plot.windows["rapl"] if window.kind == "repeat"]
    assert repeats == pytest.approx([repeat.energy[0].joules for repeat in measured.repeats])
    assert read_power(blobs.path(sha256)).windows


def test_a_file_without_samples_says_so():
    with pytest.raises(BadTrace, match="no samples"):
        trace_plot(file_of(trace_of(TraceKind.POWER_W, ([0], [1])), windows=[(0, 1)]), "meter")
