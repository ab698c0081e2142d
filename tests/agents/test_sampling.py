import threading
import time
from itertools import pairwise

import pytest

from agents.guard import Guard
from agents.sampling import Sampler, Series, sampler_threads
from leaderboard.metrics.energy.traces import integrate_power_j


def test_a_trace_covers_its_window_from_end_to_end_on_the_monotonic_clock():
    sampler = Sampler(lambda: (10.0,), period_s=0.02)
    begin_s = time.monotonic()
    sampler.start()
    time.sleep(0.2)
    series = sampler.stop().column(0)
    end_s = time.monotonic()

    assert begin_s <= series.times_s[0] < series.times_s[-1] <= end_s
    assert series.times_s[-1] - series.times_s[0] >= 0.2
    assert integrate_power_j(series.times_s, series.values) == pytest.approx(
        10 * (series.times_s[-1] - series.times_s[0])
    )
    assert len(series.times_s) >= 4


def test_a_reading_that_fails_is_left_out_and_not_zero():
    answers = iter([(5.0,), (None,), (5.0,)])
    sampler = Sampler(lambda: next(answers, (5.0,)), period_s=0.01)
    sampler.start()
    time.sleep(0.05)
    samples = sampler.stop()

    assert set(samples.column(0).values) == {5.0}
    assert len(samples.column(0).values) == len(samples.rows) - 1


@pytest.mark.parametrize("failing", [0, -1])
def test_a_series_without_a_reading_at_either_end_says_so(failing):
    rows = [(1.0, 1.0)] * 5
    rows[failing] = (None, 1.0)
    answers = iter(rows)
    sampler = Sampler(lambda: next(answers), period_s=1000)
    sampler.start()
    for _ in rows[2:]:
        sampler._take()
    samples = sampler.stop()

    assert not samples.column(0).at_ends
    assert samples.column(1).at_ends


def test_a_sampler_can_be_started_again_and_leaves_no_thread():
    sampler = Sampler(lambda: (1.0,), period_s=0.01)
    for _ in range(3):
        sampler.start()
        first = sampler.stop()
    assert len(first.times_s) >= 2
    assert not [thread for thread in threading.enumerate() if thread.name == "sampler"]


def test_without_memory_for_a_thread_both_ends_are_read_all_the_same(monkeypatch):
    def no_stack(_):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", no_stack)
    sampler = Sampler(lambda: (1.0,), period_s=0.01)
    sampler.start()
    series = sampler.stop().column(0)

    assert (len(series.values), series.at_ends) == (2, True)


def test_what_a_sampler_waits_for_a_processor_is_no_noise():
    sampler = Sampler(lambda: (1.0,), period_s=0.01)
    before = set(Guard()._waits_s())
    sampler.start()
    (thread,) = sampler_threads()
    beside = set(Guard()._waits_s())
    sampler.stop()

    assert thread not in beside
    assert before <= beside
    assert sampler_threads() == frozenset()


def test_the_clock_of_a_trace_advances_with_every_sample_however_fast_they_come():
    sampler = Sampler(lambda: (1.0,), period_s=0.0)
    sampler.start()
    for _ in range(1000):
        sampler._take()
    times_s = sampler.stop().times_s

    assert all(a < b for a, b in pairwise(times_s))


def test_standstills_and_gaps_are_measured_in_time_and_not_in_samples():
    series = Series((0.0, 1.0, 1.5, 4.0, 4.1), (1.0, 2.0, 2.0, 2.0, 3.0), at_ends=True)

    assert series.longest_standstill_s() == 3.0
    assert series.longest_gap_s() == 2.5
    assert Series((), (), at_ends=False).longest_standstill_s() == 0
    assert Series((1.0,), (5.0,), at_ends=True).longest_gap_s() == 0
