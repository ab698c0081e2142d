import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import MetricInputError, marginal_gain, saturation_samples, scaling_curve

chances = st.floats(1e-6, 1)
gains = st.floats(1e-6, 1)


def test_the_curve_starts_at_nothing_and_ends_at_its_ceiling():
    np.testing.assert_allclose(scaling_curve(0.5, [0, 1, 2, 1000], f_max=0.8), [0, 0.4, 0.6, 0.8])


def test_problems_are_averaged_and_not_their_chances():
    mixed = scaling_curve([0.1, 0.9], [4])[0]
    assert mixed == pytest.approx((scaling_curve(0.1, [4])[0] + scaling_curve(0.9, [4])[0]) / 2)
    assert mixed < scaling_curve(0.5, [4])[0]


def test_hard_problems_put_the_saturation_of_a_mixture_off():
    assert saturation_samples([0.02, 0.98], 0.001) > saturation_samples(0.5, 0.001)


@pytest.mark.parametrize(("p", "f_max"), [(0.0, 1.0), (0.5, 0.0), ([0.0, 0.0], 1.0)])
def test_where_no_sample_ever_helps_there_is_no_saturation(p, f_max):
    assert saturation_samples(p, 0.01, f_max) is None


def test_a_certain_sample_is_enough_alone_and_an_unworthy_one_is_none():
    assert saturation_samples(1.0, 0.01) == 1
    assert saturation_samples(1.0, 1.0) == 0
    assert saturation_samples(0.05, 0.1) == 0


@given(chances, st.integers(0, 200), st.floats(0, 1))
def test_the_marginal_gain_is_the_difference_of_the_curve(p, samples, f_max):
    before, after = scaling_curve(p, [samples, samples + 1], f_max)
    assert marginal_gain(p, samples, f_max) == pytest.approx(after - before, abs=1e-12)


@given(st.lists(chances, min_size=1, max_size=5), gains, st.floats(0.01, 1))
def test_saturation_is_the_first_sample_whose_successor_is_not_worth_it(p, gain, f_max):
    samples = saturation_samples(p, gain, f_max)
    assert marginal_gain(p, samples, f_max) <= gain
    assert samples == 0 or marginal_gain(p, samples - 1, f_max) > gain


@given(chances, st.lists(st.integers(0, 1000), min_size=2, max_size=8, unique=True))
def test_the_curve_never_falls(p, samples):
    assert (np.diff(scaling_curve(p, sorted(samples))) >= 0).all()


@pytest.mark.parametrize(
    "call",
    [
        lambda: scaling_curve([], [1]),
        lambda: scaling_curve(1.1, [1]),
        lambda: scaling_curve(float("nan"), [1]),
        lambda: scaling_curve(0.5, []),
        lambda: scaling_curve(0.5, [-1]),
        lambda: scaling_curve(0.5, [1], f_max=2),
        lambda: marginal_gain(0.5, -1),
        lambda: saturation_samples(0.5, 0.0),
        lambda: saturation_samples(0.5, float("nan")),
        lambda: saturation_samples([[0.5]], 0.1),
    ],
)
def test_what_no_definition_covers_is_refused(call):
    with pytest.raises(MetricInputError):
        call()
