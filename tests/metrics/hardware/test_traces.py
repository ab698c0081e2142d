from math import inf, nan

import numpy as np
import pytest

from leaderboard.metrics import MetricInputError
from leaderboard.metrics.hardware.traces import time_mean


def test_the_mean_over_time_weighs_by_time_and_not_by_sample():
    assert time_mean([0, 0.05, 0.10, 0.20], [100, 200, 150, 150]) == pytest.approx(156.25)


@pytest.mark.parametrize(
    ("times", "values"),
    [
        ([], []),
        ([0.0], [1.0]),
        ([0.0, 1.0], [1.0]),
        ([0.0, 0.0], [1.0, 1.0]),
        ([1.0, 0.0], [1.0, 1.0]),
        ([0.0, 1.0], [1.0, -1.0]),
        ([0.0, 1.0], [1.0, nan]),
        ([0.0, inf], [1.0, 1.0]),
        (np.zeros((2, 2)), np.zeros((2, 2))),
    ],
)
def test_a_trace_that_is_none_is_refused(times, values):
    with pytest.raises(MetricInputError):
        time_mean(times, values)
