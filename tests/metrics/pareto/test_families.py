from math import inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderboard.metrics import FamilyComparison, FamilyCurve, MetricInputError, compare_families, family_curve

# Budgets in joules, qualities as fractions; the third point is dominated.
BUDGETS, QUALITIES = [4, 1, 3, 2], [0.8, 0.5, 0.55, 0.7]
CURVE = family_curve(BUDGETS, QUALITIES)

points_of = st.lists(st.tuples(st.integers(1, 12), st.integers(0, 10)), min_size=1, max_size=10)


def curve_of(points, **options):
    return family_curve([budget for budget, _ in points], [quality for _, quality in points], **options)


def test_dominated_equal_and_missing_points_do_not_change_the_curve():
    assert FamilyCurve((1, 2, 4), (0.5, 0.7, 0.8)) == CURVE
    more = family_curve([*BUDGETS, 5, 2, nan, 3, 1], [*QUALITIES, 0.8, 0.7, 0.9, None, -inf])
    assert more == CURVE


def test_a_budget_buys_the_best_point_that_it_pays_for_and_nothing_is_extrapolated():
    assert [CURVE.quality_at(budget) for budget in (0.9, 1, 1.9, 2, 3.99, 4, 100)] == [
        None, 0.5, 0.5, 0.7, 0.7, 0.8, 0.8,
    ]  # fmt: skip


def test_between_points_there_is_a_line_only_where_the_family_interpolates():
    line = family_curve(BUDGETS, QUALITIES, interpolates=True)
    assert line.quality_at(3) == pytest.approx(0.75)
    assert CURVE.quality_at(3) == 0.7
    assert line.quality_at(0.5) is None
    assert line.quality_at(9) == 0.8


def test_an_area_is_of_steps_or_of_lines_and_ends_with_the_points():
    line = family_curve(BUDGETS, QUALITIES, interpolates=True)
    assert CURVE.area(1, 4) == pytest.approx(0.5 + 2 * 0.7)
    assert line.area(1, 4) == pytest.approx(0.6 + 2 * 0.75)
    assert CURVE.area(1.5, 2.5) == pytest.approx(0.25 + 0.35)
    assert CURVE.area(2, 2) == 0
    assert CURVE.area(0.5, 2) is None
    assert CURVE.area(2, 4.5) is None


def test_families_are_compared_where_both_have_points():
    other = family_curve([2, 6], [0.6, 0.9])
    found = compare_families(CURVE, other)
    assert (found.low, found.high) == (2, 4)
    assert (found.first_area, found.second_area) == pytest.approx((1.4, 1.2))
    assert found.mean_difference == pytest.approx(0.1)
    assert compare_families(CURVE, family_curve([5], [0.9])) is None


@given(points_of)
@settings(max_examples=60, deadline=None)
def test_a_family_and_its_best_single_point_tie_at_that_budget(points):
    curve = curve_of(points)
    for budget, quality in zip(curve.budgets, curve.qualities, strict=True):
        single = family_curve([budget], [quality])
        assert curve.quality_at(budget) == single.quality_at(budget) == quality
        assert compare_families(curve, single) == FamilyComparison(budget, budget, 0, 0, 0)


@given(points_of, points_of, st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_comparison_mirrors_and_a_family_ties_with_itself(first, second, lines):
    one, other = curve_of(first, interpolates=lines), curve_of(second)
    assert compare_families(one, one).mean_difference == 0
    there, back = compare_families(one, other), compare_families(other, one)
    assert (there is None) == (back is None)
    if there is not None:
        assert there.mean_difference == -back.mean_difference


@given(points_of, st.tuples(st.integers(0, 5), st.integers(0, 5)), st.integers(0, 20))
@settings(max_examples=60, deadline=None)
def test_a_dominated_point_changes_no_quality(points, worse, budget):
    curve = curve_of(points)
    more = curve_of([*points, (points[0][0] + worse[0], points[0][1] - worse[1])])
    assert more == curve
    assert more.quality_at(budget) == curve.quality_at(budget)


@given(points_of, st.booleans())
@settings(max_examples=60, deadline=None)
def test_quality_never_falls_as_the_budget_grows_and_the_area_is_its_integral(points, lines):
    curve = curve_of(points, interpolates=lines)
    low, high = curve.budgets[0], curve.budgets[-1]
    middles = np.arange(low + 0.005, high, 0.01)
    qualities = [curve.quality_at(budget) for budget in middles]
    assert qualities == sorted(qualities)
    assert curve.area(low, high) == pytest.approx(sum(qualities) * 0.01, abs=1e-9)


@pytest.mark.parametrize(
    ("budgets", "qualities"), [([], []), ([1], [nan]), ([inf], [1]), ([1, 2], [1]), ([[1]], [[1]]), (1, 1)]
)
def test_a_family_without_a_whole_point_is_refused(budgets, qualities):
    with pytest.raises(MetricInputError):
        family_curve(budgets, qualities)


@pytest.mark.parametrize(("low", "high"), [(2, 1), (nan, 2), (1, inf)])
def test_budgets_that_do_not_run_upwards_are_refused(low, high):
    with pytest.raises(MetricInputError):
        CURVE.area(low, high)
    with pytest.raises(MetricInputError):
        CURVE.quality_at(nan)
