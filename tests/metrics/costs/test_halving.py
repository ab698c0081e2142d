from math import inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import curve_fit

from leaderboard.metrics import MetricInputError, halving_time

MONTHS = np.arange(0, 24, 2.0)


def _curve(months, halving, start=10.0, floor=1.0):
    return start * np.exp2(-np.asarray(months) / halving) + floor


@pytest.mark.parametrize("halving", [2.6, 7.1, 12.0])
def test_a_halving_time_is_recovered(halving):
    fit = halving_time(MONTHS, _curve(MONTHS, halving))
    assert fit.months == pytest.approx(halving, rel=1e-5)
    assert (fit.start_usd, fit.floor_usd) == pytest.approx((10.0, 1.0), rel=1e-4)
    assert fit.months in fit.interval


def test_the_fit_is_that_of_scipy():
    noise = np.random.default_rng(1).normal(0, 0.2, MONTHS.size)
    values = _curve(MONTHS, 6) + noise
    fit = halving_time(MONTHS, values)
    theirs, _ = curve_fit(lambda t, a, b, c: a * np.exp(-b * t) + c, MONTHS, values, p0=(10, 0.1, 1))
    assert fit.months == pytest.approx(np.log(2) / theirs[1], rel=1e-4)
    assert (fit.start_usd, fit.floor_usd) == pytest.approx((theirs[0], theirs[2]), rel=1e-3)


def test_the_interval_holds_the_true_value_as_often_as_it_says():
    generator = np.random.default_rng(5)
    held = 0
    for _ in range(40):
        fit = halving_time(MONTHS, _curve(MONTHS, 6) + generator.normal(0, 0.2, MONTHS.size))
        held += 6.0 in fit.interval
    assert held >= 34


def test_few_and_noisy_points_do_not_exclude_that_nothing_halves():
    fit = halving_time([0, 1, 2, 3, 4, 5], [5, 5, 5, 1, 1, 1])
    assert fit.interval.high == inf


def test_the_floor_is_never_negative():
    assert halving_time(MONTHS, 10 - 0.3 * MONTHS).floor_usd == 0.0


@pytest.mark.parametrize("values", [np.ones(12), np.zeros(12), MONTHS, [5] + [0] * 11], ids=["flat", "0", "up", "step"])
def test_what_does_not_halve_has_no_halving_time(values):
    assert halving_time(MONTHS, values) is None


@pytest.mark.parametrize(
    ("months", "values", "level"),
    [
        ([0, 1, 2, 3], [4, 3, 2, 1], 0.95),
        ([0, 0, 1, 1, 2], [5, 4, 3, 2, 1], 0.95),
        ([0, 1, 2, 3, 4], [5, 4, 3, 2], 0.95),
        ([0, 1, 2, 3, nan], [5, 4, 3, 2, 1], 0.95),
        ([0, 1, 2, 3, 4], [5, 4, 3, 2, inf], 0.95),
        ([0, 1, 2, 3, 4], [5, 4, 3, 2, -1], 0.95),
        ([0, 1, 2, 3, 4], [5, 4, 3, 2, 1], 1.0),
        ([], [], 0.95),
    ],
)
def test_too_little_or_impossible_data_are_refused(months, values, level):
    with pytest.raises(MetricInputError):
        halving_time(months, values, level)


@settings(max_examples=15)
@given(st.floats(0.01, 100), st.floats(0.01, 100), st.floats(-1000, 1000))
def test_prices_scale_and_dates_shift_and_stretch(price, stretch, shift):
    values = _curve(MONTHS, 6) + np.sin(MONTHS) / 10
    plain, moved = halving_time(MONTHS, values), halving_time(MONTHS * stretch + shift, values * price)
    assert moved.months == pytest.approx(plain.months * stretch, rel=1e-4)
    assert moved.start_usd == pytest.approx(plain.start_usd * price, rel=1e-3)
    assert moved.interval.low == pytest.approx(plain.interval.low * stretch, rel=1e-3)
