from math import nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from leaderboard.metrics import MetricInputError, spearman

pairs = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=30)


@given(pairs)
def test_it_agrees_with_scipy_ties_and_all(rows):
    first, second = np.array(rows, dtype=float).T
    found = spearman(first, second)
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        assert found is None
    else:
        assert found == pytest.approx(spearmanr(first, second).statistic, abs=1e-12)


def test_order_alone_counts():
    assert spearman([1, 2, 3], [1, 10, 1000]) == 1.0
    assert spearman([1, 2, 3], [3, 2, -5]) == -1.0
    assert spearman([1, 2, float("inf")], [1, 2, 3]) == 1.0


@pytest.mark.parametrize(("first", "second"), [([], []), ([1], [2]), ([1, 1], [1, 2])])
def test_without_an_order_there_is_no_correlation(first, second):
    assert spearman(first, second) is None


@pytest.mark.parametrize(("first", "second"), [([1, 2], [1]), ([1, nan], [1, 2]), ([[1]], [[1]])])
def test_what_no_definition_covers_is_refused(first, second):
    with pytest.raises(MetricInputError):
        spearman(first, second)
