import time

import pytest

from agents.sampling import PowerSampler, PowerTrace


def test_energy_is_the_trapezoid_over_actual_times():
    assert PowerTrace((0, 0.05, 0.10, 0.20), (100, 200, 150, 150)).joules() == pytest.approx(31.25)


def test_fewer_than_two_samples_have_no_energy():
    assert PowerTrace((), ()).joules() is None
    assert PowerTrace((0.0,), (5.0,)).joules() is None


def test_a_trace_covers_its_window_from_end_to_end():
    sampler = PowerSampler(lambda: 10.0, period_s=0.02)
    begin = time.monotonic()
    sampler.start()
    time.sleep(0.2)
    trace = sampler.stop()
    elapsed_s = time.monotonic() - begin

    assert trace.times_s[0] == 0
    assert 0.2 <= trace.times_s[-1] <= elapsed_s
    assert trace.joules() == pytest.approx(10 * trace.times_s[-1])
    assert len(trace.times_s) >= 4


def test_a_reading_that_fails_is_left_out_and_not_zero():
    answers = iter([5.0, None, 5.0])
    sampler = PowerSampler(lambda: next(answers, 5.0), period_s=0.01)
    sampler.start()
    time.sleep(0.05)

    assert set(sampler.stop().powers_w) == {5.0}


def test_a_sampler_can_be_started_again():
    sampler = PowerSampler(lambda: 1.0, period_s=0.01)
    sampler.start()
    sampler.stop()
    sampler.start()

    assert sampler.stop().times_s[0] == 0
