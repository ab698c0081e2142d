"""Saturation of test-time scaling (arXiv 2505.20522, TTSPM): what one more sample, or one more round, still brings.

F(N) = F_max * (1 - (1-p)^N), with p the chance that one sample is right (parallel) or that one round turns a wrong
answer into a right one (sequential): the same curve for both. It assumes independent samples and a constant p.
"""

from math import ceil, log, log1p

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import FloatArray, as_floats, require

SMALLEST_GAIN = 1e-9
"""Least gain worth asking about; it keeps the answer below 1e11 samples."""


def scaling_curve(p: ArrayLike, samples: ArrayLike, f_max: float = 1.0) -> FloatArray:
    """F(N) at each of the `(n,)` numbers of samples: accuracy in 0..1, shape `(n,)`.

    `p` is one chance, or `(problems,)` chances: then F is averaged over the problems. The mean of p must not be put in
    instead, it gives more than there is. F is concave in p. Raises MetricInputError for a chance or F_max outside
    0..1, no problems, or a number of samples below 0.
    """
    chances, counts = _chances(p, f_max), as_floats(samples)
    require(counts.ndim == 1 and counts.size >= 1, "one number of samples per point, and at least one point")
    require(bool((np.isfinite(counts) & (counts >= 0)).all()), "a number of samples is finite and not negative")
    missed = (1 - chances[:, None]) ** counts[None, :]
    return np.asarray(f_max * (1 - missed.mean(axis=0)), dtype=np.float64)


def marginal_gain(p: ArrayLike, samples: int, f_max: float = 1.0) -> float:
    """Accuracy that sample N+1 adds to N samples: F_max * p * (1-p)^N, averaged over problems as `scaling_curve`."""
    chances = _chances(p, f_max)
    require(samples >= 0, "a number of samples is not negative")
    return float(f_max * (chances * (1 - chances) ** samples).mean())


def saturation_samples(p: ArrayLike, least_gain: float, f_max: float = 1.0) -> int | None:
    """Smallest N after which one more sample adds no more than `least_gain` (accuracy, in 0..1).

    For one p that is N* = ceil(ln(least_gain / (F_max * p)) / ln(1-p)): 0 where not even the first sample is worth
    it, 1 at p = 1. For `(problems,)` chances it is the N at which the mean gain over problems falls to `least_gain`.
    `None` where no sample ever helps (p or F_max is 0). Derived by algebra; the paper's own notation could not be
    read. Raises MetricInputError for a chance or F_max outside 0..1 or a least gain outside 1e-9..1.
    """
    chances = _chances(p, f_max)
    require(SMALLEST_GAIN <= least_gain <= 1, "the least gain lies between 1e-9 and 1")
    if f_max == 0 or not chances.any():
        return None
    # The gain falls with N for each problem, so where the slowest problem is done the mean is done too.
    low, high = -1, max(_closed_form(float(chance), least_gain, f_max) for chance in chances)
    while marginal_gain(chances, high, f_max) > least_gain:
        high += 1  # rounding of the closed form
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if marginal_gain(chances, middle, f_max) > least_gain else (low, middle)
    return high


def _closed_form(chance: float, least_gain: float, f_max: float) -> int:
    if f_max * chance <= least_gain:
        return 0
    return 1 if chance == 1 else ceil(log(least_gain / (f_max * chance)) / log1p(-chance))


def _chances(p: ArrayLike, f_max: float) -> FloatArray:
    chances = np.atleast_1d(as_floats(p))
    require(chances.ndim == 1 and chances.size >= 1, "one chance, or one per problem")
    require(bool(((chances >= 0) & (chances <= 1)).all()), "a chance lies in 0..1")
    require(0 <= f_max <= 1, "F_max lies in 0..1")
    return chances
