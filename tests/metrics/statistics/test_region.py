import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import leaderboard.metrics as m
from leaderboard.metrics.statistics.region import FEWEST_PAIRS

RNG = np.random.default_rng(7)
X = RNG.normal(3.0, 0.5, 500)
Y = 2 * X + RNG.normal(0, 0.2, 500)


def inside(points, outline):
    """Of a convex outline: on the same side of every edge."""
    edges = np.roll(outline, -1, axis=0) - outline
    off = points[:, None, :] - outline[None]
    cross = edges[None, :, 0] * off[..., 1] - edges[None, :, 1] * off[..., 0]
    return (cross >= -1e-9).all(axis=1) | (cross <= 1e-9).all(axis=1)


def test_it_holds_its_share_of_the_draws_and_leans_with_them():
    region = m.joint_region(X, Y, corners=720)
    assert inside(np.column_stack([X, Y]), region.outline).mean() == pytest.approx(0.95, abs=0.004)
    assert region.correlation == pytest.approx(np.corrcoef(X, Y)[0, 1])
    assert region.outline[np.argmax(region.outline[:, 0]), 1] > 7.5


def test_of_a_normal_pair_it_is_the_known_ellipse():
    x, y = np.random.default_rng(1).normal(size=(2, 40_000))
    distance = np.hypot(*m.joint_region(x, y).outline.T)
    # Chi-square with two degrees of freedom: 95 % lie within 5.991.
    assert distance == pytest.approx(np.full(48, 5.991**0.5), rel=0.03)


def test_its_shape_does_not_depend_on_units():
    one, other = m.joint_region(X, Y), m.joint_region(X * 1e-6, Y * 1e6)
    np.testing.assert_allclose(sorted(other.outline[:, 0] * 1e6), sorted(one.outline[:, 0]), rtol=1e-9)


def test_where_one_follows_from_the_other_it_is_a_line():
    region = m.joint_region(X, 3 * X + 1)
    assert region.correlation == pytest.approx(1.0)
    np.testing.assert_allclose(region.outline[:, 1], 3 * region.outline[:, 0] + 1, rtol=1e-6)


@pytest.mark.parametrize(
    ("x", "y"),
    [
        (X, np.full(500, 2.0)),
        (X[: FEWEST_PAIRS - 1], Y[: FEWEST_PAIRS - 1]),
        (np.where(X < 2.4, np.inf, X), Y),
        ([], []),
    ],
)
def test_without_spread_or_with_too_few_draws_there_is_none(x, y):
    assert m.joint_region(x, y) is None


@pytest.mark.parametrize(("x", "y", "share"), [(X, Y[:-1], 0.95), ([X], [Y], 0.95), (X, Y, 1.0)])
def test_what_no_region_covers_is_refused(x, y, share):
    with pytest.raises(m.MetricInputError):
        m.joint_region(x, y, share)


@given(st.lists(st.tuples(st.floats(), st.floats()), min_size=1, max_size=4))
def test_any_draws_give_a_finite_outline_or_none(pairs):
    x, y = np.tile(pairs, (FEWEST_PAIRS, 1)).T
    region = m.joint_region(x, y)
    assert region is None or np.isfinite(region.outline).all()
