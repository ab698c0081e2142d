from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import (
    MetricInputError,
    OperatingCurve,
    iso_cost_difference,
    iso_quality_ratio,
    operating_curve,
)

SMALL = operating_curve([1, 2, 4], [0.4, 0.6, 0.7])
LARGE = operating_curve([2, 4, 8], [0.5, 0.6, 0.8])

curves = st.lists(
    st.tuples(st.floats(0.1, 100), st.floats(0, 1)), min_size=2, max_size=6, unique_by=lambda p: p[0]
).map(lambda points: operating_curve(*zip(*points, strict=True)))


def test_shared_points_are_exact():
    assert iso_cost_difference(SMALL, LARGE, 2) == pytest.approx(0.1)
    assert iso_quality_ratio(LARGE, SMALL, 0.6) == 2.0


def test_between_points_a_straight_line_is_read():
    assert SMALL.quality_at(3) == pytest.approx(0.65)
    assert SMALL.cost_at(0.65) == pytest.approx(3)
    log = operating_curve([1, 100], [0.0, 1.0], "log")
    assert log.quality_at(10) == pytest.approx(0.5)
    assert log.cost_at(0.5) == pytest.approx(10)


@pytest.mark.parametrize("cost", [0.5, 1.99, 4.01, 9, inf, -inf])
def test_outside_either_curve_there_is_no_comparison_by_cost(cost):
    assert iso_cost_difference(SMALL, LARGE, cost) is None


@pytest.mark.parametrize("quality", [0.3, 0.45, 0.75, 0.9, inf, -inf])
def test_outside_either_curve_there_is_no_comparison_by_quality(quality):
    assert iso_quality_ratio(SMALL, LARGE, quality) is None


def test_a_curve_that_dips_reaches_a_quality_at_its_lowest_cost():
    assert operating_curve([1, 2, 3, 4], [0.2, 0.6, 0.4, 0.8]).cost_at(0.5) == pytest.approx(1.75)


@given(curves, curves, st.floats(0, 1))
def test_the_reversed_comparison_is_the_inverse_ratio(first, second, quality):
    ratio, reverse = iso_quality_ratio(first, second, quality), iso_quality_ratio(second, first, quality)
    assert (ratio is None) == (reverse is None)
    assert ratio is None or ratio * reverse == pytest.approx(1)


@given(curves, st.floats(0.1, 100))
def test_interpolation_agrees_with_numpy(curve, cost):
    costs, qualities = zip(*curve.points, strict=True)
    found = curve.quality_at(cost)
    if found is None:
        assert not costs[0] <= cost <= costs[-1]
    else:
        assert found == pytest.approx(np.interp(cost, costs, qualities), abs=1e-9)


@given(curves, st.floats(0, 1))
def test_the_cost_of_a_quality_has_that_quality(curve, quality):
    cost = curve.cost_at(quality)
    steep = max(abs(b[1] - a[1]) / (b[0] - a[0]) for a, b in zip(curve.points, curve.points[1:], strict=False))
    assert cost is None or steep > 1e6 or curve.quality_at(cost) == pytest.approx(quality, abs=1e-6)


@pytest.mark.parametrize(
    "call",
    [
        lambda: operating_curve([1], [0.5]),
        lambda: operating_curve([1, 1], [0.5, 0.6]),
        lambda: operating_curve([1, 2], [0.5]),
        lambda: operating_curve([0, 2], [0.5, 0.6]),
        lambda: operating_curve([1, nan], [0.5, 0.6]),
        lambda: operating_curve([1, 2], [0.5, inf]),
        lambda: operating_curve([1, 2], [0.5, 0.6], "cubic"),
        lambda: OperatingCurve(((2.0, 0.1), (1.0, 0.2))),
        lambda: OperatingCurve(((9e-101, 0.1), (1.0, 0.2))),
        lambda: OperatingCurve(((1.0, 0.1), (2.0, 2e100))),
        lambda: SMALL.quality_at(nan),
        lambda: SMALL.cost_at(nan),
        lambda: iso_cost_difference(SMALL, LARGE, nan),
        lambda: iso_quality_ratio(SMALL, LARGE, nan),
    ],
)
def test_what_no_definition_covers_is_refused(call):
    with pytest.raises(MetricInputError):
        call()
