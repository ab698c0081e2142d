import dataclasses
from math import inf, nan

import numpy as np
import pytest

from leaderboard.metrics import MetricInputError, PredictedLatency, predict_latencies
from leaderboard.metrics.prediction.ridge import fit_ridge
from tests.metrics.prediction.devices import devices, measured_on

FLOP, LATENCIES = devices(0, "linear")
TEN = np.arange(10)


def test_every_prediction_says_that_it_is_one_and_cannot_say_otherwise():
    found = predict_latencies(measured_on(LATENCIES[0], TEN), LATENCIES[1:])
    assert all(one is None for one in found[:10])
    assert all(one.provenance == "predicted" and one.samples == 10 for one in found[10:])
    with pytest.raises(dataclasses.FrozenInstanceError):
        found[10].provenance = "measured"
    with pytest.raises(TypeError):
        PredictedLatency(0, 1.0, None, 10, (0,), False, provenance="measured")


def test_the_value_is_a_ridge_on_log_latencies():
    found = predict_latencies(measured_on(LATENCIES[0], TEN), LATENCIES[1:])
    logs = np.log(LATENCIES)
    expected = np.exp(fit_ridge(logs[1:, :10].T, logs[0, :10], 1.0).predict(logs[1:, 10:].T))
    np.testing.assert_allclose([one.latency_s for one in found[10:]], expected)
    assert all(one.latency_s in one.interval_s for one in found[10:])


def test_fewer_samples_than_the_minimum_are_refused():
    assert predict_latencies(measured_on(LATENCIES[0], TEN[:9]), LATENCIES[1:]) is None
    lowered = predict_latencies(measured_on(LATENCIES[0], TEN[:8]), LATENCIES[1:], minimum_samples=3)
    assert lowered[10].samples == 8
    assert lowered[10].interval_s is None  # eight samples carry no band of 90 %
    assert predict_latencies(measured_on(LATENCIES[0], TEN[:2]), LATENCIES[1:], minimum_samples=3) is None


def test_a_model_known_nowhere_is_not_predicted_and_others_use_the_devices_that_know_them():
    references = LATENCIES[1:].copy()
    references[:, 20] = nan
    references[0, 30] = nan
    references[1, 3] = nan  # a sample is missing there, so this device serves nobody
    found = predict_latencies(measured_on(LATENCIES[0], TEN), references)
    assert found[20] is None
    assert found[30].references == (2, 3, 4, 5, 6)
    assert found[31].references == (0, 2, 3, 4, 5, 6)


def test_without_any_reference_nothing_is_predicted():
    own = measured_on(LATENCIES[0], TEN)
    assert predict_latencies(own, []) == (None,) * 60
    assert predict_latencies(own, np.full((2, 60), nan)) == (None,) * 60


def test_a_model_outside_the_samples_range_is_marked_as_extrapolated():
    order = np.argsort(LATENCIES[1])
    found = predict_latencies(measured_on(LATENCIES[0], order[:10]), LATENCIES[1:2])
    assert all(found[model].extrapolated for model in order[10:])
    spread = np.concatenate([order[:5], order[-5:]])
    found = predict_latencies(measured_on(LATENCIES[0], spread), LATENCIES[1:2])
    assert not any(found[model].extrapolated for model in order[5:-5])


def test_one_absurd_reference_value_is_clipped_and_marked():
    references = LATENCIES[1:].copy()
    clean = predict_latencies(measured_on(LATENCIES[0], TEN), references)[40]
    references[0, 40] = 1e-8
    dirty = predict_latencies(measured_on(LATENCIES[0], TEN), references)[40]
    assert dirty.extrapolated
    assert 0.1 < dirty.latency_s / clean.latency_s < 10


def test_the_unit_of_the_devices_does_not_matter():
    own = measured_on(LATENCIES[0], TEN)
    before = predict_latencies(own, LATENCIES[1:])[50]
    scaled = predict_latencies(own * 1000, LATENCIES[1:] * np.arange(1, 8)[:, None])[50]
    assert scaled.latency_s == pytest.approx(before.latency_s * 1000)
    assert scaled.interval_s.high == pytest.approx(before.interval_s.high * 1000)


@pytest.mark.parametrize("law", ["linear", "power"])
def test_the_band_holds_about_nine_of_ten_models_that_were_sampled_at_random(law):
    """Guaranteed are eight of ten (jackknife+); this is the usual coverage, over 40 synthetic devices."""
    inside = []
    for seed in range(40):
        _, latencies = devices(seed, law)
        sampled = np.random.default_rng(seed).permutation(60)[:10]
        found = predict_latencies(measured_on(latencies[0], sampled), latencies[1:])
        inside += [one is None or latencies[0, one.model] in one.interval_s for one in found if one is not None]
    assert 0.85 <= np.mean(inside) <= 0.96


@pytest.mark.parametrize(
    "call",
    [
        lambda: predict_latencies([], []),
        lambda: predict_latencies([1.0], [[1.0, 2.0]]),
        lambda: predict_latencies([0.0], [[1.0]]),
        lambda: predict_latencies([-1.0], [[1.0]]),
        lambda: predict_latencies([inf], [[1.0]]),
        lambda: predict_latencies([1.0], [[inf]]),
        lambda: predict_latencies([[1.0]], [[1.0]]),
        lambda: predict_latencies([1.0], [[1.0]], minimum_samples=2),
        lambda: predict_latencies([1.0], [[1.0]], level=1.0),
        lambda: predict_latencies([1.0], [[1.0]], level=nan),
    ],
)
def test_what_no_definition_covers_is_refused(call):
    with pytest.raises(MetricInputError):
        call()
