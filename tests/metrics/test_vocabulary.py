import numpy as np
import pytest

from leaderboard.metrics import MetricInputError
from leaderboard.metrics.vocabulary import as_costs, as_floats


@pytest.mark.parametrize(
    "values",
    ["0.5", ["1", "2"], [1, "2"], [None, "2"], [[1], [1, 2]], [1j], ["2026-01-01"], {0: 1}, [b"1"]],
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
