"""Whatever the numbers, a front has its documented answer or a MetricInputError. Warnings fail."""

from math import inf, isnan, nan

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderboard import metrics
from leaderboard.metrics import MetricInputError

EXTREMES = [0.0, -0.0, 1.0, -1.0, 0.5, 5e-324, 1e-300, 1e154, 1e308, -1e308, inf, -inf, nan]
number = st.one_of(st.sampled_from(EXTREMES), st.floats(), st.integers(0, 3).map(float))
vector = st.lists(number, max_size=6)
direction = st.sampled_from(["higher", "lower"])
boards = st.integers(0, 4).flatmap(
    lambda d: st.tuples(
        st.lists(st.lists(number, min_size=d, max_size=d), max_size=6),
        st.lists(st.lists(number, min_size=d, max_size=d), max_size=4),
        st.lists(direction, min_size=d, max_size=d),
        st.lists(number, min_size=d, max_size=d),
    )
)
fuzz = settings(max_examples=100, deadline=None)


def outcome(function, *arguments, **options):
    """The answer, or None where the input was refused in the documented way."""
    try:
        return function(*arguments, **options)
    except MetricInputError:
        return None


@given(boards)
@fuzz
def test_fronts_volumes_and_distances_of_any_points(board):
    points, reference, directions, bound = board
    mask = outcome(metrics.front_mask, points, directions)
    layers = outcome(metrics.front_layers, points, directions)
    if mask is not None:
        assert [layer == 0 for layer in layers] == mask.tolist()
        assert bool(mask.any()) == bool(metrics.placed_mask(points).any())
    for function in (metrics.epsilon_additive, metrics.epsilon_multiplicative, metrics.igd_plus):
        distance = outcome(function, points, reference, directions)
        assert distance is None or not isnan(distance)
    volume = outcome(metrics.hypervolume, points, bound, directions)
    assert volume is None or 0 <= volume < inf
    alone = outcome(metrics.hypervolume_contributions, points, bound, directions)
    assert alone is None or (np.isnan(alone) == ~metrics.placed_mask(points)).all()
    for index in range(-1, len(points) + 1):
        found = outcome(metrics.dominators, points, directions, index)
        assert found is None or (found.count == 0) == (found.nearest is None)


@given(vector, vector, direction, direction)
@fuzz
def test_lines_and_membership_of_any_points(x, y, x_direction, y_direction):
    line = outcome(metrics.step_line, x, y, x_direction, y_direction)
    assert line is None or np.isfinite(np.array(line)).all()
    share = outcome(metrics.front_membership, [[x], [y]], (x_direction, y_direction))
    assert share is None or ((share >= 0) & (share <= 1) | np.isnan(share)).all()


family = st.lists(st.tuples(number, number), max_size=6)


@given(family, family, st.booleans(), number, number)
@fuzz
def test_families_of_any_points(one, other, lines, low, high):
    first = outcome(metrics.family_curve, [x for x, _ in one], [y for _, y in one], interpolates=lines)
    second = outcome(metrics.family_curve, [x for x, _ in other], [y for _, y in other])
    if first is None or second is None:
        return
    for curve in (first, second):
        quality = outcome(curve.quality_at, low)
        assert quality is None or np.isfinite(quality)
        area = outcome(curve.area, low, high)
        assert area is None or np.isfinite(area)
    found = outcome(metrics.compare_families, first, second)
    assert found is None or np.isfinite([found.first_area, found.second_area, found.mean_difference]).all()
