from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import Dps, MetricInputError, compare_dps, match_references, model_dps, task_dps

COSTS, SCORES = [1000, 500, 200, 80], [20, 50, 80, 100]


def test_a_timeout_and_what_is_slower_than_all_references_score_nothing():
    assert match_references(inf, COSTS, SCORES) == match_references(1000.1, COSTS, SCORES) == Dps(0.0, 0.0, 1)


def test_faster_than_all_references_is_a_hundred():
    assert match_references(1, COSTS, SCORES) == Dps(100.0, 100.0, 1)


@given(st.floats(1, 2000), st.floats(0.01, 100))
def test_another_machine_leaves_the_score_unchanged(cost, factor):
    moved = match_references(cost * factor, [reference * factor for reference in COSTS], SCORES)
    assert moved == match_references(cost, COSTS, SCORES)


@given(st.floats(1, 2000), st.floats(1, 2000))
def test_a_faster_sample_never_scores_less(one, other):
    fast, slow = (match_references(cost, COSTS, SCORES) for cost in sorted([one, other]))
    assert fast.dps >= slow.dps
    assert fast.dps_norm >= slow.dps_norm


def test_a_task_needs_ten_correct_samples_and_profiles_twenty():
    assert task_dps([80] * 9, COSTS, SCORES) is None
    assert task_dps([80] * 10, COSTS, SCORES) == Dps(100.0, 100.0, 10)
    assert task_dps([80] * 20 + [inf] * 80, COSTS, SCORES) == Dps(100.0, 100.0, 20)
    assert task_dps([80] * 5 + [1000] * 5, COSTS, SCORES) == Dps(60.0, 62.5, 10)


def test_a_model_is_the_mean_of_its_evaluated_tasks():
    assert model_dps({"a": Dps(100.0, 100.0, 10), "b": None, "c": Dps(50.0, 25.0, 20)}) == Dps(75.0, 62.5, 2)
    assert model_dps({"a": None}) is None
    assert model_dps({}) is None


def test_two_models_meet_only_on_the_tasks_that_both_pass():
    first = {"a": Dps(100.0, 100.0, 10), "b": Dps(10.0, 10.0, 10)}
    second = {"a": Dps(50.0, 50.0, 10), "b": None, "c": Dps(100.0, 100.0, 10)}
    met = compare_dps(first, second)
    assert (met.first.dps, met.second.dps, met.first.n) == (100.0, 50.0, 1)
    assert compare_dps({"b": None}, second) is None


@pytest.mark.parametrize(
    "call",
    [
        lambda: match_references(1, [], []),
        lambda: match_references(1, [2, 2], [10, 20]),
        lambda: match_references(1, [1, 2], [10, 20]),
        lambda: match_references(1, [2, 1], [20, 10]),
        lambda: match_references(1, [2, 1], [20, 101]),
        lambda: match_references(1, [2, 1], [20]),
        lambda: match_references(nan, COSTS, SCORES),
        lambda: match_references(0, COSTS, SCORES),
        lambda: task_dps([nan], COSTS, SCORES),
        lambda: task_dps([], [], []),
    ],
)
def test_what_no_definition_covers_is_refused(call):
    with pytest.raises(MetricInputError):
        call()
