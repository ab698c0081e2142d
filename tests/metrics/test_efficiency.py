import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import (
    MetricInputError,
    energy_per_correct_j,
    intelligence_per_joule,
    intelligence_per_watt,
    ipj_from_queries,
    ipw_from_queries,
)

# arXiv 2511.07885, Table 18: accuracy, power (W), latency (s), energy (kJ), IPW (1e-3), IPJ (1e-5).
TABLE_18 = {
    "GAIA MiniMax-M2.5 8xH100": (0.164, 1558, 4.69, 7.31, 0.105, 2.24),
    "GAIA Qwen3-235B 8xH100": (0.055, 1595, 0.74, 1.18, 0.0345, 4.66),  # IPW printed as 0.034, truncated
    "GAIA Qwen3-30B 8xH100": (0.086, 822, 1.22, 1.00, 0.105, 8.60),
    "GAIA MiniMax-M2.5 M4 Max": (0.142, 305, 51.6, 15.74, 0.466, 0.90),
    "GAIA Qwen3-30B M4 Max": (0.064, 245, 13.4, 3.28, 0.261, 1.95),
    "TBv2 MiniMax-M2.5 8xH100": (0.397, 1151, 2.00, 2.30, 0.345, 17.30),
    "TBv2 GPT-OSS-120B 8xH100": (0.304, 1024, 3.01, 3.08, 0.297, 9.87),
    "TBv2 Kimi-K2.5 8xH100": (0.291, 1251, 2.88, 3.60, 0.233, 8.08),
    "TBv2 MiniMax-M2.5 M4 Max": (0.375, 295, 22.3, 6.58, 1.271, 5.70),
    "TBv2 GPT-OSS-120B M4 Max": (0.282, 268, 31.5, 8.44, 1.052, 3.34),
}
# Table 17, Qwen3-4B FP4: accuracy, power, latency, IPW (1e-3), IPJ (1e-5).
TABLE_17 = {"M4 Max": (0.445, 240, 3.5, 1.85, 53.0), "RTX 6000 Ada": (0.445, 220, 2.5, 2.02, 80.9)}


@pytest.mark.parametrize("row", TABLE_18.values(), ids=TABLE_18)
def test_published_agent_rows_come_out_within_one_percent(row):
    accuracy, power_w, latency_s, energy_kj, ipw, ipj = row
    assert power_w * latency_s / 1000 == pytest.approx(energy_kj, rel=0.01)
    assert intelligence_per_watt(accuracy, power_w) == pytest.approx(ipw * 1e-3, rel=0.01)
    assert intelligence_per_joule(accuracy, power_w * latency_s) == pytest.approx(ipj * 1e-5, rel=0.01)


@pytest.mark.parametrize("row", TABLE_17.values(), ids=TABLE_17)
def test_published_quantised_rows_come_out_within_one_percent(row):
    accuracy, power_w, latency_s, ipw, ipj = row
    assert intelligence_per_watt(accuracy, power_w) == pytest.approx(ipw * 1e-3, rel=0.01)
    assert intelligence_per_joule(accuracy, power_w * latency_s) == pytest.approx(ipj * 1e-5, rel=0.01)


def test_the_phone_rows_follow_the_definition_and_not_the_misprinted_third_of_it():
    assert intelligence_per_watt(0.425, 12.0) == pytest.approx(35.4e-3, rel=0.001)


@pytest.mark.parametrize(("energy_j", "ipj"), [(6449, 8.92e-5), (548, 104.93e-5)])
def test_published_energies_of_one_model_imply_one_accuracy(energy_j, ipj):
    assert intelligence_per_joule(0.575, energy_j) == pytest.approx(ipj, rel=0.001)


def test_published_gains_over_the_years_are_ratios_of_ipw():
    older, middle, newer = (intelligence_per_watt(a, p) for a, p in [(0.232, 293), (0.487, 271), (0.713, 171)])
    assert older == pytest.approx(7.92e-4, rel=0.005)
    assert middle / older == pytest.approx(2.27, rel=0.005)
    assert newer / middle == pytest.approx(2.32, rel=0.005)
    assert newer / older == pytest.approx(5.28, rel=0.005)


def test_ipw_is_a_ratio_of_means_and_not_a_mean_of_ratios():
    assert ipw_from_queries([1, 0], [100, 300]) == pytest.approx(0.0025)


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
