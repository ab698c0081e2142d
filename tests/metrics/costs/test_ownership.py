from dataclasses import replace
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import MetricInputError, OwnedDevice, OwnershipTerms, mix_cost, owned_cost, rented_cost

HOUR_S = 3600.0
GPU = OwnedDevice(purchase_usd=20_000.0, lifetime_s=20_000 * HOUR_S, utilisation=0.5, power_w=500.0)


def test_an_hour_of_an_owned_device_costs_its_wear_and_its_energy():
    terms = owned_cost(GPU, HOUR_S, usd_per_kwh=0.20, pue=1.2)
    assert terms.capital_usd == pytest.approx(2.0)
    assert terms.energy_usd == pytest.approx(0.12)
    assert terms.total_usd == pytest.approx(2.12)


def test_with_free_energy_only_the_capital_is_left():
    terms = owned_cost(GPU, HOUR_S, usd_per_kwh=0.0)
    assert terms == OwnershipTerms(pytest.approx(2.0), 0.0)


def test_a_device_that_is_paid_for_costs_its_energy():
    assert owned_cost(replace(GPU, purchase_usd=0.0), HOUR_S, 0.20).total_usd == pytest.approx(0.10)


def test_a_million_tokens_take_as_long_as_the_throughput_says():
    assert owned_cost(GPU, 1e6 / 1000, 0.20).total_usd == pytest.approx(2.10 * 1000 / HOUR_S)


def test_rent_includes_the_energy():
    assert rented_cost(1800.0, 3.0) == OwnershipTerms(pytest.approx(1.5), 0.0)


def test_a_mix_costs_the_mean_of_its_members():
    mixed = mix_cost([0.25, 0.75], [OwnershipTerms(1.0, 0.4), OwnershipTerms(2.0, 0.0)])
    assert (mixed.capital_usd, mixed.energy_usd) == pytest.approx((1.75, 0.1))


amounts = st.floats(0, 1e3)


@given(st.lists(st.tuples(st.floats(0.01, 1), amounts, amounts), min_size=1, max_size=5))
def test_a_mix_by_shares_is_never_cheaper_than_its_best_member(rows):
    total = sum(weight for weight, _, _ in rows)
    costs = [OwnershipTerms(capital, energy) for _, capital, energy in rows]
    mixed = mix_cost([weight / total for weight, _, _ in rows], costs)
    assert mixed.total_usd >= min(cost.total_usd for cost in costs) * (1 - 1e-9)


@pytest.mark.parametrize(
    "device",
    [
        replace(GPU, purchase_usd=-1.0),
        replace(GPU, lifetime_s=0.0),
        replace(GPU, utilisation=0.0),
        replace(GPU, utilisation=1.1),
        replace(GPU, power_w=nan),
        replace(GPU, lifetime_s=5e-324, utilisation=0.1),
    ],
)
def test_a_device_that_cannot_be_owned_is_refused(device):
    with pytest.raises(MetricInputError):
        owned_cost(device, 1.0, 1.0)


@pytest.mark.parametrize("arguments", [(-1, 1), (1, -1), (1, inf), (1, 1, 0.9), (1e308, 1e308)])
def test_time_and_tariffs_that_are_none_are_refused(arguments):
    with pytest.raises(MetricInputError):
        owned_cost(GPU, *arguments)
    with pytest.raises(MetricInputError):
        rented_cost(-1, 1)


@pytest.mark.parametrize("shares", [[], [1.0], [0.5, 0.4], [1.5, -0.5], [nan, 1.0]])
def test_shares_that_are_no_whole_are_refused(shares):
    with pytest.raises(MetricInputError):
        mix_cost(shares, [OwnershipTerms(1.0, 0.0), OwnershipTerms(2.0, 0.0)])
