import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics.prediction.ridge import fit_ridge, jackknife_plus


def table(seed, samples=12, features=4):
    generator = np.random.default_rng(seed)
    x = generator.normal(size=(samples, features)) * [1, 10, 0.1, 3] + 5
    return x, x @ [1.0, 0.2, -3.0, 0.0] + generator.normal(0, 0.1, samples)


@given(st.integers(0, 10_000), st.floats(0.01, 100))
def test_the_weights_are_the_closed_form(seed, penalty):
    """(Z'Z + penalty I)^-1 Z'y, here as least squares on rows augmented by sqrt(penalty) I."""
    x, y = table(seed)
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    augmented = np.vstack([z, np.sqrt(penalty) * np.eye(4)])
    weights = np.linalg.lstsq(augmented, np.concatenate([y - y.mean(), np.zeros(4)]), rcond=None)[0]
    fit = fit_ridge(x, y, penalty)
    np.testing.assert_allclose(fit.weights, weights, atol=1e-10)
    np.testing.assert_allclose(fit.predict(x), y.mean() + z @ weights, atol=1e-9)


def test_without_a_penalty_it_is_ordinary_least_squares():
    x, y = table(1)
    plain = np.linalg.lstsq(np.column_stack([np.ones(12), x]), y, rcond=None)[0]
    np.testing.assert_allclose(fit_ridge(x, y, 1e-12).predict(x), plain[0] + x @ plain[1:], atol=1e-6)


def test_a_feature_that_does_not_vary_has_no_weight():
    x, y = table(2)
    x[:, 1] = 7.0
    fit = fit_ridge(x, y, 1.0)
    assert fit.weights[1] == 0
    moved = x.copy()
    moved[:, 1] = 1e6
    np.testing.assert_array_equal(fit.predict(moved), fit.predict(x))


def test_the_band_is_made_of_the_order_statistics_of_the_folds():
    x, y = table(3, samples=10)
    places = x[:2] + 1
    low, high = jackknife_plus(x, y, places, 1.0, 0.9)
    folds = [fit_ridge(np.delete(x, i, 0), np.delete(y, i), 1.0) for i in range(10)]
    radii = [abs(y[i] - folds[i].predict(x[i : i + 1])[0]) for i in range(10)]
    for place in (0, 1):
        centres = [fold.predict(places)[place] for fold in folds]
        # Of ten folds at 90 %: the smallest and the largest.
        assert low[place] == pytest.approx(min(c - r for c, r in zip(centres, radii, strict=True)))
        assert high[place] == pytest.approx(max(c + r for c, r in zip(centres, radii, strict=True)))


@pytest.mark.parametrize(
    ("samples", "level", "possible"), [(10, 0.9, True), (10, 0.95, False), (8, 0.9, False), (19, 0.95, True)]
)
def test_few_samples_carry_no_high_level(samples, level, possible):
    x, y = table(4, samples=samples)
    assert (jackknife_plus(x, y, x, 1.0, level) is not None) == possible
