from math import nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderboard.metrics import (
    MetricInputError,
    absolute_percentage_errors,
    best_single_reference,
    leave_one_device_out,
    log_linear_prediction,
    mean_absolute_percentage_error,
    mean_reference_rank,
    predict_latencies,
)
from tests.metrics.comparison.outcomes import NASTY, ROWS, TABLES
from tests.metrics.documented import only_documented

seeds = st.integers(0, 2**32)
minima = st.integers(0, 12)

CALLS = {
    "predict_latencies": lambda draw: predict_latencies(draw(ROWS), draw(TABLES), draw(minima), draw(NASTY)),
    "leave_one_device_out": lambda draw: leave_one_device_out(draw(TABLES), draw(seeds), draw(minima), draw(NASTY)),
    "best_single_reference": lambda draw: best_single_reference(draw(ROWS), draw(TABLES)),
    "absolute_percentage_errors": lambda draw: absolute_percentage_errors(draw(ROWS), draw(ROWS)),
    "mean_absolute_percentage_error": lambda draw: mean_absolute_percentage_error(draw(ROWS), draw(ROWS)),
}


@pytest.mark.parametrize("name", CALLS)
@settings(max_examples=80)
@given(st.data())
def test_only_documented_outcomes_occur(name, data):
    only_documented(lambda: CALLS[name](data.draw))


@settings(max_examples=80)
@given(ROWS, ROWS, TABLES)
def test_a_baseline_is_missing_where_its_input_is_and_never_infinite(own, proxy, table):
    for call, source in [
        (lambda: log_linear_prediction(own, proxy), proxy),
        (lambda: mean_reference_rank(table), table),
    ]:
        try:
            found = call()
        except MetricInputError:
            continue
        known = ~np.isnan(np.atleast_2d(np.array(source, dtype=float))).all(axis=0)
        assert found is None or (not np.isinf(found).any() and np.isnan(found[~known]).all())


cells = st.one_of(st.floats(1e-9, 1e9), st.just(nan), st.just(1.0))
grids = st.tuples(st.integers(1, 4), st.integers(1, 14)).flatmap(
    lambda shape: st.lists(st.lists(cells, min_size=shape[1], max_size=shape[1]), min_size=shape[0], max_size=shape[0])
)


@settings(max_examples=100)
@given(grids, seeds)
def test_any_table_of_latencies_is_predicted_or_not(grid, seed):
    found = only_documented(lambda: predict_latencies(grid[0], grid[1:], minimum_samples=3))
    assert found is None or all(one is None or 1e-9 <= one.latency_s <= 1e9 * (1 + 1e-9) for one in found)
    only_documented(lambda: leave_one_device_out(grid, seed, samples=3))
