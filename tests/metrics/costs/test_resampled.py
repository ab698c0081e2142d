from math import inf, nan

import numpy as np
import pytest

from leaderboard.metrics import (
    MetricInputError,
    cost_of_pass_draws,
    cost_of_pass_per_problem,
    frontier_cost_of_pass,
    frontier_draws,
    percentile_interval,
)

VALUES = [[0.01, inf, 0.05, 0.2], [0.20, 5.0, 0.30, inf]]


def test_a_draw_of_a_problem_is_one_of_the_ways_to_draw_its_runs():
    draws = cost_of_pass_draws([[1.0, 3.0], [2.0, 2.0]], [[1, 0], [0, 0]], 200, 1)
    assert draws.shape == (200, 2)
    assert set(draws[:, 0]) == {1.0, 4.0, inf}
    assert np.isinf(draws[:, 1]).all()


def test_runs_that_are_all_alike_do_not_vary():
    draws = cost_of_pass_draws([[2.0] * 4] * 3, [[1] * 4] * 3, 50, 1)
    np.testing.assert_array_equal(draws, np.full((50, 3), 2.0))


def test_frontiers_are_drawn_around_their_value():
    draws = frontier_draws(VALUES, 20.0, 4000, 1)
    cheapest = np.array([0.01, 5.0, 0.05, 0.2])
    assert draws.mean() == pytest.approx(frontier_cost_of_pass(VALUES, 20.0).mean_usd, rel=0.05)
    assert draws.std() == pytest.approx(cheapest.std() / 2, rel=0.05)


def test_without_an_expert_the_share_of_infinite_draws_says_how_often_a_problem_is_unsolved():
    draws = frontier_draws(VALUES[:1], None, 4000, 1)
    assert np.isinf(draws).mean() == pytest.approx(1 - 0.75**4, abs=0.03)


def test_models_on_one_seed_are_compared_on_the_same_problems():
    single, both = frontier_draws(VALUES[:1], 20.0, 500, 7), frontier_draws(VALUES, 20.0, 500, 7)
    assert (both <= single).all()
    np.testing.assert_array_equal(frontier_draws(VALUES, 20.0, 500, 7), both)


def test_the_interval_holds_the_true_frontier_as_often_as_it_says():
    generator = np.random.default_rng(3)
    rates = np.array([0.5, 0.6, 0.8, 0.95])  # well known ones: the mean of 1 / rate is biased where runs are few
    true_usd, held, trials = float((1 / rates).mean()), 0, 60
    for trial in range(trials):
        drawn = rates[generator.integers(0, 4, size=60)]
        passes = generator.random((60, 200)) < drawn[:, None]
        values = cost_of_pass_per_problem(np.ones(passes.shape), passes)
        interval = percentile_interval(frontier_draws([values], 100.0, 400, trial))
        held += true_usd in interval
    assert held / trials > 0.85


def test_drawing_runs_as_well_widens_the_interval():
    generator = np.random.default_rng(1)
    passes = generator.random((30, 8)) < 0.5
    costs = np.ones(passes.shape)
    values = cost_of_pass_per_problem(costs, passes)
    fixed = frontier_draws([values], 10.0, 500, 1)
    drawn = frontier_draws([cost_of_pass_draws(costs, passes, 500, 2)], 10.0, 500, 1)
    assert drawn.std() > fixed.std()


@pytest.mark.parametrize(
    ("models", "expert", "draws"),
    [
        ([], 20.0, 10),
        ([[]], 20.0, 10),
        (VALUES, 20.0, 0),
        (VALUES, inf, 10),
        (VALUES, nan, 10),
        (VALUES, [1, 2], 10),
        ([[1.0], [1.0, 2.0]], None, 10),
        ([[-1.0]], None, 10),
        ([[nan]], None, 10),
        ([1.0], 1.0, 10),
    ],
)
def test_a_frontier_that_does_not_fit_is_refused(models, expert, draws):
    with pytest.raises(MetricInputError):
        frontier_draws(models, expert, draws, 1)


@pytest.mark.parametrize(("costs", "passes", "draws"), [([[]], [[]], 5), ([[1.0]], [[1]], 0), ([[nan]], [[1]], 5)])
def test_runs_that_do_not_fit_are_refused(costs, passes, draws):
    with pytest.raises(MetricInputError):
        cost_of_pass_draws(costs, passes, draws, 1)


def test_a_negative_seed_is_refused():
    with pytest.raises(MetricInputError):
        cost_of_pass_draws([[1.0]], [[1]], 3, -1)
    with pytest.raises(MetricInputError):
        frontier_draws([[1.0]], None, 3, -1)
