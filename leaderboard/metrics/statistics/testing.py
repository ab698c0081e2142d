"""Tests of a difference between two systems on the same items: exact McNemar, paired permutation, Holm."""

from dataclasses import dataclass
from math import exp, lgamma, log

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.statistics.resampling import INTERVAL_DRAWS, seeded
from leaderboard.metrics.vocabulary import FloatArray, as_floats, require

_SIGN_CELLS = 1_000_000


@dataclass(frozen=True, slots=True)
class McNemar:
    """Items that one system alone answers, and the two-sided exact p-value of their being equally many."""

    first_only: int
    second_only: int
    p_value: float


def mcnemar_exact(first: ArrayLike, second: ArrayLike) -> McNemar:
    """Exact McNemar test of two accuracies on the same items: `(n,)` outcomes 0 or 1, twice.

    p = min(1, 2 * P(X <= min(b, c))), X binomial of b + c trials at 1/2, where b and c are the items that only one of
    the two answers. 1 when they never differ. Source: McNemar 1947. Raises MetricInputError for outcomes that are not
    paired, not 0 or 1, or none.
    """
    one, other = pairs(first, second)
    require(is_binary(one, other), "an outcome is 0 or 1")
    first_only, second_only = int((one > other).sum()), int((one < other).sum())
    n = first_only + second_only
    scale = lgamma(n + 1) - n * log(2)
    terms = (exp(scale - lgamma(k + 1) - lgamma(n - k + 1)) for k in range(min(first_only, second_only) + 1))
    return McNemar(first_only, second_only, 1.0 if first_only == second_only else min(1.0, 2 * sum(terms)))


def paired_p_value(first: ArrayLike, second: ArrayLike, seed: int = 0) -> float:
    """`mcnemar_exact` where every outcome is 0 or 1 (the same test, without random patterns), else `permutation_test`.

    Errors as `permutation_test`.
    """
    one, other = pairs(first, second)
    if is_binary(one, other):
        return mcnemar_exact(one, other).p_value
    return permutation_test(one, other, seed=seed)


def is_binary(first: FloatArray, second: FloatArray) -> bool:
    """Whether every outcome of both is 0 or 1."""
    return bool(np.isin(first, (0, 1)).all() and np.isin(second, (0, 1)).all())


def permutation_test(first: ArrayLike, second: ArrayLike, draws: int = INTERVAL_DRAWS, seed: int = 0) -> float:
    """Two-sided p-value of the mean paired difference when each item's two values may be swapped: `(n,)` twice.

    Share of sign patterns whose mean difference is at least as large as the observed one. All 2^k patterns of the k
    items that differ are counted when they are no more than `draws`; else p = (1 + hits) / (1 + draws) over random
    patterns, which is never 0. 1 when no item differs. Source: Fisher 1935; for benchmarks arXiv 2510.25933. Raises
    MetricInputError for values that are not paired or not finite, none, no draws or a negative seed.
    """
    one, other = pairs(first, second)
    require(draws >= 1, "at least one draw is needed")
    generator = seeded(seed)
    # Halves: the difference of two finite numbers may overflow. Scaled, so may their sum.
    apart = np.abs(one / 2 - other / 2)
    signs = np.where(one > other, 1.0, -1.0)[apart > 0]
    apart = apart[apart > 0]
    if apart.size == 0:
        return 1.0
    apart /= apart.max()
    # Equal sums of other orders differ by rounding; they are as large as the observed one.
    bar = abs(float(signs @ apart)) - 1e-12 * float(apart.sum())
    if 2.0**apart.size <= draws:
        patterns = np.arange(2**apart.size)[:, None] >> np.arange(apart.size) & 1
        return float((np.abs((2.0 * patterns - 1) @ apart) >= bar).mean())
    return (1 + _hits(apart, bar, draws, generator)) / (1 + draws)


def _hits(apart: FloatArray, bar: float, draws: int, generator: np.random.Generator) -> int:
    hits, step = 0, max(1, _SIGN_CELLS // apart.size)
    for start in range(0, draws, step):
        kept = generator.integers(0, 2, size=(min(step, draws - start), apart.size), dtype=np.int8)
        sums = 2 * (kept.astype(np.float64) @ apart) - apart.sum()
        hits += int((np.abs(sums) >= bar).sum())
    return hits


def holm(p_values: ArrayLike) -> FloatArray:
    """Holm's adjusted p-values `(m,)`: the family-wise error of rejecting those below alpha is at most alpha.

    The k-th smallest is multiplied by m - k + 1, made no smaller than the ones before it, and cut at 1. Source: Holm
    1979. Raises MetricInputError unless the p-values are a vector within 0..1; a missing one must be left out, since
    it decides how many comparisons there are.
    """
    raw = as_floats(p_values)
    require(raw.ndim == 1, "p-values are one number per comparison")
    require(bool(((raw >= 0) & (raw <= 1)).all()), "a p-value lies in 0..1")
    order = np.argsort(raw, kind="stable")
    steps = raw[order] * np.arange(len(raw), 0, -1)
    adjusted = np.empty(len(raw))
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0) if len(raw) else steps
    return adjusted


def pairs(first: ArrayLike, second: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Both as vectors. Raises MetricInputError unless they are paired: one finite value each for the same items."""
    one, other = as_floats(first), as_floats(second)
    require(one.ndim == 1 and one.shape == other.shape, f"{one.shape} and {other.shape} values are not pairs")
    require(one.size >= 1, "at least one pair")
    require(bool(np.isfinite(one).all() and np.isfinite(other).all()), "each item has a finite value of both")
    return one, other
