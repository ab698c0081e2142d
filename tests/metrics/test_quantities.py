from math import inf, nan

import pytest

from leaderboard.metrics import (
    MetricInputError,
    accuracy,
    cold_start_s,
    parameter_count,
    peak,
    per_item,
    throughput_per_s,
)


def test_a_failed_item_counts_as_wrong():
    assert accuracy([True, True, False, False]) == 0.5
    assert accuracy([0, 0]) == 0.0


def test_plain_quantities_come_out():
    assert per_item(31.25, 10) == 3.125
    assert per_item(0.0, 10) == 0.0
    assert throughput_per_s(600, 1.5) == 400.0
    assert cold_start_s(0.25, 0.05) == pytest.approx(0.30)
    assert peak([1.0, 3.0, 2.0]) == 3.0


def test_a_scalar_tensor_is_one_parameter_and_an_empty_side_is_none():
    assert parameter_count([(64, 10), (10,), ()]) == 651
    assert parameter_count([(0, 10)]) == 0
    assert parameter_count([]) == 0


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (accuracy, ([],)),
        (accuracy, ([2],)),
        (accuracy, ([nan],)),
        (accuracy, ([[1]],)),
        (per_item, (1.0, 0)),
        (per_item, (-1.0, 1)),
        (per_item, (nan, 1)),
        (throughput_per_s, (1, 0.0)),
        (throughput_per_s, (-1, 1.0)),
        (throughput_per_s, (1, inf)),
        (cold_start_s, (-1.0, 1.0)),
        (cold_start_s, (nan, 1.0)),
        (peak, ([],)),
        (peak, ([1.0, nan],)),
        (parameter_count, ([(-1,)],)),
        (parameter_count, ([(2.5,)],)),
        (parameter_count, ([(inf,)],)),
        (peak, ([-5.0, -1.0],)),
        (peak, ([inf, 1],)),
        (peak, ([[1, 2], [3, 4]],)),
        (per_item, (1.0, inf)),
        (per_item, (1.0, 2.5)),
        (throughput_per_s, (inf, 1.0)),
        (throughput_per_s, (1, 5e-324)),
        (cold_start_s, (1e308, 1e308)),
    ],
)
def test_what_no_definition_covers_is_refused(function, arguments):
    with pytest.raises(MetricInputError):
        function(*arguments)
