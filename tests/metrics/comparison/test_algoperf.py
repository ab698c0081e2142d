from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import gmean

from leaderboard.metrics import (
    MetricInputError,
    geometric_mean_speedup,
    held_out_time_s,
    performance_profile,
    performance_ratios,
    profile_area,
    profile_area_on_grid,
    time_to_result_s,
)

times = st.one_of(st.floats(1, 1000), st.just(inf))
tables = st.integers(1, 6).flatmap(
    lambda width: st.lists(st.lists(times, min_size=width, max_size=width), min_size=1, max_size=5)
)


def test_the_median_study_of_the_fastest_trials_counts_and_misses_take_part():
    assert time_to_result_s([[5, 3, inf], [9, 7, 8], [inf, inf, inf]]) == 7
    assert time_to_result_s([[5], [inf], [inf]]) == inf
    assert time_to_result_s([[4], [6]]) == 5
    assert time_to_result_s([[4], [inf]]) == inf


def test_a_miss_is_infinitely_slow_and_so_is_more_than_four_times_the_best():
    ratios = performance_ratios([[10, inf, inf], [41, 8, inf], [40, 16, inf]])
    np.testing.assert_array_equal(ratios, [[1, inf, inf], [inf, 1, inf], [4, 2, inf]])


def test_the_best_everywhere_has_a_full_profile_from_the_start():
    ratios = performance_ratios([[1, 1], [2, 3]])
    np.testing.assert_array_equal(performance_profile(ratios, [1.0, 2.0, 4.0]), [[1, 1, 1], [0, 0.5, 1]])
    assert profile_area(ratios)[0] == profile_area_on_grid(ratios)[0] == pytest.approx(1)


def test_a_workload_nobody_solves_gives_nobody_anything():
    np.testing.assert_array_equal(profile_area(performance_ratios([[1, inf], [1, inf]])), [0.5, 0.5])


@given(tables)
def test_adding_a_submission_that_is_never_best_leaves_the_others_unchanged(table):
    before = profile_area(performance_ratios(table))
    worst = np.max(table, axis=0) * 2
    np.testing.assert_array_equal(profile_area(performance_ratios([*table, worst.tolist()]))[:-1], before)


def test_adding_a_submission_can_change_the_order_of_the_others():
    alone = profile_area(performance_ratios([[10, 30], [28, 15]]))
    beside = profile_area(performance_ratios([[10, 30], [28, 15], [20, 8]]))
    assert alone[0] > alone[1]
    assert beside[0] < beside[1]


@given(tables)
def test_the_area_is_the_integral_of_the_profile(table):
    ratios = performance_ratios(table)
    fine = profile_area_on_grid(ratios, points=20_001)
    np.testing.assert_allclose(profile_area(ratios), fine, atol=1e-4)
    np.testing.assert_allclose(profile_area(ratios), profile_area_on_grid(ratios), atol=0.0051)
    assert ((profile_area(ratios) >= 0) & (profile_area(ratios) <= 1)).all()


@given(tables, st.floats(0.1, 10))
def test_a_faster_machine_for_all_changes_no_score(table, factor):
    scaled = np.array(table) * factor
    np.testing.assert_allclose(
        profile_area(performance_ratios(table)), profile_area(performance_ratios(scaled)), atol=1e-9
    )


def test_base_and_variant_must_both_reach_their_target():
    assert held_out_time_s(100.0, 140.0) == 100.0
    assert held_out_time_s(100.0, inf) == inf
    assert held_out_time_s(inf, 140.0) == inf


def test_the_mean_speed_up_agrees_with_scipy_and_a_miss_costs_its_budget():
    reference, own, budget = [100.0, 50.0, 80.0], [50.0, 60.0, inf], [200.0, 100.0, 159.0]
    expected = gmean([100 / 50, 50 / 60, 80 / 160])
    assert geometric_mean_speedup(reference, own, budget) == pytest.approx(expected)


@pytest.mark.parametrize(
    "call",
    [
        lambda: time_to_result_s([]),
        lambda: time_to_result_s([[0.0]]),
        lambda: time_to_result_s([[nan]]),
        lambda: time_to_result_s([1.0]),
        lambda: performance_ratios([[1.0]], r_max=1.0),
        lambda: performance_ratios([[-1.0]]),
        lambda: performance_profile([[1.0]], [0.5]),
        lambda: performance_profile([[1.0]], []),
        lambda: profile_area([[0.5]]),
        lambda: profile_area([[nan]]),
        lambda: profile_area_on_grid([[1.0]], points=1),
        lambda: held_out_time_s(nan, 1.0),
        lambda: geometric_mean_speedup([1.0], [1.0, 2.0], [1.0]),
        lambda: geometric_mean_speedup([1.0], [inf], [inf]),
        lambda: geometric_mean_speedup([[1.0], [9.0]], [[1.0], [2.0]], [[1.0], [1.0]]),
        lambda: geometric_mean_speedup(1.0, 2.0, 3.0),
    ],
)
def test_what_no_definition_covers_is_refused(call):
    with pytest.raises(MetricInputError):
        call()
