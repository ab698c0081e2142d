"""Latency of known models on a new device, from a few measured there and from all models' latencies on other devices.

The question is that of HELP (arXiv 2106.08630), the predictor is ours: a leaderboard knows the model's latency on other
registered devices, HELP knows its architecture only. Not a like-for-like rival.

Shapes: `references_s` `(devices, models)`, `measured_s` `(models,)`, both in s with NaN where nothing was measured.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leaderboard.metrics.prediction.ridge import fit_ridge, jackknife_plus
from leaderboard.metrics.statistics.intervals import Interval
from leaderboard.metrics.vocabulary import BoolArray, FloatArray, as_floats, require

IndexArray = NDArray[np.intp]

PENALTY = 1.0
MINIMUM_SAMPLES = 10
"""Measured models that a prediction in the product needs."""

FEWEST_SAMPLES = 3
"""Below three common models there is no prediction at all."""

BAND_LEVEL = 0.9
"""Ten samples carry a band of 90 % (at most 10/11), not of 95 %."""

FENCE = 3.0
SHORTEST_S, LONGEST_S = 1e-9, 1e9


@dataclass(frozen=True, slots=True)
class PredictedLatency:
    """A latency that nobody measured. `provenance` cannot be set to anything else.

    `interval_s` is the jackknife+ band (`None`: too few samples for the level). `extrapolated`: on some reference
    device the model is faster or slower than every sample there, where neither value nor band can be relied on.
    """

    model: int
    latency_s: float
    interval_s: Interval | None
    samples: int
    references: tuple[int, ...]
    extrapolated: bool
    provenance: Literal["predicted"] = field(default="predicted", init=False)


def predict_latencies(
    measured_s: ArrayLike,
    references_s: ArrayLike,
    minimum_samples: int = MINIMUM_SAMPLES,
    level: float = BAND_LEVEL,
) -> tuple[PredictedLatency | None, ...] | None:
    """Predicted latency in s of each model not measured on the new device: one entry per model, `None` where measured.

    Ridge (penalty 1) on log latencies, features standardised on the samples, target centred; exp of its prediction. The
    samples are all models measured on the new device; features are the reference devices that know all of them and the
    model in question, and a model without any has no prediction (`None`). Log latencies further than three quartile
    ranges outside a device's quartiles are clipped: data sets hold single absurd ones. The band covers at least 1 - 2 *
    (1 - level) of new models if the samples were drawn at random among the models, and about `level` usually.

    `None` for fewer samples than `minimum_samples`: refused. Raises MetricInputError for shapes that differ, no model,
    a latency outside 1e-9..1e9 s, a minimum below 3 or a level outside 0.5..1.
    """
    own, others = checked_latencies(measured_s, references_s)
    require(minimum_samples >= FEWEST_SAMPLES, "a prediction needs three samples or more")
    require(0.5 <= level < 1, "a level lies in 0.5..1, below 1")
    sampled = ~np.isnan(own)
    if int(sampled.sum()) < minimum_samples:
        return None
    logs = np.stack([_clipped(np.log(row)) for row in others]) if len(others) else others
    target = _clipped(np.log(own))[sampled]
    found: list[PredictedLatency | None] = [None] * len(own)
    for references, models in _groups(others, sampled):
        outside = _outside(others[references], sampled, models)
        features, places = logs[references][:, sampled].T, logs[references][:, models].T
        values = fit_ridge(features, target, PENALTY).predict(places)
        bands = _bands(jackknife_plus(features, target, places, PENALTY, level), values)
        for model, value, band, extrapolated in zip(models.tolist(), values, bands, outside.tolist(), strict=True):
            if np.log(SHORTEST_S) <= value <= np.log(LONGEST_S):
                found[model] = PredictedLatency(
                    model, float(np.exp(value)), band, len(target), tuple(references.tolist()), extrapolated
                )
    return tuple(found)


def checked_latencies(measured_s: ArrayLike, references_s: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Both tables as arrays in s with NaN for what is missing. Errors as `predict_latencies`."""
    own, others = as_floats(measured_s), as_floats(references_s)
    require(own.ndim == 1 and own.size >= 1, "one latency per model, NaN where it was not measured")
    others = others.reshape(0, own.size) if others.size == 0 else others
    require(others.ndim == 2 and others.shape[1] == own.size, "a row of all models per reference device")
    for table in (own, others):
        present = table[~np.isnan(table)]
        require(bool(((present >= SHORTEST_S) & (present <= LONGEST_S)).all()), "a latency lies in 1e-9..1e9 s")
    return own, others


def _groups(references_s: FloatArray, sampled: BoolArray) -> list[tuple[IndexArray, IndexArray]]:
    """Devices that know all samples, and the models that are known on just these: one fit for each such group."""
    known = ~np.isnan(references_s)
    known &= np.asarray(known[:, sampled].all(axis=1))[:, None]
    groups: dict[tuple[bool, ...], list[int]] = {}
    for model in np.flatnonzero(~sampled & known.any(axis=0)).tolist():
        groups.setdefault(tuple(known[:, model].tolist()), []).append(model)
    return [(np.flatnonzero(devices), np.array(models)) for devices, models in groups.items()]


def _clipped(logs: FloatArray) -> FloatArray:
    present = logs[~np.isnan(logs)]
    if present.size < 4:
        return logs
    low, high = np.quantile(present, [0.25, 0.75]).tolist()
    reach = FENCE * (high - low)
    return np.clip(logs, low - reach, high + reach) if reach else logs


def _outside(references: FloatArray, sampled: BoolArray, models: IndexArray) -> BoolArray:
    samples, wanted = references[:, sampled], references[:, models]
    beyond = (wanted < samples.min(axis=1)[:, None]) | (wanted > samples.max(axis=1)[:, None])
    return np.asarray(beyond.any(axis=0))


def _bands(bounds: tuple[FloatArray, FloatArray] | None, values: FloatArray) -> list[Interval | None]:
    if bounds is None:
        return [None] * len(values)
    # The fit to all samples lies outside the band only where the folds disagree: it is then drawn in.
    low = np.exp(np.minimum(bounds[0], values))
    with np.errstate(over="ignore"):  # an upper bound may be infinite
        high = np.exp(np.maximum(bounds[1], values))
    return [Interval(*edges) for edges in zip(low.tolist(), high.tolist(), strict=True)]
