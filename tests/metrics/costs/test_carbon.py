from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import (
    Carbon,
    Growth,
    Hardware,
    MetricInputError,
    carbon_by_year,
    operational_carbon_g,
    return_on_environment,
    task_carbon,
)

YEAR_S = 365 * 86_400.0
SERVER = Hardware(manufacture_g=1.0e6, end_of_life_g=5.0e4, lifetime_s=4 * YEAR_S)
TODAY = Carbon(operational_g=80.0, manufacture_g=15.0, end_of_life_g=5.0)


def test_a_kilowatt_hour_emits_the_intensity_of_its_grid():
    assert operational_carbon_g(3.6e6, 400) == pytest.approx(400)
    assert operational_carbon_g(3600 * 250, 400) == pytest.approx(100)  # 250 Wh
    assert operational_carbon_g(3.6e6, 400, pue=1.2) == pytest.approx(480)


def test_a_task_without_use_emits_nothing():
    assert task_carbon(0.0, 0.0, SERVER, 400).total_g == 0.0


def test_a_whole_life_of_use_carries_the_whole_device():
    carbon = task_carbon(0.0, 4 * YEAR_S, SERVER, 400)
    assert (carbon.operational_g, carbon.total_g) == (0.0, pytest.approx(1.05e6))


@given(st.floats(0, 1), st.floats(0, 1e8), st.floats(0, 1e10))
def test_hardware_shared_by_two_tasks_sums_to_the_whole(share, used_s, energy_j):
    first = task_carbon(energy_j, used_s, SERVER, 400, share=share)
    second = task_carbon(0.0, used_s, SERVER, 400, share=1 - share)
    whole = task_carbon(energy_j, used_s, SERVER, 400)
    assert first.total_g + second.total_g == pytest.approx(whole.total_g)


@given(st.floats(0, 1e10), st.floats(0, 1e3), st.floats(0, 100))
def test_operation_is_linear_in_the_intensity_of_the_grid(energy_j, intensity, factor):
    scaled = operational_carbon_g(energy_j, intensity * factor)
    assert scaled == pytest.approx(operational_carbon_g(energy_j, intensity) * factor)


def test_without_growth_every_year_is_like_this_one():
    assert carbon_by_year(TODAY, Growth(), 4).tolist() == [100.0] * 5


def test_use_scales_all_parts_and_efficiency_and_grid_the_operation_alone():
    assert carbon_by_year(TODAY, Growth(usage=2.0), 2).tolist() == [100, 200, 400]
    assert carbon_by_year(TODAY, Growth(energy_per_use=0.5), 2).tolist() == [100, 60, 40]
    assert carbon_by_year(TODAY, Growth(grid=0.5), 1).tolist() == [100, 60]
    growth = Growth(usage=2.0, energy_per_use=0.5, grid=0.5)
    np.testing.assert_allclose(carbon_by_year(TODAY, growth, 1), [100, 2 * (20 + 20)])


def test_the_return_on_environment_is_benefit_for_each_gram():
    assert return_on_environment(500, 100) == 5
    assert return_on_environment(-500, 100) == -5


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (operational_carbon_g, (-1, 1)),
        (operational_carbon_g, (1, nan)),
        (operational_carbon_g, (1, 1, 0.9)),
        (operational_carbon_g, (1e308, 1e308)),
        (task_carbon, (1, -1, SERVER, 1)),
        (task_carbon, (1, 1, Hardware(1, 1, 0), 1)),
        (task_carbon, (1, 1, Hardware(-1, 1, 1), 1)),
        (task_carbon, (1, 1, Hardware(1, inf, 1), 1)),
        (task_carbon, (1, 1, SERVER, 1, 1, 1.1)),
        (carbon_by_year, (TODAY, Growth(), -1)),
        (carbon_by_year, (TODAY, Growth(usage=0), 1)),
        (carbon_by_year, (TODAY, Growth(grid=nan), 1)),
        (carbon_by_year, (TODAY, Growth(usage=1e308), 2)),
        (return_on_environment, (1, 0)),
        (return_on_environment, (inf, 1)),
        (return_on_environment, (1e308, 1e-308)),
    ],
)
def test_what_no_life_cycle_has_is_refused(function, arguments):
    with pytest.raises(MetricInputError):
        function(*arguments)
