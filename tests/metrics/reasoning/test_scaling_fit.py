import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import curve_fit

from leaderboard.metrics import MetricInputError, fit_scaling, item_covariance, saturation_samples, scaling_curve

SAMPLES = np.array([1, 2, 4, 8, 16, 32])


def attempts(seed, items=200, f_max=0.8, p=0.25):
    """Outcomes `(budgets, items)` of the same items: some are never solved, and every budget draws its own samples."""
    generator = np.random.default_rng(seed)
    solvable = generator.random(items) < f_max
    return (generator.random((len(SAMPLES), items)) < 1 - (1 - p) ** SAMPLES[:, None]) & solvable


@given(st.floats(0.05, 1), st.floats(0.02, 0.9))
def test_the_parameters_of_an_exact_curve_are_recovered(f_max, p):
    fit = fit_scaling(SAMPLES, scaling_curve(p, SAMPLES, f_max))
    assert fit.f_max == pytest.approx(f_max, abs=1e-4)
    assert fit.p == pytest.approx(p, abs=1e-4)


def test_saturation_of_a_recovered_curve_is_the_closed_form():
    fit = fit_scaling(SAMPLES, scaling_curve(0.3, SAMPLES))
    assert fit.saturation(0.01).samples == saturation_samples(0.3, 0.01) == 10
    assert not fit.saturation(0.01).extrapolated


def test_what_lies_beyond_the_largest_number_of_samples_is_labelled():
    fit = fit_scaling(SAMPLES[:3], scaling_curve(0.3, SAMPLES[:3]))
    assert fit.saturation(0.01).extrapolated
    assert fit.at(5).extrapolated
    assert not fit.at(4).extrapolated


def test_a_flat_curve_needs_one_sample():
    flat = fit_scaling(SAMPLES, [0.6] * 6)
    assert (flat.f_max, flat.p, flat.f_max_interval) == (0.6, 1.0, None)
    assert flat.saturation(0.01).samples == 1
    assert flat.saturation(0.59).samples == 1
    assert flat.saturation(0.6).samples == 0
    noisy = fit_scaling(SAMPLES, [0.6, 0.61, 0.6, 0.59, 0.6, 0.6])
    assert noisy.saturation(0.01).samples == 1


def test_a_curve_flat_at_nothing_never_saturates():
    assert fit_scaling(SAMPLES, [0.0] * 6).saturation(0.01) is None


def test_two_budgets_are_no_fit():
    assert fit_scaling([1, 2], [0.3, 0.5]) is None
    assert fit_scaling([], []) is None


def test_a_straight_line_does_not_identify_its_ceiling():
    """All budgets far below the bend: the interval of the ceiling is wide, or there is none."""
    fit = fit_scaling([1, 2, 3, 4], scaling_curve(0.001, [1, 2, 3, 4]) + np.array([0, 1e-5, -1e-5, 0]))
    assert fit.f_max_interval is None or fit.f_max_interval.high - fit.f_max_interval.low > 0.3


def test_the_fit_and_its_covariance_agree_with_scipy():
    values = attempts(3).mean(axis=1)
    fit = fit_scaling(SAMPLES, values)
    theirs, covariance = curve_fit(
        lambda n, f, p: f * (1 - (1 - p) ** n), SAMPLES, values, p0=[0.5, 0.5], bounds=(0, 1)
    )
    np.testing.assert_allclose([fit.f_max, fit.p], theirs, rtol=1e-5)
    np.testing.assert_allclose(np.array(fit.covariance), covariance, rtol=1e-3)


def test_intervals_cover_the_truth_when_the_budgets_share_their_items():
    """Taking the shared items as independent would cover the ceiling less often."""
    hits, independent, chance_hits, curve_hits = 0, 0, 0, 0
    for seed in range(150):
        outcomes = attempts(seed)
        covariance = item_covariance(outcomes)
        fit = fit_scaling(SAMPLES, outcomes.mean(axis=1), covariance)
        alone = fit_scaling(SAMPLES, outcomes.mean(axis=1), np.diag(np.diag(covariance)))
        hits += 0.8 in fit.f_max_interval
        independent += 0.8 in alone.f_max_interval
        chance_hits += 0.25 in fit.p_interval
        curve_hits += float(scaling_curve(0.25, [8], 0.8)[0]) in fit.at(8).interval
    assert min(hits, chance_hits, curve_hits) >= 0.9 * 150
    assert independent <= hits - 8


def test_the_covariance_of_shared_items_agrees_with_numpy():
    outcomes = attempts(0).astype(float)
    np.testing.assert_allclose(item_covariance(outcomes), np.cov(outcomes) / 200)
    assert item_covariance([[0, 1, 1]]).shape == (1, 1)


@pytest.mark.parametrize(
    "call",
    [
        lambda: fit_scaling([1, 2, 2], [0.1, 0.2, 0.3]),
        lambda: fit_scaling([0, 1, 2], [0.1, 0.2, 0.3]),
        lambda: fit_scaling([1, 2], [0.1, 0.2, 0.3]),
        lambda: fit_scaling([1, 2, 3], [0.1, 0.2, float("nan")]),
        lambda: fit_scaling([1, 2, 3], [0.1, 0.2, 1.3]),
        lambda: fit_scaling([1, 2, 3], [0.1, 0.2, 0.3], np.eye(2)),
        lambda: fit_scaling([1, 2, 3], [0.1, 0.2, 0.3], np.full((3, 3), np.nan)),
        lambda: item_covariance([[1]]),
        lambda: item_covariance([[1, 2]]),
        lambda: fit_scaling([1, 2, 3], [0.1, 0.2, 0.3]).at(-1),
    ],
)
def test_what_no_definition_covers_is_refused(call):
    with pytest.raises(MetricInputError):
        call()
