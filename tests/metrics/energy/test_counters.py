from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import (
    CountedEnergy,
    MetricInputError,
    MissingReason,
    counter_agreement,
    counter_energy_j,
    counter_steps_j,
)

RANGE_J = 262_143.328850  # of an Intel package


def test_a_counter_says_the_difference_of_its_own_readings():
    assert counter_energy_j(100.0, 131.25) == CountedEnergy(31.25)


def test_a_counter_that_went_backwards_is_no_measurement():
    assert counter_energy_j(131.25, 100.0) == CountedEnergy(None, MissingReason.COUNTER_WENT_BACKWARDS)


def test_a_counter_with_a_known_range_wraps():
    assert counter_energy_j(RANGE_J - 10, 5.0, RANGE_J).energy_j == pytest.approx(15.0)


def test_a_counter_that_did_not_move_is_no_free_energy():
    assert counter_energy_j(5.0, 5.0) == CountedEnergy(None, MissingReason.NO_POWER)
    assert counter_energy_j(5.0, 5.0, RANGE_J) == CountedEnergy(None, MissingReason.NO_POWER)


def test_the_reading_after_a_step_back_is_the_new_baseline():
    np.testing.assert_array_equal(counter_steps_j([10, 12, 3, 7, 7]), [2, nan, 4, 0])


@pytest.mark.parametrize(
    ("readings", "range_j"),
    [([], None), ([1], None), ([1, nan], None), ([1, inf], None), ([-1, 1], None), ([1, 9], 8), ([1, 2], 0)],
)
def test_readings_that_no_counter_gives_are_refused(readings, range_j):
    with pytest.raises(MetricInputError):
        counter_steps_j(readings, range_j)


@given(st.lists(st.floats(0, 900), min_size=1, max_size=20), st.floats(0, 1000))
def test_a_wrapping_counter_gives_back_the_steps_that_made_it(steps, start):
    readings = np.mod(start + np.concatenate([[0.0], np.cumsum(steps)]), 1000.0)
    assert counter_steps_j(readings, 1000.0) == pytest.approx(steps, abs=1e-6)


def test_a_counter_and_an_integral_agree_within_a_tenth():
    assert counter_agreement(100.0, 109.0).agrees
    assert counter_agreement(100.0, 91.0).difference == pytest.approx(-0.09)
    assert not counter_agreement(100.0, 111.0).agrees
    assert not counter_agreement(100.0, 89.0).agrees


@pytest.mark.parametrize("arguments", [(0, 1), (1, 0), (nan, 1), (1, inf), (1, 1, 0), (1, 1, nan), (5e-324, 1e308)])
def test_energies_that_cannot_be_compared_are_refused(arguments):
    with pytest.raises(MetricInputError):
        counter_agreement(*arguments)
