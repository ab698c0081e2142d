from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import MetricInputError, amortised_cost, break_even_count

costs = st.floats(0, 1e6)


def test_an_offline_cost_is_spread_over_the_queries():
    assert amortised_cost(100.0, 0.5, 50) == 2.5


def test_without_an_offline_cost_a_query_costs_its_online_cost():
    assert amortised_cost(0.0, 0.5, 7) == 0.5


def test_break_even_is_offline_over_what_each_query_saves():
    assert break_even_count(100.0, 0.5, 2.5) == 50
    assert break_even_count(100.0, 0.5, 2.5, other_offline=40.0) == 30


def test_a_way_that_never_pays_breaks_even_at_infinity_and_a_better_one_at_once():
    assert break_even_count(100.0, 2.5, 2.5) == inf
    assert break_even_count(100.0, 3.0, 2.5) == inf
    assert break_even_count(0.0, 2.0, 2.5) == 0.0
    assert break_even_count(10.0, 2.5, 2.5, other_offline=10.0) == 0.0


def test_a_way_that_is_cheaper_only_for_the_first_few_has_no_count_from_which_it_pays():
    assert break_even_count(0.0, 3.0, 2.5, other_offline=10.0) == inf


@given(costs, costs, st.floats(1, 1e6), st.floats(1, 100))
def test_the_cost_falls_with_the_count_towards_the_online_cost(offline, online, count, factor):
    few, many = amortised_cost(offline, online, count), amortised_cost(offline, online, count * factor)
    assert online <= many <= few
    assert amortised_cost(offline, online, 1e15) == pytest.approx(online, abs=1e-8)


@given(st.floats(1, 1e6), st.floats(0, 100), st.floats(0.1, 100))
def test_at_the_break_even_count_both_ways_cost_the_same(offline, online, saved):
    count = break_even_count(offline, online, online + saved)
    assert amortised_cost(offline, online, count) == pytest.approx(online + saved)


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (amortised_cost, (-1, 1, 1)),
        (amortised_cost, (1, nan, 1)),
        (amortised_cost, (1, 1, 0)),
        (amortised_cost, (1, 1, inf)),
        (amortised_cost, (1e308, 1, 1e-300)),
        (break_even_count, (1, -1, 1)),
        (break_even_count, (1, 1, inf)),
        (break_even_count, (1, 1, 1, nan)),
    ],
)
def test_costs_and_counts_that_are_none_are_refused(function, arguments):
    with pytest.raises(MetricInputError):
        function(*arguments)
