from math import inf, nan

import numpy as np
import pytest

from leaderboard.metrics import CostTerms, MetricInputError, attempt_cost, token_cost_usd


def test_a_self_hosted_attempt_costs_its_energy_and_its_device_time():
    terms = attempt_cost(energy_j=3.6e6, seconds=1800, usd_per_kwh=0.30, device_usd_per_hour=2.0)
    assert terms == CostTerms(energy_usd=pytest.approx(0.30), device_usd=pytest.approx(1.0), token_usd=None)
    assert terms.total_usd == pytest.approx(1.30)
    assert terms.included == ("energy", "device")


def test_an_unknown_device_rate_leaves_the_energy_term_and_says_so():
    terms = attempt_cost(3.6e6, 1800, 0.30)
    assert terms.device_usd is None
    assert terms.total_usd == pytest.approx(0.30)
    assert terms.included == ("energy",)


def test_unmeasured_energy_is_no_free_energy():
    assert attempt_cost(None, 1800, 0.30).total_usd is None
    assert attempt_cost(None, 1800, 0.30, 2.0).included == ("device",)


@pytest.mark.parametrize(
    "arguments", [(0, 1, 1), (-1, 1, 1), (nan, 1, 1), (inf, 1, 1), (1, -1, 1), (1, 1, -1), (1, 1, 1, -1), (1, nan, 1)]
)
def test_an_impossible_attempt_is_refused(arguments):
    with pytest.raises(MetricInputError):
        attempt_cost(*arguments)


def test_a_token_price_stands_beside_energy_and_device():
    terms = attempt_cost(3.6e6, 1800, 0.30, 2.0, token_usd=0.05)
    assert terms.total_usd == pytest.approx(1.35)
    assert terms.included == ("energy", "device", "token")


def test_a_cost_that_no_float_holds_is_refused():
    with pytest.raises(MetricInputError):
        attempt_cost(1e308, 1, 1e308)
    with pytest.raises(MetricInputError):
        token_cost_usd([1e308], [0], 1e308, 0)


def test_prompt_and_output_have_prices_of_their_own():
    np.testing.assert_allclose(token_cost_usd([100, 200], [10, 0], 1e-6, 1e-5), [2e-4, 2e-4])
    assert token_cost_usd(100, 10, 1e-6, 1e-5) == pytest.approx(2e-4)


@pytest.mark.parametrize(
    "arguments",
    [
        ([-1], [1], 1, 1),
        ([1], [nan], 1, 1),
        ([inf], [1], 0, 1),
        ([1], [1], -1, 1),
        ([1], [1], 1, inf),
        ([1, 2], [1, 2, 3], 1, 1),
    ],
)
def test_tokens_and_prices_that_are_none_are_refused(arguments):
    with pytest.raises(MetricInputError):
        token_cost_usd(*arguments)
