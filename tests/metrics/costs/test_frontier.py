from itertools import pairwise
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import (
    EXPERT_INDIA_USD,
    EXPERT_USD,
    MetricInputError,
    essentialness,
    family_essentialness,
    frontier_cost_of_pass,
    frontier_gain_usd,
    frontier_history,
    frontier_per_problem,
    relative_gain,
    technique_gain,
)

M1, M2, M3 = [0.01, inf, 0.05], [0.20, 5, 0.30], [0.02, inf, inf]
EXPERT_USD_EACH = 20.0


@pytest.mark.parametrize(
    ("models", "expected"),
    [([M1], 6.6867), ([M2], 1.8333), ([M3], 13.34), ([M1, M2, M3], 1.68667), ([M1, M3], 6.68667), ([], 20.0)],
)
def test_the_worked_frontiers_come_out(models, expected):
    expert = [EXPERT_USD_EACH] * 3 if not models else EXPERT_USD_EACH
    assert frontier_cost_of_pass(models, expert).mean_usd == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize(("without", "expected"), [([M1, M3], 0.747757), ([M2, M3], 0.048872), ([M1, M2], 0.0)])
def test_the_worked_essentialness_comes_out(without, expected):
    everything = frontier_cost_of_pass([M1, M2, M3], EXPERT_USD_EACH).mean_usd
    counterfactual = frontier_cost_of_pass(without, EXPERT_USD_EACH).mean_usd
    assert essentialness(everything, counterfactual) == pytest.approx(expected, abs=5e-7)


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


def test_a_mean_that_no_float_holds_is_refused():
    with pytest.raises(MetricInputError):
        frontier_cost_of_pass([[1e308, 1e308, 1e308]])


def test_the_history_of_a_frontier_starts_with_the_expert_and_takes_a_date_at_a_time():
    history = frontier_history([M3, M2, M1], [5, 9, 5], EXPERT_USD_EACH)
    assert history.baseline_usd == 20.0
    assert history.released.tolist() == [5, 9]
    assert history.mean_usd == pytest.approx([20.06 / 3, 5.06 / 3])


@pytest.mark.parametrize(
    ("models", "released", "expert"),
    [
        ([], [], 20.0),
        ([M1], [1, 2], 20.0),
        ([M1], [nan], 20.0),
        ([M1], [1], inf),
        ([M1], [1], [1, 2]),
        ([M1, [1]], [1, 2], 1),
    ],
)
def test_a_history_that_does_not_fit_is_refused(models, released, expert):
    with pytest.raises(MetricInputError):
        frontier_history(models, released, expert)


def test_the_gain_of_a_model_is_what_it_saves_problem_by_problem():
    before = frontier_per_problem([M1])
    np.testing.assert_array_equal(frontier_gain_usd(before, M2), [0, inf, 0])
    np.testing.assert_array_equal(frontier_gain_usd(before, M3), [0, 0, 0])  # nobody solves the second one yet
    before = frontier_per_problem([M1], EXPERT_USD_EACH)
    np.testing.assert_allclose(frontier_gain_usd(before, M2), [0, 15, 0])


def test_a_relative_gain_is_a_share_of_the_former_frontier():
    assert relative_gain(20.0, 5.0) == 0.75
    assert relative_gain(20.0, 0.0) == 1.0
    assert relative_gain(20.0, 20.0) == 0.0
    for previous, new in [(1.0, 2.0), (0.0, 0.0), (inf, 1.0), (1.0, -1.0), (nan, 1.0), (1.0, nan)]:
        with pytest.raises(MetricInputError):
            relative_gain(previous, new)


def test_without_its_only_family_the_frontier_is_the_expert():
    value = family_essentialness([M1, M3], ["small", "small"], "small", EXPERT_USD_EACH)
    assert value == pytest.approx((20 - 20.06 / 3) / 20)


def test_a_family_of_no_model_or_a_list_too_short_is_refused():
    with pytest.raises(MetricInputError):
        family_essentialness([M1, M2], ["small", "large"], "reasoning", EXPERT_USD_EACH)
    with pytest.raises(MetricInputError):
        family_essentialness([M1, M2], ["small"], "small", EXPERT_USD_EACH)


def test_a_technique_that_costs_more_than_it_brings_gains_nothing():
    voted = [[3 * value for value in M1]]
    assert technique_gain([M1], voted, EXPERT_USD_EACH) == 0.0


def test_a_technique_that_solves_a_problem_gains_the_share_of_the_expert():
    refined = [[0.02, 1.0, 0.10]]
    assert technique_gain([M1], refined, EXPERT_USD_EACH) == pytest.approx(19 / 20.06)


def test_a_technique_gain_needs_models_on_both_sides():
    for base, technique in [([], [M1]), ([M1], [])]:
        with pytest.raises(MetricInputError):
            technique_gain(base, technique, EXPERT_USD_EACH)


@given(tables, st.sampled_from(sorted(EXPERT_INDIA_USD)))
def test_frontiers_in_two_countries_differ_by_no_more_than_the_experts_do(models, benchmark):
    """Only the expert's part of a frontier scales with wages."""
    dear, cheap = EXPERT_USD[benchmark], EXPERT_INDIA_USD[benchmark]
    us, india = (frontier_cost_of_pass(models, expert).mean_usd for expert in (dear, cheap))
    assert india <= us <= india * dear / cheap * (1 + 1e-12)


@given(st.integers(1, 60), st.data(), st.floats(1.0, 1e3))
def test_a_frontier_of_one_model_is_the_experts_part_and_the_models(problems, data, expert_usd):
    """unsolved * expert / problems, and what the model costs on the problems that it solves for less."""
    unsolved = data.draw(st.integers(0, problems))
    solved = data.draw(st.lists(st.floats(0, 1.0), min_size=problems - unsolved, max_size=problems - unsolved))
    values = data.draw(st.permutations([*solved, *[inf] * unsolved]))
    expected = unsolved * expert_usd / problems + sum(solved) / problems
    assert frontier_cost_of_pass([values], expert_usd).mean_usd == pytest.approx(expected)


def test_wages_of_experts_are_documented_constants_in_usd():
    assert EXPERT_USD["AIME2024"] == 20.0
    assert all(EXPERT_INDIA_USD[benchmark] < EXPERT_USD[benchmark] for benchmark in EXPERT_INDIA_USD)
    with pytest.raises(TypeError):
        EXPERT_USD["AIME2024"] = 1.0


@given(tables, st.floats(1e-3, 1e3), st.data())
def test_a_history_never_rises_and_essentialness_is_a_share_below_one(models, expert_usd, data):
    count = len(models)
    released = data.draw(st.lists(st.integers(0, 5), min_size=count, max_size=count))
    history = frontier_history(models, released, expert_usd)
    assert all(later <= earlier for earlier, later in pairwise([history.baseline_usd, *history.mean_usd]))
    assert history.mean_usd[-1] == pytest.approx(frontier_cost_of_pass(models, expert_usd).mean_usd)
    families = data.draw(st.lists(st.sampled_from("abc"), min_size=count, max_size=count))
    for family in set(families):
        assert 0 <= family_essentialness(models, families, family, expert_usd) < 1


@given(tables, st.floats(1e-3, 1e3))
def test_gains_add_up_from_the_expert_to_the_frontier(models, expert_usd):
    frontier = np.full(len(models[0]), expert_usd)
    total = 0.0
    for values in models:
        gain = frontier_gain_usd(frontier, values)
        assert (gain >= 0).all()
        total, frontier = total + gain.mean(), frontier - gain
    assert expert_usd - total == pytest.approx(frontier_cost_of_pass(models, expert_usd).mean_usd, abs=1e-9)
