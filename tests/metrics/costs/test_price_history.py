from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import MetricInputError, PriceSteps, months_per_factor, months_until_factor, price_to_reach

SCORES, PRICES, MONTHS = [60, 85, 80, 88, 81], [1.0, 30.0, 10.0, 12.0, 2.0], [0, 2, 5, 8, 12]


def test_the_curve_steps_down_with_each_model_that_reaches_the_score_for_less():
    steps = price_to_reach(SCORES, PRICES, MONTHS, 80)
    assert steps.months.tolist() == [2, 5, 12]
    assert steps.prices_usd.tolist() == [30, 10, 2]


def test_a_score_that_is_met_exactly_is_reached():
    assert price_to_reach(SCORES, PRICES, MONTHS, 88).prices_usd.tolist() == [12]


def test_a_score_that_no_model_reaches_has_an_empty_curve():
    steps = price_to_reach(SCORES, PRICES, MONTHS, 90)
    assert steps.months.size == steps.prices_usd.size == 0
    assert months_until_factor(steps, 2) is None
    assert months_per_factor(steps, 2) is None


def test_of_models_of_one_date_only_the_cheapest_counts():
    steps = price_to_reach([1, 1, 1], [3, 2, 5], [1, 1, 1], 1)
    assert (steps.months.tolist(), steps.prices_usd.tolist()) == ([1], [2])


def test_months_run_from_the_first_price_until_it_is_lower_by_the_factor():
    steps = price_to_reach(SCORES, PRICES, MONTHS, 80)
    assert months_until_factor(steps, 3) == 3
    assert months_until_factor(steps, 15) == 10
    assert months_until_factor(steps, 16) is None


@pytest.mark.parametrize("halving", [3.0, 6.0, 12.0])
def test_a_price_that_halves_in_a_given_time_is_recovered(halving):
    months = np.arange(0.0, 48, 3)
    steps = price_to_reach(np.ones(16), 100 * np.exp2(-months / halving), months, 1)
    assert months_per_factor(steps, 2) == pytest.approx(halving)
    assert months_per_factor(steps, 10) == pytest.approx(halving * np.log2(10))
    assert months_until_factor(steps, 1.99) == pytest.approx(halving, abs=3)


def test_one_price_is_no_trend():
    assert months_per_factor(price_to_reach([1], [1], [1], 1), 2) is None


@pytest.mark.parametrize(
    ("scores", "prices", "months", "threshold"),
    [
        ([1], [1, 2], [1], 1),
        ([nan], [1], [1], 1),
        ([1], [0], [1], 1),
        ([1], [inf], [1], 1),
        ([1], [1], [inf], 1),
        ([1], [1], [1], nan),
        ([[1]], [[1]], [[1]], 1),
    ],
)
def test_models_that_do_not_fit_are_refused(scores, prices, months, threshold):
    with pytest.raises(MetricInputError):
        price_to_reach(scores, prices, months, threshold)


@pytest.mark.parametrize("factor", [1, 0.5, nan, inf])
def test_a_factor_that_is_no_fall_is_refused(factor):
    steps = price_to_reach(SCORES, PRICES, MONTHS, 80)
    for function in (months_until_factor, months_per_factor):
        with pytest.raises(MetricInputError):
            function(steps, factor)


def test_a_curve_of_plain_lists_is_a_curve():
    assert months_until_factor(PriceSteps([], []), 2) is None
    assert months_until_factor(PriceSteps([0, 5], [4, 1]), 2) == 5


@pytest.mark.parametrize(
    ("months", "prices"),
    [
        ([0], []),
        (0.0, 1.0),
        ([0, 0], [2, 1]),
        ([0, nan], [2, 1]),
        ([0, 1], [2, 2]),
        ([0], [0]),
        ([0], [inf]),
        (["now"], [1]),
    ],
)
def test_what_is_no_falling_curve_is_refused(months, prices):
    with pytest.raises(MetricInputError):
        PriceSteps(months, prices)


rows = st.lists(st.tuples(st.floats(0, 1), st.floats(1e-3, 1e3), st.integers(0, 60)), max_size=20)


@given(rows, st.floats(0, 1))
def test_the_curve_falls_strictly_and_is_the_cheapest_so_far(models, threshold):
    scores, prices, months = np.array(models).reshape(-1, 3).T
    steps = price_to_reach(scores, prices, months, threshold)
    assert (np.diff(steps.prices_usd) < 0).all()
    assert (np.diff(steps.months) > 0).all()
    reaching = scores >= threshold
    for month in months:
        so_far = prices[reaching & (months <= month)]
        drawn = steps.prices_usd[steps.months <= month]
        assert drawn.size == 0 if not so_far.size else drawn[-1] == so_far.min()


def test_a_trend_beyond_the_range_of_a_number_is_refused():
    steps = price_to_reach([1, 1], [2.0, 1.9], [0, 1e308], 0)
    with pytest.raises(MetricInputError):
        months_per_factor(steps, 7)
