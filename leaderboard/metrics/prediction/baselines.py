"""What a latency predictor has to beat: mean rank, the best single reference, and a log-linear fit to one reference.

Shapes as in `latency`: `references_s` `(devices, models)`, `measured_s` `(models,)`, NaN where nothing was measured.
"""

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.comparison.correlation import mean_ranks, spearman
from leaderboard.metrics.prediction.latency import FEWEST_SAMPLES, checked_latencies
from leaderboard.metrics.vocabulary import FloatArray, as_floats, require

LARGEST_LOG = 200.0


def mean_reference_rank(references_s: ArrayLike) -> FloatArray:
    """Mean rank of each model over the reference devices, scaled to 0..1 on each; needs no sample. NaN: known nowhere.

    It orders models and has no unit. Raises MetricInputError for no model or a latency outside 1e-9..1e9 s.
    """
    table = np.atleast_2d(as_floats(references_s))
    _, others = checked_latencies(np.full(table.shape[1], np.nan), table)
    ranks = np.full(others.shape, np.nan)
    for row, latencies in zip(ranks, others, strict=True):
        known = ~np.isnan(latencies)
        row[known] = mean_ranks(latencies[known]) / max(int(known.sum()), 1)
    known = ~np.isnan(ranks)
    counts = known.sum(axis=0)
    sums = np.where(known, ranks, 0.0).sum(axis=0)
    return np.asarray(np.where(counts > 0, sums / np.maximum(counts, 1), np.nan), dtype=np.float64)


def best_single_reference(measured_s: ArrayLike, references_s: ArrayLike) -> int | None:
    """Reference device with the highest Spearman correlation on the samples (the first of equals).

    `None` where no reference shares three models with the new device. Errors as `predict_latencies`.
    """
    own, others = checked_latencies(measured_s, references_s)
    best: tuple[float, int] | None = None
    for device, latencies in enumerate(others):
        common = ~np.isnan(own) & ~np.isnan(latencies)
        agreement = spearman(own[common], latencies[common]) if common.sum() >= FEWEST_SAMPLES else None
        if agreement is not None and (best is None or agreement > best[0]):
            best = agreement, device
    return None if best is None else best[1]


def log_linear_prediction(measured_s: ArrayLike, proxy: ArrayLike) -> FloatArray | None:
    """Latency in s of all models from log latency = a + b * log proxy, fitted on the measured ones by least squares.

    The proxy `(models,)` is one reference device's latency, or FLOP; NaN where unknown, and so is the prediction; it is
    NaN too where the line leads beyond e^200 s. `None` for fewer than three common models, or where the proxy does not
    vary among them. Raises MetricInputError for lengths that differ or a proxy that is not positive and finite.
    """
    own, _ = checked_latencies(measured_s, [])
    sizes = as_floats(proxy)
    require(sizes.shape == own.shape, "one proxy per model")
    present = sizes[~np.isnan(sizes)]
    require(bool(((present > 0) & (present < np.inf)).all()), "a proxy is positive and finite")
    common = ~np.isnan(own) & ~np.isnan(sizes)
    if int(common.sum()) < FEWEST_SAMPLES:
        return None
    x, y = np.log(sizes), np.log(own[common])
    apart = x[common] - x[common].mean()
    spread = float(apart @ apart)
    if spread < 1e-18:
        return None
    slope = float(apart @ (y - y.mean())) / spread
    logs = y.mean() + slope * (x - x[common].mean())
    logs[~(np.abs(logs) < LARGEST_LOG)] = np.nan
    return np.asarray(np.exp(logs), dtype=np.float64)
