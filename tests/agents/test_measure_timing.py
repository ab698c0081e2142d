import gc
import time
from array import array
from itertools import cycle

import numpy as np
import pytest

from agents.calls import LONG_NS, calls_of
from agents.guard import Guard, verdict_of
from agents.timing import Timed, Window, histogram_counts, idle_window, interval_share, timed_repeat, timed_window
from leaderboard.metrics.serving.latency import HISTOGRAM_EDGES_S, LatencyHistogram
from leaderboard.protocol import GuardReading, Repeat


def repeat(median_s):
    guard = GuardReading(verdict=verdict_of(0, 0, 0))
    return Repeat(
        calls=1, items=1, seconds=1, median_s=median_s, mean_s=median_s, p90_s=None, p99_s=None, cpu_s=1, guard=guard
    )


@pytest.mark.parametrize(
    ("median_s", "words"), [(4.023e-6, "4.02 µs"), (9.9e-4, "990.00 µs"), (1.10417e-3, "1.10 ms"), (2.5, "2500.00 ms")]
)
def test_a_repeat_is_told_in_the_unit_that_suits_it(median_s, words):
    told = Timed(repeat(median_s), LatencyHistogram.of([median_s])).in_words()

    assert told == f"median {words}, 1 calls, clean"


def test_a_window_runs_until_both_minima_are_reached():
    many = timed_window(lambda *_: None, None, [0], min_calls=500, min_s=0.0)
    long = timed_window(lambda *_: None, None, [0], min_calls=1, min_s=0.05)

    assert len(many.calls_ns) == 500
    assert 0.05 <= long.seconds < 1
    assert len(long.calls_ns) > 1


def test_calls_take_the_feeds_in_turn_and_start_again():
    seen = []

    timed_window(lambda _, feed: seen.append(feed), None, ["a", "b", "c"], min_calls=7, min_s=0.0)

    assert seen == ["a", "b", "c", "a", "b", "c", "a"]


def test_only_the_call_is_between_the_clock_s_readings():
    window = timed_window(lambda *_: time.sleep(0.002), None, [0], min_calls=20, min_s=0.0)
    durations_s = window.calls_s()

    assert durations_s.min() >= 0.002
    assert durations_s.sum() <= window.seconds
    assert window.cpu_s < window.seconds / 2


def test_long_calls_are_kept_with_their_start_on_the_clock_of_the_traces_and_their_item():
    before = time.monotonic()
    seconds = cycle([0.06, 0.0, 0.06])
    ran = timed_window(lambda *_: time.sleep(next(seconds)), None, ["a", "b"], min_calls=3, min_s=0.0)
    made = calls_of(ran.starts_ns, ran.calls_ns, (7, 9))

    assert (len(ran.calls_ns), made.first_items.tolist()) == (3, [7, 7])
    assert before <= made.starts_s[0] < made.ends_s[0] <= made.starts_s[1] < made.ends_s[1] <= time.monotonic()
    assert (made.ends_s - made.starts_s).min() >= 0.06


@pytest.mark.parametrize(("calls_ns", "items"), [([LONG_NS, 9, 9], (0,)), ([9, 9], (0,)), ([LONG_NS], ())])
def test_calls_of_which_most_are_short_or_whose_items_are_unknown_are_not_kept(calls_ns, items):
    starts_ns = [5 for call_ns in calls_ns if call_ns >= LONG_NS]

    assert calls_of(array("q", starts_ns), array("q", calls_ns), items) is None


def test_garbage_is_not_collected_within_a_window_and_is_again_after_it():
    within = []

    timed_window(lambda *_: within.append(gc.isenabled()), None, [0], min_calls=1, min_s=0.0)

    assert within == [False]
    assert gc.isenabled()


def test_collection_is_on_again_after_a_call_that_fails():
    with pytest.raises(ZeroDivisionError):
        timed_window(lambda *_: 1 / 0, None, [0], min_calls=1, min_s=0.0)

    assert gc.isenabled()


def test_a_call_below_the_clock_s_step_counts_as_a_nanosecond():
    assert Window(array("q", [0, 5]), 1.0, 1.0).calls_s().tolist() == [1e-9, 5e-9]


@pytest.mark.parametrize(("calls", "p90", "p99"), [(50, False, False), (150, True, False), (1500, True, True)])
def test_tail_percentiles_need_their_calls(calls, p90, p99):
    made = timed_repeat(lambda: timed_window(lambda *_: None, None, [0], calls, 0.0), 4, Guard(), [])

    assert (made.repeat.p90_s is not None, made.repeat.p99_s is not None) == (p90, p99)
    assert (made.repeat.calls, made.repeat.items) == (calls, 4 * calls)
    assert made.histogram.total == calls


def test_repeats_that_agree_have_a_narrow_interval_and_others_a_wide_one():
    assert interval_share([repeat(1e-5)] * 5) == 0
    assert interval_share([repeat(value) for value in (1e-5, 1.001e-5, 1.002e-5, 0.999e-5, 1e-5)]) < 0.03
    assert interval_share([repeat(value) for value in (1e-5, 1.5e-5, 1e-5, 1.5e-5, 1.2e-5)]) > 0.03


def test_the_histogram_adds_all_windows_and_keeps_what_lies_outside():
    inside = LatencyHistogram.of(np.array([1.05e-6, 1.05e-6, 1e-3]))
    outside = LatencyHistogram.of(np.array([1e-8, 1e6]))

    counts = histogram_counts([inside, outside])

    assert sum(counts.counts.values()) == 5
    assert counts.counts[0] == 2
    assert counts.counts[-1] == 1
    assert counts.counts[len(HISTOGRAM_EDGES_S) - 1] == 1
    assert all(counts.counts.values())


def test_an_idle_window_without_sources_still_waits():
    begin = time.monotonic()

    assert idle_window([], 0.05) == ()
    assert time.monotonic() - begin >= 0.05
