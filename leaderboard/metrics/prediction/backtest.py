"""How good predictions are: error and order against measurements, and each known device predicted from the others."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.comparison.correlation import spearman
from leaderboard.metrics.prediction.latency import (
    BAND_LEVEL,
    MINIMUM_SAMPLES,
    PredictedLatency,
    checked_latencies,
    predict_latencies,
)
from leaderboard.metrics.statistics.resampling import seeded
from leaderboard.metrics.vocabulary import FloatArray, as_floats, require


@dataclass(frozen=True, slots=True)
class DeviceBacktest:
    """One device, predicted as if it were new. Shares are fractions; `None`: nothing to compute it from."""

    device: int
    predicted: int
    spearman: float | None
    mean_error_share: float
    median_error_share: float
    covered_share: float | None


def absolute_percentage_errors(predicted: ArrayLike, measured: ArrayLike) -> FloatArray:
    """|predicted - measured| / measured of `(n,)` pairs, as fractions. 1 - their mean is the predictor's accuracy.

    Raises MetricInputError for no pairs, lengths that differ, a measurement that is not positive or anything not
    finite.
    """
    guesses, truths = as_floats(predicted), as_floats(measured)
    require(guesses.ndim == 1 and guesses.shape == truths.shape, "one measurement per prediction")
    require(guesses.size >= 1, "at least one pair")
    sane = (np.abs(guesses) <= 1e100) & (truths >= 1e-100) & (truths <= 1e100)
    require(bool(sane.all()), "predictions are finite, measurements positive and finite")
    return np.asarray(np.abs(guesses - truths) / truths, dtype=np.float64)


def mean_absolute_percentage_error(predicted: ArrayLike, measured: ArrayLike) -> float:
    """Mean of the absolute percentage errors, as a fraction (.06 is 6 %). Errors as `absolute_percentage_errors`."""
    return float(absolute_percentage_errors(predicted, measured).mean())


def leave_one_device_out(
    latencies_s: ArrayLike, seed: int, samples: int = MINIMUM_SAMPLES, level: float = BAND_LEVEL
) -> tuple[DeviceBacktest | None, ...]:
    """Predict each row of `(devices, models)` latencies from the others and `samples` random models of its own.

    The rest of its measured models is the test. `None` for a device with too few models or without a prediction. The
    same seed draws the same samples. Errors as `predict_latencies`, and for a negative seed.
    """
    table = as_floats(latencies_s)
    require(table.ndim == 2 and table.size >= 1, "a row of models per device")
    generator = seeded(seed)
    found: list[DeviceBacktest | None] = []
    for device in range(len(table)):
        own, others = checked_latencies(table[device], np.delete(table, device, axis=0))
        known = generator.permutation(np.flatnonzero(~np.isnan(own)))
        shown = np.full(own.shape, np.nan)
        shown[known[:samples]] = own[known[:samples]]
        predictions = predict_latencies(shown, others, samples, level)
        tested = [] if predictions is None else [predictions[model] for model in known[samples:].tolist()]
        found.append(_compare(device, [one for one in tested if one is not None], own))
    return tuple(found)


def _compare(device: int, predictions: list[PredictedLatency], own: FloatArray) -> DeviceBacktest | None:
    if not predictions:
        return None
    truths = own[[one.model for one in predictions]]
    guesses = np.array([one.latency_s for one in predictions])
    errors = absolute_percentage_errors(guesses, truths)
    banded = [
        float(truth) in one.interval_s
        for one, truth in zip(predictions, truths, strict=True)
        if one.interval_s is not None
    ]
    return DeviceBacktest(
        device=device,
        predicted=len(predictions),
        spearman=spearman(guesses, truths),
        mean_error_share=float(errors.mean()),
        median_error_share=float(np.median(errors)),
        covered_share=float(np.mean(banded)) if banded else None,
    )
