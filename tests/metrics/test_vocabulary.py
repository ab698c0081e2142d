import numpy as np
import pytest

from leaderboard.metrics import MetricInputError
from leaderboard.metrics.vocabulary import as_costs, as_finite, as_floats, is_count


@pytest.mark.parametrize(
    "values",
    ["0.5", ["1", "2"], [1, "2"], [None, "2"], [[1], [1, 2]], [1j], ["2026-01-01"], {0: 1}, [b"1"], [10**400]],
    ids=repr,
)
def test_what_is_no_array_of_numbers_is_a_typed_error(values):
    with pytest.raises(MetricInputError, match="numbers, "):
        as_floats(values)


def test_nothing_is_a_missing_number_and_a_truth_is_one_or_zero():
    assert as_floats([1, None, True, False]).tolist()[0::2] == [1.0, 1.0]
    assert np.isnan(as_floats([1, None])[1])


def test_floats_are_not_copied_and_costs_are():
    given = np.array([1.0, np.inf])
    assert as_floats(given) is given
    as_costs(given, "higher")
    assert given.tolist() == [1.0, np.inf]


def test_a_count_is_whole_and_fits_64_bits():
    assert is_count(0)
    assert is_count(2.0, 2)
    assert is_count(np.int64(2**63 - 1))
    for value in (-1, 2.5, 2**63, 10**400, float("inf"), float("nan")):
        assert not is_count(value)
    assert not is_count(0, 1)


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan")])
def test_a_result_outside_the_floats_is_an_error(value):
    assert as_finite(1e308) == 1e308
    with pytest.raises(MetricInputError, match="larger than a float holds"):
        as_finite(value)
