import pytest

from agents.energy.windows import counted_j, counter_fault, power_fault, sampled_too_seldom, stands_still, steps
from agents.sampling import Series
from leaderboard.protocol import MissingReason

RANGE_J = 262_143.0


def series(values, step_s=0.1, *, at_ends=True):
    return Series(tuple(index * step_s for index in range(len(values))), tuple(map(float, values)), at_ends)


def test_a_counter_that_counts_has_no_fault():
    assert counter_fault(series(range(30))) is None


def test_a_counter_without_its_last_reading_has_stopped():
    assert counter_fault(series(range(30), at_ends=False)) is MissingReason.SENSOR_STOPPED


@pytest.mark.parametrize("still", [(0, 25), (10, 25), (60, 25)])
def test_a_counter_that_stands_still_for_two_seconds_has_stopped_wherever_that_is(still):
    start, length = still
    values = [min(index, start) if index < start + length else index - length for index in range(100)]

    assert counter_fault(series(values)) is MissingReason.SENSOR_STOPPED


def test_a_counter_of_slow_steps_is_sound():
    assert counter_fault(series([index // 15 for index in range(100)])) is None


def test_a_counter_that_steps_back_between_two_good_ends_is_no_energy():
    assert counter_fault(series([1, 2, 3, 0, 1, 2, 3, 4])) is MissingReason.COUNTER_WENT_BACKWARDS


def test_a_counter_that_wraps_is_sound_and_one_that_was_reset_is_not():
    wrapped = series([RANGE_J - 20, RANGE_J - 10, 0, 10])
    reset = series([100_000, 100_010, 0, 10])

    assert counter_fault(wrapped, RANGE_J) is None
    assert counted_j(wrapped, RANGE_J) == pytest.approx(30)
    assert counter_fault(reset, RANGE_J) is MissingReason.COUNTER_WENT_BACKWARDS


def test_two_wraps_in_one_window_are_two_ranges():
    values = [0, 40, 80, 20, 60, 0, 40]

    assert counted_j(series(values), 100.0) == 240


def test_power_needs_its_ends_its_number_and_no_long_pause():
    assert power_fault(series([5] * 40), 3.9) is None
    assert power_fault(series([5] * 40, at_ends=False), 3.9) is MissingReason.SENSOR_STOPPED
    assert power_fault(series([5] * 9), 0.8) is MissingReason.TOO_FEW_SAMPLES
    gap = Series((*(0.1 * i for i in range(20)), 3.9), (5.0,) * 21, at_ends=True)
    assert power_fault(gap, 3.9) is MissingReason.TOO_FEW_SAMPLES


def test_a_sensor_that_is_asked_once_a_second_has_enough_in_ten():
    once_a_second = series([5] * 11, step_s=1.002)

    assert power_fault(once_a_second, 10.02) is MissingReason.TOO_FEW_SAMPLES
    assert power_fault(once_a_second, 10.02, period_s=1.0) is None
    assert power_fault(series([5] * 11, step_s=1.6), 10, period_s=1.0) is MissingReason.TOO_FEW_SAMPLES


def test_a_sensor_that_gave_less_than_half_was_asked_too_seldom():
    assert sampled_too_seldom(series([5] * 40), 3.9, 0.05) is None
    assert sampled_too_seldom(series([5] * 40, step_s=0.11), 4.4, 0.05) is MissingReason.TOO_FEW_SAMPLES


def test_a_counter_s_steps_are_where_it_moved():
    assert steps(series([1, 1, 3, 3, 2])) == [2, -1]


def test_only_a_whole_window_without_any_tremble_stands_still():
    assert stands_still(series([5] * 40), 3.9)
    assert not stands_still(series([5] * 39 + [6]), 3.9)
    assert not stands_still(series([5] * 10), 0.9)


def test_a_sensor_without_any_sample_has_stopped():
    nothing = Series((), (), at_ends=False)

    assert counter_fault(nothing) is MissingReason.SENSOR_STOPPED
    assert power_fault(nothing, 10) is MissingReason.SENSOR_STOPPED
