"""How much of its base model's score a quantised model keeps (arXiv 2411.02355), with a verdict about noise."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Literal

import numpy as np

from leaderboard.metrics.statistics.intervals import Interval, percentile_interval
from leaderboard.metrics.statistics.joint import joint_mean_draws
from leaderboard.metrics.statistics.resampling import INTERVAL_DRAWS, stable_seed
from leaderboard.metrics.statistics.testing import paired_p_value
from leaderboard.metrics.vocabulary import FloatArray, require

RecoveryVerdict = Literal["higher", "lower", "not different"]


@dataclass(frozen=True, slots=True)
class ItemScores:
    """Scores (>= 0) of one model by item. `base_model` names what it was quantised from; the base itself has none."""

    model: str
    scores: Mapping[str, float]
    base_model: str | None = None


@dataclass(frozen=True, slots=True)
class Recovery:
    """Quantised / base mean score (1 = all kept), its interval, and the paired difference that decides the verdict
    together with the exact test's `p_value`.

    `ratio` is `None` where the base scores 0, its interval also where a resample of the base does.
    """

    ratio: float | None
    ratio_interval: Interval | None
    difference: float
    difference_interval: Interval
    p_value: float
    verdict: RecoveryVerdict
    items: int


def quantization_recovery(
    base: ItemScores, quantized: ItemScores, level: float = 0.95, draws: int = INTERVAL_DRAWS
) -> Recovery:
    """Recovery of a quantised model against its own base on the same items.

    Both means are resampled over the same items, so item difficulty cancels. A Perwatt rule: "higher" or
    "lower" when the paired interval of the difference excludes 0 and the exact test agrees (`paired_p_value` at most
    1 - level); else "not different": what noise alone could do, which is not a proof of equality. Raises
    MetricInputError for a model that was not quantised from this base, item sets that differ, fewer than two items, or
    a score that is negative or not finite.
    """
    require(quantized.base_model == base.model, f"{quantized.model} does not name {base.model} as its base")
    require(base.scores.keys() == quantized.scores.keys(), "both models are scored on the same items")
    items = sorted(base.scores)
    require(len(items) >= 2, "an interval needs two items")
    before, after = (np.array([run.scores[item] for item in items], dtype=np.float64) for run in (base, quantized))
    usable = all(bool((np.isfinite(row) & (row >= 0) & (row <= 1e12)).all()) for row in (before, after))
    require(usable, "a score lies in 0..1e12")
    seed = stable_seed("recovery", *items)
    drawn_before, drawn_after = joint_mean_draws(np.stack([before, after]), draws, seed)
    apart = percentile_interval(drawn_after - drawn_before, level) or Interval(-inf, inf)  # never NaN
    kept, interval = _ratio(before, after), percentile_interval(_ratios(drawn_before, drawn_after), level)
    difference = float((after - before).mean())
    verdict: RecoveryVerdict = "not different"
    p_value = paired_p_value(after, before, seed)
    if 0.0 not in apart and p_value <= 1 - level:
        verdict = "higher" if difference > 0 else "lower"
    return Recovery(kept, interval if kept is not None else None, difference, apart, p_value, verdict, len(items))


def _ratio(before: FloatArray, after: FloatArray) -> float | None:
    return float(after.mean() / before.mean()) if before.mean() > 0 else None


def _ratios(before: FloatArray, after: FloatArray) -> FloatArray:
    ratios = np.full(before.shape, np.nan)
    np.divide(after, before, out=ratios, where=before > 0)
    return ratios
