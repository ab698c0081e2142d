from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import MetricInputError, budget_frontier, budgeted_accuracy, parallel_latency_s

items = st.lists(st.tuples(st.sampled_from([0.0, 0.5, 1.0]), st.floats(0, 100)), min_size=1, max_size=20)
budgets = st.lists(st.floats(0, 120), min_size=1, max_size=6)


def test_a_late_answer_is_wrong_and_one_on_the_limit_is_not():
    np.testing.assert_array_equal(
        budgeted_accuracy([1, 1, 0, 1], [1.0, 2.0, 1.0, inf], [0.5, 1.0, 2.0, 1e9]), [0, 0.25, 0.5, 0.5]
    )


@given(items, budgets)
def test_every_budget_counts_the_items_that_were_right_in_time(rows, limits):
    correct, used = np.array(rows).T
    expected = [np.where(used <= limit, correct, 0).mean() for limit in limits]
    np.testing.assert_allclose(budgeted_accuracy(correct, used, limits), expected, atol=1e-12)


@given(items, budgets)
def test_accuracy_never_falls_as_the_budget_grows(rows, limits):
    correct, used = np.array(rows).T
    curve = budgeted_accuracy(correct, used, sorted(limits))
    assert (np.diff(curve) >= 0).all()
    assert curve.max() <= 1


def test_a_budget_below_the_fastest_item_gives_nothing():
    assert budgeted_accuracy([1, 1], [3.0, 4.0], [2.9])[0] == 0


def test_parallel_samples_take_as_long_as_their_slowest():
    np.testing.assert_array_equal(parallel_latency_s([[1.0, 5.0, 2.0], [1.0, inf, 1.0]]), [5.0, inf])


def test_the_frontier_names_the_best_configuration_of_each_budget():
    winners = budget_frontier([[0.0, 0.5, 0.5], [0.0, 0.4, 0.9]], [1, 2, 3])
    assert [(w.budget, w.accuracy, w.configuration) for w in winners] == [(1, 0.0, None), (2, 0.5, 0), (3, 0.9, 1)]


@pytest.mark.parametrize(
    "call",
    [
        lambda: budgeted_accuracy([], [], [1]),
        lambda: budgeted_accuracy([1], [1, 2], [1]),
        lambda: budgeted_accuracy([1], [nan], [1]),
        lambda: budgeted_accuracy([1], [-1], [1]),
        lambda: budgeted_accuracy([2], [1], [1]),
        lambda: budgeted_accuracy([1], [1], []),
        lambda: budgeted_accuracy([1], [1], [inf]),
        lambda: parallel_latency_s([1.0]),
        lambda: parallel_latency_s([[0.0]]),
        lambda: parallel_latency_s([[nan]]),
        lambda: budget_frontier([[0.5]], [1, 2]),
        lambda: budget_frontier([[1.5]], [1]),
        lambda: budget_frontier([], []),
        lambda: budget_frontier([[0.5]], [nan]),
        lambda: budget_frontier([[0.5]], [inf]),
        lambda: budget_frontier([[0.5]], [-1]),
    ],
)
def test_what_no_definition_covers_is_refused(call):
    with pytest.raises(MetricInputError):
        call()
