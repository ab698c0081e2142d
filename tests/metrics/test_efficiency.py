import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import (
    MetricInputError,
    energy_per_correct_j,
    gain_parts,
    intelligence_per_joule,
    intelligence_per_watt,
    ipj_from_queries,
    ipw_from_queries,
    perplexity_per_joule,
    perplexity_per_watt,
    ppj_from_queries,
    ppw_from_queries,
)


def test_perplexity_is_inverted_so_that_higher_is_better():
    assert perplexity_per_watt(8.0, 50.0) == pytest.approx(1 / 400)
    assert perplexity_per_joule(8.0, 200.0) == pytest.approx(1 / 1600)
    assert perplexity_per_watt(4.0, 50.0) > perplexity_per_watt(8.0, 50.0)
    assert perplexity_per_watt(float("inf"), 50.0) == 0.0


def test_perplexities_and_powers_are_averaged_before_they_are_multiplied():
    assert ppw_from_queries([4, 16], [100, 300]) == pytest.approx(1 / (10 * 200))
    assert ppj_from_queries([4, 16], [100, 300]) == pytest.approx(1 / (10 * 200))
    assert ppw_from_queries([4, 16], [100, 0]) is None


@pytest.mark.parametrize("perplexity", [0.99, 0.0, -1.0, float("nan")])
@pytest.mark.parametrize("function", [perplexity_per_watt, perplexity_per_joule])
def test_a_perplexity_under_one_is_refused(function, perplexity):
    with pytest.raises(MetricInputError):
        function(perplexity, 50.0)


def test_draws_of_perplexity_keep_what_is_missing():
    values = perplexity_per_watt(np.array([8.0, np.nan, 8.0]), np.array([50.0, 50.0, 0.0]))
    np.testing.assert_array_equal(values, [1 / 400, np.nan, np.nan])


def test_a_gain_is_the_product_of_its_parts():
    parts = gain_parts(2.0, 6.0, 30.0)
    assert (parts.model, parts.hardware, parts.total) == (3.0, 5.0, 15.0)
    for values in [(0, 1, 1), (1, float("nan"), 1), (1, 1, float("inf")), (1e-300, 1, 1e300)]:
        with pytest.raises(MetricInputError):
            gain_parts(*values)


def test_a_ratio_that_no_float_holds_is_refused():
    with pytest.raises(MetricInputError):
        intelligence_per_watt(1.0, 5e-324)


def test_the_phone_rows_follow_the_definition_and_not_the_misprinted_third_of_it():
    assert intelligence_per_watt(0.425, 12.0) == pytest.approx(35.4e-3, rel=0.001)


def test_ipw_is_a_ratio_of_means_and_not_a_mean_of_ratios():
    assert ipw_from_queries([1, 0], [100, 300]) == pytest.approx(0.0025)
    assert np.mean(np.array([1, 0]) / [100, 300]) == pytest.approx(0.005)


def test_ipj_is_not_ipw_over_latency():
    power, seconds = np.array([100.0, 300.0]), np.array([1.0, 5.0])
    assert ipj_from_queries([1, 1], power * seconds) == pytest.approx(1 / 800)
    assert ipw_from_queries([1, 1], power) / seconds.mean() == pytest.approx(1 / 600)


def test_accuracy_zero_is_a_valid_zero_and_an_infinite_energy_per_correct_answer():
    assert intelligence_per_watt(0.0, 15.0) == 0.0
    assert intelligence_per_joule(0.0, 15.0) == 0.0
    assert energy_per_correct_j(0.0, 15.0) == float("inf")


@pytest.mark.parametrize("spent", [0.0, -1.0, float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("function", [intelligence_per_watt, intelligence_per_joule, energy_per_correct_j])
@pytest.mark.parametrize("accuracy", [0.0, 0.5])
def test_what_was_not_measured_is_none_for_a_number_and_nan_for_a_draw(function, spent, accuracy):
    assert function(accuracy, spent) is None
    assert np.isnan(function(np.array([accuracy]), np.array([spent]))[0])


@pytest.mark.parametrize(
    ("accuracy", "power"), [(-0.1, 5.0), (1.1, 5.0), (float("nan"), 5.0), (float("inf"), 5.0), (97.0, 5.0)]
)
def test_an_accuracy_that_is_no_fraction_is_refused(accuracy, power):
    with pytest.raises(MetricInputError):
        intelligence_per_watt(accuracy, power)


def test_draws_of_different_shapes_are_refused():
    with pytest.raises(MetricInputError):
        intelligence_per_watt(np.ones(3), np.ones(4))


def test_a_missing_draw_stays_missing_and_the_others_keep_their_values():
    values = intelligence_per_watt(np.array([0.5, np.nan, 0.5]), np.array([10.0, 10.0, np.nan]))
    np.testing.assert_array_equal(values, [0.05, np.nan, np.nan])


@pytest.mark.parametrize("power", [[100, None], [100, float("nan")], [100, 0], [300, -100], [100, float("inf")]])
def test_one_query_without_power_leaves_no_ipw(power):
    assert ipw_from_queries([1, 0], power) is None


@pytest.mark.parametrize(("correct", "power"), [([], []), ([1], [1, 2]), ([2], [5]), ([[1]], [[5]])])
def test_queries_that_do_not_fit_are_refused(correct, power):
    with pytest.raises(MetricInputError):
        ipw_from_queries(correct, power)


fractions = st.one_of(st.just(0.0), st.floats(1e-9, 1))
amounts = st.floats(1e-6, 1e6)


@given(fractions, amounts)
def test_numbers_and_draws_agree(accuracy, spent):
    for function in (intelligence_per_watt, intelligence_per_joule, energy_per_correct_j):
        assert function(np.array([accuracy]), np.array([spent]))[0] == function(accuracy, spent)


@given(st.floats(1e-6, 1), amounts)
def test_energy_per_correct_answer_is_the_inverse_of_ipj(accuracy, spent):
    assert energy_per_correct_j(accuracy, spent) * intelligence_per_joule(accuracy, spent) == pytest.approx(1.0)


@given(st.lists(st.tuples(fractions, amounts), min_size=1, max_size=30), st.floats(1e-3, 1e3))
def test_the_order_of_queries_does_not_matter_and_the_unit_scales(rows, factor):
    correct, power = np.array(rows).T
    value = ipw_from_queries(correct, power)
    assert ipw_from_queries(correct[::-1], power[::-1]) == pytest.approx(value)
    assert ipw_from_queries(correct, power * factor) == pytest.approx(value / factor)
