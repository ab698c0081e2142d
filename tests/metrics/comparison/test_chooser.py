from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import MetricInputError, best_under_budget

# Bytes per float32 value, and the order of quality that the abstract of the RAG storage paper states.
FORMATS = {"float32": (4, 0.700), "float8": (1, 0.698), "int8": (1, 0.690), "half PCA, float8": (0.5, 0.680)}


def chosen(compression):
    sizes, qualities = zip(*FORMATS.values(), strict=True)
    index = best_under_budget(qualities, sizes, 4 / compression)
    return None if index is None else list(FORMATS)[index]


def test_half_the_dimensions_in_eight_bits_is_an_eighth_and_is_what_eightfold_compression_buys():
    assert FORMATS["float32"][0] / FORMATS["half PCA, float8"][0] == 8
    assert chosen(8) == "half PCA, float8"
    assert chosen(4) == "float8"
    assert chosen(1) == "float32"
    assert chosen(9) is None


def test_of_equally_good_ones_the_smaller_is_chosen_and_then_the_first():
    assert best_under_budget([0.5, 0.5, 0.5], [3, 2, 2], 3) == 1


def test_what_is_missing_or_infinite_is_not_chosen():
    assert best_under_budget([None, 0.9, inf, 0.1], [1, nan, 1, 1], 5) == 3
    assert best_under_budget([0.1, 0.2], [inf, 1], inf) == 1
    assert best_under_budget([], [], 5) is None


def test_where_lower_is_better_the_lowest_is_chosen():
    assert best_under_budget([3.0, 1.0, 2.0], [1, 9, 1], 5, "lower") == 2


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 10)), min_size=1, max_size=10), st.floats(0, 10))
def test_nothing_that_fits_is_better(rows, limit):
    qualities, sizes = zip(*rows, strict=True)
    index = best_under_budget(qualities, sizes, limit)
    fitting = [row for row in rows if row[1] <= limit]
    assert (index is None) == (not fitting)
    assert index is None or rows[index] == max(fitting, key=lambda row: (row[0], -row[1]))


@pytest.mark.parametrize(
    "call",
    [
        lambda: best_under_budget([1], [1, 2], 1),
        lambda: best_under_budget([1], [1], nan),
        lambda: best_under_budget([1], [1], 1, "up"),
    ],
)
def test_what_no_definition_covers_is_refused(call):
    with pytest.raises(MetricInputError):
        call()
