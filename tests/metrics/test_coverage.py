from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import (
    MetricInputError,
    best_of_coverage,
    difficulty_levels,
    expected_router_saving,
    oracle_routes,
    query_coverage,
    saving_of_routes,
)

# Three models of 8, 1 and 70 billion parameters on five queries.
CORRECT, SIZES = [[1, 1, 0, 0, 1], [1, 0, 0, 0, 0], [1, 1, 1, 0, 1]], [8e9, 1e9, 70e9]
LOCAL, CLOUD = [[8.0] * 5, [1.0] * 5, [70.0] * 5], [100.0] * 5


def test_coverage_of_a_model_is_its_share_of_correct_answers():
    assert query_coverage(CORRECT) == pytest.approx([0.6, 0.2, 0.8])


def test_the_best_of_a_set_covers_what_any_of_it_answers():
    assert best_of_coverage([[1, 0, 0], [0, 1, 0]]) == pytest.approx(2 / 3)
    assert best_of_coverage(CORRECT) == 0.8


def test_a_query_is_as_difficult_as_the_smallest_model_that_answers_it_is_large():
    assert difficulty_levels(CORRECT, SIZES).tolist() == [1e9, 8e9, 70e9, inf, 8e9]


def test_the_oracle_takes_the_smallest_model_that_is_right_and_else_the_cloud():
    assert oracle_routes(CORRECT, SIZES).tolist() == [1, 0, 2, -1, 0]


def test_of_models_of_one_size_the_oracle_takes_the_first():
    assert oracle_routes([[0, 1], [1, 1], [1, 1]], [2, 2, 1]).tolist() == [2, 2]
    assert oracle_routes([[0, 1], [1, 1]], [2, 2]).tolist() == [1, 0]


def test_routing_saves_what_the_cloud_does_not_spend():
    assert saving_of_routes(CORRECT, SIZES, LOCAL, CLOUD) == pytest.approx(1 - (1 + 8 + 70 + 100 + 8) / 500)


def test_a_misrouted_query_falls_back_to_the_cloud():
    assert saving_of_routes(CORRECT, SIZES, LOCAL, CLOUD, [1, 0, 1, 0, 0]) == pytest.approx(1 - (1 + 70 + 300) / 500)
    assert saving_of_routes(CORRECT, SIZES, LOCAL, CLOUD, [0] * 5) == 0.0


def test_a_local_model_that_takes_more_than_the_cloud_saves_less_than_nothing():
    assert saving_of_routes([[1]], [1], [[30.0]], [10.0]) == -2.0


def test_a_router_saves_its_accuracy_times_what_the_oracle_saves():
    generator = np.random.default_rng(1)
    correct = generator.random((3, 400)) < [[0.3], [0.5], [0.7]]
    local, cloud = generator.uniform(1, 5, (3, 400)), generator.uniform(10, 30, 400)
    oracle = saving_of_routes(correct, SIZES, local, cloud)
    simulated = [saving_of_routes(correct, SIZES, local, cloud, generator.random(400) < 0.8) for _ in range(100)]
    assert np.mean(simulated) == pytest.approx(expected_router_saving(oracle, 0.8), abs=0.005)


@pytest.mark.parametrize("correct", [[], [[]], [1, 0], [[0.5]], [[nan]], [[2]]])
@pytest.mark.parametrize("function", [query_coverage, best_of_coverage])
def test_outcomes_that_are_no_table_are_refused(function, correct):
    with pytest.raises(MetricInputError):
        function(correct)


@pytest.mark.parametrize("sizes", [[1], [1, 2, 0], [1, 2, inf], [1, 2, nan], [1, 2, -3]])
@pytest.mark.parametrize("function", [difficulty_levels, oracle_routes])
def test_sizes_that_are_none_are_refused(function, sizes):
    with pytest.raises(MetricInputError):
        function(CORRECT, sizes)


@pytest.mark.parametrize(
    ("local", "cloud", "hits"),
    [
        (LOCAL[:2], CLOUD, None),
        (LOCAL, CLOUD[:4], None),
        (LOCAL, [0.0] * 5, None),
        (LOCAL, [nan] * 5, None),
        ([[-1.0] * 5] * 3, CLOUD, None),
        ([[inf] * 5] * 3, CLOUD, None),
        (LOCAL, CLOUD, [1, 0]),
        (LOCAL, CLOUD, [0.5] * 5),
        ([[1e308] * 5] * 3, CLOUD, None),
    ],
)
def test_amounts_and_hits_that_do_not_fit_are_refused(local, cloud, hits):
    with pytest.raises(MetricInputError):
        saving_of_routes(CORRECT, SIZES, local, cloud, hits)


@pytest.mark.parametrize("arguments", [(1.1, 0.5), (nan, 0.5), (-inf, 0.5), (0.5, 1.1), (0.5, -0.1), (0.5, nan)])
def test_a_saving_or_accuracy_out_of_range_is_refused(arguments):
    with pytest.raises(MetricInputError):
        expected_router_saving(*arguments)


tables = st.tuples(st.integers(1, 4), st.integers(1, 8)).flatmap(
    lambda shape: st.lists(st.integers(0, 1), min_size=shape[0] * shape[1], max_size=shape[0] * shape[1]).map(
        lambda cells: np.reshape(cells, shape)
    )
)


@given(tables)
def test_the_best_of_a_set_is_never_below_its_best_model_and_rises_with_more(correct):
    assert best_of_coverage(correct) >= query_coverage(correct).max()
    assert best_of_coverage(correct) >= best_of_coverage(correct[:1])
    levels = difficulty_levels(correct, range(1, len(correct) + 1))
    assert np.isfinite(levels).mean() == best_of_coverage(correct)
