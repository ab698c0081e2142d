from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from leaderboard.metrics import MetricInputError, RankInversion, check_proxy


def test_monotone_data_have_correlation_one_and_no_inversion():
    found = check_proxy([1e6, 2e6, 3e6, 4e6, 5e6], [0.1, 0.2, 0.4, 0.8, 1.6])
    assert (found.spearman, found.models, found.inversions) == (1.0, 5, ())


def test_the_worst_inversion_comes_first():
    found = check_proxy([1, 2, 3, 4, 5], [9.0, 0.2, 0.3, 0.5, 0.4])
    assert found.inversions[0] == RankInversion(0, 4, 4 + 2)
    assert found.inversions[-1] == RankInversion(3, 4, 2)
    assert len(check_proxy([1, 2, 3, 4, 5], [9.0, 0.2, 0.3, 0.5, 0.4], listed=1).inversions) == 1


def test_shuffled_data_have_nearly_none():
    generator = np.random.default_rng(0)
    assert abs(check_proxy(np.arange(1000.0), generator.random(1000) + 0.1).spearman) < 0.1


def test_fewer_than_five_complete_models_are_no_figure():
    assert check_proxy([1, 2, 3, 4], [1, 2, 3, 4]) is None
    assert check_proxy([1, 2, 3, 4, None, 6], [1, 2, nan, 4, 5, 6]) is None
    assert check_proxy([], []) is None


def test_indices_are_those_of_the_input():
    found = check_proxy([nan, 1, 2, 3, 4, 5], [1.0, 9.0, 0.2, 0.3, 0.4, 0.5])
    assert found.inversions[0].smaller == 1
    assert found.models == 5


def test_a_proxy_that_is_all_ties_orders_nothing():
    found = check_proxy([7] * 5, [1, 2, 3, 4, 5])
    assert (found.spearman, found.inversions) == (None, ())


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 6)), min_size=5, max_size=12))
def test_every_listed_pair_is_inverted_and_scipy_agrees_on_the_correlation(rows):
    sizes, times = np.array(rows, dtype=float).T
    found = check_proxy(sizes, times, listed=1000)
    assert all(sizes[i.smaller] < sizes[i.larger] and times[i.smaller] > times[i.larger] for i in found.inversions)
    assert len(found.inversions) == sum(a < c and b > d for a, b in rows for c, d in rows)
    if found.spearman is not None:
        assert found.spearman == pytest.approx(spearmanr(sizes, times).statistic, abs=1e-12)


@pytest.mark.parametrize(
    "call",
    [
        lambda: check_proxy([1], [1, 2]),
        lambda: check_proxy([-1] * 5, [1] * 5),
        lambda: check_proxy([inf] * 5, [1] * 5),
        lambda: check_proxy([1] * 5, [0] * 5),
        lambda: check_proxy([1] * 5, [1] * 5, listed=-1),
    ],
)
def test_what_no_definition_covers_is_refused(call):
    with pytest.raises(MetricInputError):
        call()
