from itertools import pairwise
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import (
    CostTerms,
    MetricInputError,
    attempt_cost,
    cost_of_pass,
    cost_of_pass_per_problem,
    essentialness,
    frontier_cost_of_pass,
    token_cost_usd,
)

M1, M2, M3 = [0.01, inf, 0.05], [0.20, 5, 0.30], [0.02, inf, inf]
EXPERT_USD = 20.0


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


def test_cost_of_pass_of_an_entry_is_infinite_at_accuracy_zero_only():
    assert cost_of_pass(0.03405, 0.75) == pytest.approx(0.0454)
    assert cost_of_pass(0.01, 0.0) == inf
    assert cost_of_pass(0.0, 0.0) == inf
    assert cost_of_pass(0.0, 0.5) == 0.0


def test_draws_of_cost_of_pass_keep_what_is_missing_apart_from_what_is_infinite():
    values = cost_of_pass(np.array([1.0, 1.0, nan, 1.0, nan]), np.array([0.5, 0.0, 0.5, nan, 0.0]))
    np.testing.assert_array_equal(values, [2.0, inf, nan, nan, nan])


@pytest.mark.parametrize(("cost", "accuracy"), [(-1, 0.5), (inf, 0.5), (nan, 0.5), (1, nan), (1, -0.1), (1, 1.1)])
def test_a_cost_or_accuracy_out_of_range_is_refused(cost, accuracy):
    with pytest.raises(MetricInputError):
        cost_of_pass(cost, accuracy)


def test_the_published_token_prices_give_the_worked_cost_of_pass():
    outputs = [4000, 3000, 6000, 5000, 4500, 7000, 3500, 4200]
    costs = token_cost_usd([500] * 8, outputs, 3e-6, 7e-6)
    passes = [1, 1, 0, 1, 1, 0, 1, 1]
    assert costs.mean() == pytest.approx(0.03405)
    assert cost_of_pass_per_problem([costs], [passes]) == pytest.approx([0.0454])
    assert cost_of_pass_per_problem([costs], [passes])[0] == pytest.approx(costs.sum() / sum(passes))


def test_a_problem_no_run_passes_is_infinite_and_every_run_is_paid_for():
    values = cost_of_pass_per_problem([[1.0, 3.0], [1.0, 3.0]], [[0, 0], [0, 1]])
    assert values.tolist() == [inf, 4.0]


def test_averaging_over_the_data_set_first_gives_another_number():
    costs, passes = np.array([[1.0, 1.0], [9.0, 9.0]]), np.array([[1, 1], [1, 0]])
    assert cost_of_pass_per_problem(costs, passes).mean() == pytest.approx(9.5)
    assert cost_of_pass(costs.mean(), passes.mean()) == pytest.approx(5 / 0.75)


@pytest.mark.parametrize(
    ("costs", "passes"),
    [([[]], [[]]), ([1.0], [1]), ([[1.0]], [[1, 0]]), ([[nan]], [[1]]), ([[1.0]], [[0.5]]), ([[-1.0]], [[1]])],
)
def test_runs_that_do_not_fit_are_refused(costs, passes):
    with pytest.raises(MetricInputError):
        cost_of_pass_per_problem(costs, passes)


@pytest.mark.parametrize(
    ("models", "expected"),
    [([M1], 6.6867), ([M2], 1.8333), ([M3], 13.34), ([M1, M2, M3], 1.68667), ([M1, M3], 6.68667), ([], 20.0)],
)
def test_the_worked_frontiers_come_out(models, expected):
    expert = [EXPERT_USD] * 3 if not models else EXPERT_USD
    assert frontier_cost_of_pass(models, expert).mean_usd == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize(("without", "expected"), [([M1, M3], 0.747757), ([M2, M3], 0.048872), ([M1, M2], 0.0)])
def test_the_worked_essentialness_comes_out(without, expected):
    everything = frontier_cost_of_pass([M1, M2, M3], EXPERT_USD).mean_usd
    counterfactual = frontier_cost_of_pass(without, EXPERT_USD).mean_usd
    assert essentialness(everything, counterfactual) == pytest.approx(expected, abs=5e-7)


@pytest.mark.parametrize(
    ("problems", "unsolved", "expert_usd", "model_usd", "printed"),
    [(30, 23, 20.0, 0.0, 15.33), (128, 18, 58.0, 0.024, 8.18)],
    ids=["AIME24 Llama-3.1-8B", "GPQA o3-mini"],
)
def test_published_frontier_cells_are_the_expert_share_plus_a_small_model_cost(
    problems, unsolved, expert_usd, model_usd, printed
):
    """arXiv 2504.13359, Table 1: unsolved problems go to the expert, the model solves the rest."""
    solved = problems - unsolved
    values = [model_usd * problems / solved] * solved + [inf] * unsolved
    assert frontier_cost_of_pass([values], expert_usd).mean_usd == pytest.approx(printed, abs=0.005)


def test_without_an_expert_an_unsolved_problem_makes_the_frontier_infinite_and_is_named():
    frontier = frontier_cost_of_pass([M1, M3])
    assert frontier.mean_usd == inf
    assert frontier.unsolved == (1,)
    assert frontier_cost_of_pass([M1, M2, M3]).unsolved == ()


@pytest.mark.parametrize(
    ("models", "expert"),
    [([], None), ([], 20.0), ([[]], None), ([[1.0], [1.0, 2.0]], None), ([[nan]], 1.0), ([[1.0]], inf)],
)
def test_a_frontier_of_nothing_or_of_unequal_lists_is_refused(models, expert):
    with pytest.raises(MetricInputError):
        frontier_cost_of_pass(models, expert)


@pytest.mark.parametrize(("everything", "without"), [(2.0, 1.0), (0.0, 1.0), (1.0, inf), (nan, 1.0)])
def test_essentialness_refuses_a_frontier_that_rises_with_more_models(everything, without):
    with pytest.raises(MetricInputError):
        essentialness(everything, without)


cells = st.one_of(st.just(inf), st.floats(1e-6, 1e3))
tables = st.integers(1, 6).flatmap(
    lambda problems: st.lists(st.lists(cells, min_size=problems, max_size=problems), min_size=2, max_size=5)
)


@given(tables, st.floats(1e-3, 1e3))
def test_the_frontier_never_rises_when_a_model_is_added(models, expert_usd):
    sizes = range(1, len(models) + 1)
    sequence = [frontier_cost_of_pass(models[:size], expert_usd).mean_usd for size in sizes]
    assert all(later <= earlier for earlier, later in pairwise(sequence))
    assert 0 <= essentialness(sequence[-1], sequence[0]) < 1


@given(tables, st.floats(1e-3, 1e3), st.floats(1, 100))
def test_a_dearer_expert_raises_the_frontier_at_most_in_proportion(models, expert_usd, factor):
    cheap = frontier_cost_of_pass(models, expert_usd).mean_usd
    dear = frontier_cost_of_pass(models, expert_usd * factor).mean_usd
    assert cheap <= dear <= cheap * factor * (1 + 1e-9)


@given(tables, st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_another_currency_scales_the_frontier(models, expert_usd, rate):
    scaled = frontier_cost_of_pass([[cell * rate for cell in row] for row in models], expert_usd * rate)
    assert scaled.mean_usd == pytest.approx(frontier_cost_of_pass(models, expert_usd).mean_usd * rate)
