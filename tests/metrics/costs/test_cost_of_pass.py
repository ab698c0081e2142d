from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import MetricInputError, cost_of_pass, cost_of_pass_per_problem, token_cost_usd


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


def test_incomplete_runs_are_an_error_unless_they_are_dropped():
    costs, passes = [[1.0, nan, 5.0], [2.0, 2.0, 2.0]], [[1, 0, 0], [1, nan, 1]]
    with pytest.raises(MetricInputError):
        cost_of_pass_per_problem(costs, passes)
    assert cost_of_pass_per_problem(costs, passes, drop_incomplete=True).tolist() == [6.0, 2.0]


def test_a_problem_without_a_complete_run_has_no_cost_of_pass():
    with pytest.raises(MetricInputError):
        cost_of_pass_per_problem([[nan, 1.0], [1.0, 1.0]], [[1, nan], [1, 1]], drop_incomplete=True)


def test_a_price_that_no_float_holds_is_refused():
    with pytest.raises(MetricInputError):
        cost_of_pass(1e308, 1e-3)
    with pytest.raises(MetricInputError):
        cost_of_pass_per_problem([[1e308, 1e308]], [[1, 1]])


@given(st.lists(st.tuples(st.floats(1e-6, 1e3), st.booleans()), min_size=1, max_size=12))
def test_with_equal_run_counts_it_is_total_cost_over_passes(runs):
    costs, passes = np.array(runs).T
    (value,) = cost_of_pass_per_problem([costs], [passes])
    assert value == (pytest.approx(costs.sum() / passes.sum()) if passes.any() else inf)
