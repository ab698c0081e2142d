import numpy as np
import pytest

from leaderboard.metrics import MetricInputError, backtest_compute_curve, fit_compute_curve

COMPUTE = np.geomspace(1e18, 1e22, 14)


def curve(compute, asymptote=0.7, exponent=0.8, midpoint=1e20, initial=0.1):
    return initial + (asymptote - initial) / (1 + (midpoint / compute) ** exponent)


def noisy(seed, compute=COMPUTE, noise=0.01):
    return np.clip(curve(compute) + np.random.default_rng(seed).normal(0, noise, len(compute)), 0, 1)


@pytest.mark.parametrize(("asymptote", "exponent", "midpoint"), [(0.7, 0.8, 1e20), (0.95, 2.0, 3e20), (0.3, 0.5, 2e19)])
def test_the_parameters_of_an_exact_curve_are_recovered(asymptote, exponent, midpoint):
    fit = fit_compute_curve(COMPUTE, curve(COMPUTE, asymptote, exponent, midpoint), initial=0.1)
    assert fit.asymptote == pytest.approx(asymptote, rel=1e-4)
    assert fit.exponent == pytest.approx(exponent, rel=1e-4)
    assert fit.midpoint_flop == pytest.approx(midpoint, rel=1e-3)


def test_recipes_with_one_ceiling_and_two_midpoints_differ_in_efficiency_alone():
    slow, fast = (fit_compute_curve(COMPUTE, curve(COMPUTE, midpoint=m), initial=0.1) for m in (4e20, 1e20))
    assert slow.asymptote == pytest.approx(fast.asymptote, rel=1e-3)
    assert slow.exponent == pytest.approx(fast.exponent, rel=1e-3)
    assert slow.midpoint_flop / fast.midpoint_flop == pytest.approx(4, rel=1e-2)


def test_intervals_cover_parameters_and_held_out_runs_at_about_their_rate():
    late = np.array([2e22, 5e22, 1e23])
    asymptotes, exponents, held_out = 0, 0, 0
    for seed in range(100):
        everything = np.concatenate([COMPUTE, late])
        scores = noisy(seed, everything)
        fit = fit_compute_curve(COMPUTE, scores[:-3], initial=0.1)
        asymptotes += 0.7 in fit.asymptote_interval
        exponents += 0.8 in fit.exponent_interval
        held_out += backtest_compute_curve(everything, scores, 3, initial=0.1).covered
        assert fit.at(1e23).extrapolated
    assert asymptotes >= 0.9 * 100
    assert exponents >= 0.9 * 100
    assert 0.9 * 300 <= held_out <= 0.99 * 300


def test_a_run_within_the_measured_range_is_not_extrapolated():
    fit = fit_compute_curve(COMPUTE, noisy(0), initial=0.1)
    inside = fit.at(1e20)
    assert not inside.extrapolated
    assert inside.value in inside.interval


@pytest.mark.parametrize(
    ("compute", "scores"),
    [
        (COMPUTE[:4], curve(COMPUTE[:4])),
        ([1e20] * 8, np.linspace(0.1, 0.8, 8)),
        (COMPUTE, np.full(14, 0.5)),
        (COMPUTE, np.linspace(0.9, 0.2, 14)),
        (np.geomspace(1e14, 1e15, 8), 0.1 + np.geomspace(1e-5, 1e-4, 8)),
        ([], []),
    ],
)
def test_too_few_or_shapeless_points_are_no_fit(compute, scores):
    assert fit_compute_curve(compute, scores, initial=0.1) is None


def test_too_few_runs_below_the_held_out_ones_are_no_back_test():
    assert backtest_compute_curve(COMPUTE, noisy(0), held_out=11, initial=0.1) is None


@pytest.mark.parametrize(
    "call",
    [
        lambda: fit_compute_curve([1.0], [0.1, 0.2]),
        lambda: fit_compute_curve([0.0, 1.0], [0.1, 0.2]),
        lambda: fit_compute_curve([1.0, 2.0], [0.1, 1.2]),
        lambda: fit_compute_curve([1.0, 2.0], [0.1, float("nan")]),
        lambda: fit_compute_curve([1.0, 2.0], [0.1, 0.2], initial=1.0),
        lambda: backtest_compute_curve(COMPUTE, noisy(0), held_out=0),
        lambda: backtest_compute_curve(COMPUTE, noisy(0), held_out=14),
        lambda: fit_compute_curve(COMPUTE, noisy(0)).at(0.0),
    ],
)
def test_what_no_definition_covers_is_refused(call):
    with pytest.raises(MetricInputError):
        call()
