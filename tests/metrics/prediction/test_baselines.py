from math import inf, nan

import numpy as np
import pytest
from scipy.stats import linregress, rankdata

from leaderboard.metrics import MetricInputError, best_single_reference, log_linear_prediction, mean_reference_rank
from tests.metrics.prediction.devices import devices, measured_on

FLOP, LATENCIES = devices(1, "power")


def test_the_mean_rank_agrees_with_scipy():
    expected = (rankdata(LATENCIES, axis=1) / 60).mean(axis=0)
    np.testing.assert_allclose(mean_reference_rank(LATENCIES), expected)


def test_a_model_known_nowhere_has_no_rank():
    np.testing.assert_allclose(mean_reference_rank([[1.0, nan, 3.0], [nan, nan, 1.0]]), [0.5, nan, 1.0])


def test_the_best_reference_orders_the_samples_best():
    own = [1.0, 2.0, 3.0, 4.0, nan]
    assert best_single_reference(own, [[4, 3, 2, 1, 9], [1, 2, 4, 3, 9], [10, 20, 30, 40, nan]]) == 2
    assert best_single_reference(own, [[nan, nan, 1, 2, 3], [5, 5, 5, 5, 5]]) is None
    assert best_single_reference(own, []) is None


def test_the_log_linear_fit_agrees_with_scipy():
    shown = measured_on(LATENCIES[0], np.arange(10))
    theirs = linregress(np.log(FLOP[:10]), np.log(LATENCIES[0, :10]))
    found = log_linear_prediction(shown, FLOP)
    np.testing.assert_allclose(found, np.exp(theirs.intercept + theirs.slope * np.log(FLOP)))


def test_a_power_law_is_recovered_exactly_and_an_unknown_proxy_stays_unknown():
    proxy = np.array([1.0, 2.0, 4.0, 8.0, nan])
    found = log_linear_prediction([3.0, 6.0, 12.0, nan, nan], proxy)
    np.testing.assert_allclose(found, [3, 6, 12, 24, nan])


@pytest.mark.parametrize(
    ("own", "proxy"), [([1.0, 2.0, nan], [1, 2, 3]), ([1.0, 2.0, 3.0], [5, 5, 5]), ([1.0, 2.0, 3.0], [5, 6, nan])]
)
def test_too_few_common_models_or_a_constant_proxy_are_no_fit(own, proxy):
    assert log_linear_prediction(own, proxy) is None


@pytest.mark.parametrize(
    "call",
    [
        lambda: mean_reference_rank([]),
        lambda: mean_reference_rank([[0.0]]),
        lambda: best_single_reference([1.0], [[1.0, 2.0]]),
        lambda: log_linear_prediction([1.0], [1.0, 2.0]),
        lambda: log_linear_prediction([1.0], [0.0]),
        lambda: log_linear_prediction([1.0], [inf]),
    ],
)
def test_what_no_definition_covers_is_refused(call):
    with pytest.raises(MetricInputError):
        call()
