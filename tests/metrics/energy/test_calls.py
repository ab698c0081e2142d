import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import MetricInputError, call_energies, query_energies, sample_period_s
from leaderboard.metrics.energy.power_over_time import counter_steps, power_steps
from tests.metrics.documented import only_documented

TIMES_S = np.arange(0, 10.05, 0.05)
STEADY = power_steps(TIMES_S, np.full(TIMES_S.shape, 100.0))


def test_each_call_gets_the_energy_between_its_own_start_and_end():
    rising = power_steps(TIMES_S, np.where(TIMES_S < 5, 100.0, 200.0))
    found = call_energies([rising], [1.02, 6.0], [2.02, 8.5], 0.05)

    assert found.energy_j.tolist() == pytest.approx([100.0, 500.0])
    assert found.edge_j.tolist() == pytest.approx([10.0, 20.0])  # 50 ms at 100 W and at 200 W, at either end


def test_the_parts_of_a_source_are_added_and_each_has_to_cover_a_call():
    counter = counter_steps(TIMES_S[:101], 5.0 * TIMES_S[:101])
    found = call_energies([STEADY, counter], [1.0, 4.5], [2.0, 5.5], 0.05)

    assert found.energy_j.tolist() == pytest.approx([105.0, np.nan], nan_ok=True)


@pytest.mark.parametrize(
    ("start_s", "end_s", "told"),
    [(1.0, 1.5, True), (1.0, 1.49, False), (-0.1, 1.0, False), (9.0, 10.1, False), (0.0, 10.0, True)],
    ids=["ten periods", "shorter", "before the trace", "after it", "all of it"],
)
def test_a_call_is_told_from_ten_periods_on_and_within_the_trace(start_s, end_s, told):
    found = call_energies([STEADY], [start_s], [end_s], 0.05)

    assert np.isfinite(found.energy_j).tolist() == np.isfinite(found.edge_j).tolist() == [told]


def test_a_source_that_is_read_less_often_than_its_trace_has_samples_tells_less():
    assert sample_period_s([STEADY], None) == pytest.approx(0.05)
    assert sample_period_s([STEADY], 0.1) == 0.1
    assert sample_period_s([], 0.1) is None
    assert np.isnan(call_energies([STEADY], [1.0], [1.9], 0.1).energy_j).all()


def test_a_call_that_meets_a_pause_has_no_energy():
    seen = (TIMES_S < 3) | (TIMES_S > 4)
    late = power_steps(TIMES_S[seen], np.full(seen.sum(), 100.0))
    readings = np.where(TIMES_S < 3, 50.0, 10.0) + TIMES_S  # a counter that began again at 3 s: no range explains it
    fallen = counter_steps(TIMES_S, readings)
    for steps in (late, fallen):
        energies = call_energies([steps], [1.0, 2.5, 4.05], [2.0, 3.5, 5.0], 0.05).energy_j
        assert np.isfinite(energies).tolist() == [True, False, True]


def test_a_call_that_used_nothing_is_missing_and_not_free():
    assert np.isnan(call_energies([counter_steps(TIMES_S, TIMES_S * 0)], [1.0], [2.0], 0.05).energy_j).all()


def test_two_readings_of_a_whole_window_tell_of_no_call():
    ends = counter_steps(np.array([0.0, 10.0]), np.array([0.0, 100.0]))
    period_s = sample_period_s([ends], 0.01)

    assert period_s == 10.0
    assert np.isnan(call_energies([ends], [1.0], [9.0], period_s).energy_j).all()


steps_s = st.lists(st.floats(1e-2, 10), min_size=2, max_size=40)
amounts = st.floats(0, 1e4)


@given(st.data(), st.booleans())
def test_calls_never_sum_to_more_than_their_window_and_all_of_it_to_the_same(data, counted):
    times = np.cumsum(data.draw(steps_s))
    values = np.array(data.draw(st.lists(amounts, min_size=len(times), max_size=len(times))))
    steps = counter_steps(times, np.cumsum(values)) if counted else power_steps(times, values)
    marks = np.unique(times[0] + np.array(data.draw(st.lists(st.floats(0, 1), max_size=12))) * (times[-1] - times[0]))
    marks = np.clip(marks[: len(marks) // 2 * 2], times[0], times[-1])
    window_j = float((steps.mean_w * (steps.end_s - steps.start_s)).sum())

    found = call_energies([steps], marks[::2], marks[1::2], 1e-9)
    all_j = call_energies([steps], marks[:-1], marks[1:], 1e-9)  # with what lies between them

    assert np.nansum(found.energy_j) <= window_j * (1 + 1e-9)
    assert np.nansum(all_j.energy_j) <= window_j * (1 + 1e-9)
    assert (np.nan_to_num(found.energy_j) >= 0).all()


@given(st.data())
def test_it_agrees_with_the_trapezoid_of_the_trace_within_what_it_says(data):
    count = data.draw(st.integers(15, 60))
    power = np.array(data.draw(st.lists(st.floats(1, 1e3), min_size=count, max_size=count)))
    times = 0.1 * np.arange(count)
    start = data.draw(st.floats(0.1, times[-1] - 1.1))
    found = call_energies([power_steps(times, power)], [start], [start + 1.0], 0.1)
    (exact,) = query_energies(times, power, [start], [start + 1.0], min_samples=1)

    if np.isfinite(found.energy_j[0]):
        assert abs(found.energy_j[0] - exact.energy_j) <= found.edge_j[0]


@given(steps_s, st.lists(st.floats(), max_size=4), st.lists(st.floats(), max_size=4), st.floats())
def test_any_marks_give_energies_or_are_refused(steps, starts, ends, period_s):
    times = np.cumsum(steps)
    part = power_steps(times, np.full(times.shape, 8e307))
    only_documented(lambda: call_energies([part], starts, ends, period_s), missing=True)


def test_calls_that_are_none_are_refused():
    for starts, ends, period_s in (([1], [1], 1.0), ([2, 1], [3, 2], 1.0), ([1], [2], 0.0)):
        with pytest.raises(MetricInputError):
            call_energies([STEADY], starts, ends, period_s)
    with pytest.raises(MetricInputError):
        call_energies([], [1], [2], 1.0)
