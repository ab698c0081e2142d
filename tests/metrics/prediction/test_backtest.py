from math import nan

import numpy as np
import pytest

from leaderboard.metrics import (
    MetricInputError,
    absolute_percentage_errors,
    best_single_reference,
    leave_one_device_out,
    log_linear_prediction,
    mean_absolute_percentage_error,
    mean_reference_rank,
    spearman,
)
from tests.metrics.prediction.devices import devices, measured_on


@pytest.mark.parametrize("law", ["linear", "power"])
def test_each_device_left_out_is_predicted_better_than_by_flop(law):
    ours, by_flop, ours_error, flop_error = [], [], [], []
    for seed in range(6):
        flop, latencies = devices(seed, law)
        for test in leave_one_device_out(latencies, seed):
            own = latencies[test.device]
            guessed = log_linear_prediction(measured_on(own, np.arange(10)), flop)[10:]
            ours.append(test.spearman)
            by_flop.append(spearman(flop, own))
            ours_error.append(test.mean_error_share)
            flop_error.append(mean_absolute_percentage_error(guessed, own[10:]))
    assert np.mean(ours) > np.mean(by_flop) + 0.02
    assert np.mean(ours) > 0.98
    assert np.mean(ours_error) < 0.6 * np.mean(flop_error)


def test_ten_samples_order_better_than_the_references_alone():
    ours, mean_rank, single = [], [], []
    for seed in range(6):
        _, latencies = devices(seed, "linear")
        for test in leave_one_device_out(latencies, seed):
            own, others = latencies[test.device], np.delete(latencies, test.device, axis=0)
            ours.append(test.spearman)
            mean_rank.append(spearman(mean_reference_rank(others), own))
            single.append(spearman(others[best_single_reference(measured_on(own, np.arange(10)), others)], own))
    assert np.mean(ours) > max(np.mean(mean_rank), np.mean(single))


def test_the_samples_are_not_tested_and_the_seed_repeats_them():
    _, latencies = devices(0, "power", count=3)
    latencies[2, 10:] = nan
    first = leave_one_device_out(latencies, seed=5)
    assert first == leave_one_device_out(latencies, seed=5)
    assert [None if test is None else test.predicted for test in first] == [50, 50, None]


def test_the_band_is_counted_where_there_is_one():
    _, latencies = devices(0, "power", count=3)
    assert leave_one_device_out(latencies, seed=0, samples=5)[0].covered_share is None
    assert 0.5 < leave_one_device_out(latencies, seed=0)[0].covered_share <= 1


def test_errors_are_shares_of_the_measurement():
    np.testing.assert_allclose(absolute_percentage_errors([1.1, 0.5], [1.0, 1.0]), [0.1, 0.5])
    assert mean_absolute_percentage_error([1.06], [1.0]) == pytest.approx(0.06)


@pytest.mark.parametrize(
    "call",
    [
        lambda: absolute_percentage_errors([], []),
        lambda: absolute_percentage_errors([1.0], [0.0]),
        lambda: absolute_percentage_errors([nan], [1.0]),
        lambda: mean_absolute_percentage_error([1.0], [1.0, 2.0]),
        lambda: leave_one_device_out([], 0),
        lambda: leave_one_device_out([1.0], 0),
        lambda: leave_one_device_out([[1.0]], 0, samples=2),
    ],
)
def test_what_no_definition_covers_is_refused(call):
    with pytest.raises(MetricInputError):
        call()


def test_a_negative_seed_is_refused():
    with pytest.raises(MetricInputError):
        leave_one_device_out([[1.0, 2.0]], -1)
