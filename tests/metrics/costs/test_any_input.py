"""Whatever goes in, a documented value or MetricInputError comes out; a warning would be an error."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import leaderboard.metrics as m
from tests.metrics.any_input import counts, fractions, lists, numbers
from tests.metrics.documented import only_documented

prices = st.one_of(st.sampled_from([0.0, 1e308, float("inf"), float("nan"), -1.0]), st.floats(0, 1e3))
vectors = st.integers(0, 4).flatmap(lambda size: st.lists(st.lists(prices, min_size=size, max_size=size), max_size=4))
passes = st.sampled_from([0.0, 1.0, float("nan"), 0.5])
# Three parameters are fitted, so most of these are no bad input at all.
series = st.lists(st.tuples(st.one_of(st.floats(0, 50), numbers), prices), max_size=9)


@given(numbers, numbers, numbers, st.one_of(st.none(), numbers), st.one_of(st.none(), numbers))
def test_any_attempt_has_a_cost_or_is_refused(energy, seconds, tariff, rate, token):
    only_documented(lambda: m.attempt_cost(energy, seconds, tariff, rate, token))
    only_documented(lambda: m.attempt_cost(energy, seconds, tariff, rate, token).total_usd)
    only_documented(lambda: m.token_cost_usd([energy, seconds], [tariff], energy, tariff))


@given(lists, lists, prices, fractions)
def test_any_cost_and_accuracy_give_a_cost_of_pass_or_are_refused(costs, accuracies, cost, accuracy):
    only_documented(lambda: m.cost_of_pass(cost, accuracy), infinite=True)
    only_documented(lambda: m.cost_of_pass(np.array(costs), np.array(accuracies)), infinite=True, missing=True)


@given(vectors, st.data(), st.booleans())
def test_any_runs_give_a_cost_of_pass_by_problem_or_are_refused(costs, data, drop):
    passed = [[data.draw(passes) for _ in row] for row in costs]
    only_documented(lambda: m.cost_of_pass_per_problem(costs, passed, drop_incomplete=drop), infinite=True)
    only_documented(lambda: m.cost_of_pass_draws(costs, passed, 3, 1), infinite=True)


@given(vectors, st.one_of(st.none(), prices, lists), lists)
def test_any_models_have_a_frontier_or_are_refused(models, expert, released):
    only_documented(lambda: m.frontier_per_problem(models, expert), infinite=True)
    only_documented(lambda: m.frontier_cost_of_pass(models, expert), infinite=True)
    only_documented(lambda: m.frontier_draws(models, expert, 3, 1), infinite=True)
    if expert is not None:
        only_documented(lambda: m.frontier_history(models, released, expert))
        only_documented(lambda: m.frontier_history(models, range(len(models)), expert))
        only_documented(lambda: m.family_essentialness(models, "abcd"[: len(models)], "a", expert))
        only_documented(lambda: m.technique_gain(models[:1], models[1:], expert))


@given(lists, lists, numbers, numbers)
def test_any_gain_is_told_or_refused(before, new, previous, later):
    only_documented(lambda: m.frontier_gain_usd(before, new), infinite=True)
    only_documented(lambda: m.relative_gain(previous, later))
    only_documented(lambda: m.essentialness(previous, later))


@given(st.lists(st.one_of(st.none(), st.text(max_size=1)), max_size=5), lists, counts, counts, numbers)
def test_any_vote_and_refinement_are_charged_or_refused(answers, costs, prompt, output, price):
    only_documented(lambda: m.majority_vote(answers, costs))
    only_documented(lambda: m.majority_vote(answers, [1.0] * len(answers)))
    only_documented(lambda: m.self_refinement_cost_usd(prompt, output, output, price, price))


@settings(max_examples=40)
@given(series, st.one_of(st.just(0.95), numbers))
def test_any_series_halves_does_not_or_is_refused(points, level):
    months, values = [point[0] for point in points], [point[1] for point in points]
    only_documented(lambda: m.halving_time(months, values, level), infinite=True)


@given(series, numbers, numbers)
def test_any_models_have_a_price_to_reach_or_are_refused(points, threshold, factor):
    months, values = [point[0] for point in points], [point[1] for point in points]
    only_documented(lambda: m.price_to_reach(months, values, months[::-1], threshold))
    for function in (m.months_until_factor, m.months_per_factor):
        only_documented(lambda function=function: function(m.price_to_reach(months, values, months[::-1], 0), factor))


@given(numbers, numbers, numbers, numbers, counts)
def test_any_life_cycle_is_summed_or_refused(one, two, three, four, years):
    only_documented(lambda: m.operational_carbon_g(one, two, three))
    only_documented(lambda: m.task_carbon(one, two, m.Hardware(three, four, one), two, three, four))
    only_documented(lambda: m.carbon_by_year(m.Carbon(one, two, three), m.Growth(four, one, two), years))
    only_documented(lambda: m.return_on_environment(one, two))


@given(numbers, numbers, numbers, numbers, lists)
def test_any_device_has_a_cost_or_is_refused(one, two, three, four, shares):
    only_documented(lambda: m.owned_cost(m.OwnedDevice(one, two, three, four), two, one, four))
    only_documented(lambda: m.rented_cost(one, two))
    only_documented(lambda: m.mix_cost(shares, [m.OwnershipTerms(one, two)] * len(shares)))
    only_documented(lambda: m.mix_cost([0.5, 0.5], [m.OwnershipTerms(one, two), m.OwnershipTerms(three, four)]))


@given(vectors, vectors, numbers, st.one_of(st.none(), vectors))
def test_any_pipeline_is_placed_or_refused(costs, latencies, sla, transfers):
    only_documented(lambda: m.cheapest_placement(costs, latencies, sla, transfers))
    only_documented(lambda: m.cheapest_placement(costs, costs, 100.0))


@given(numbers, numbers, numbers, numbers)
def test_any_one_off_cost_is_spread_or_refused(one, two, three, four):
    only_documented(lambda: m.amortised_cost(one, two, three))
    only_documented(lambda: m.break_even_count(one, two, three, four), infinite=True)
