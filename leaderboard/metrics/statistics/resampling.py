"""Seeded resampling: which items or repeats each bootstrap draw contains, and what follows from it.

A draw vector has shape `(draws,)`, and row `d` of every vector that was made from one index matrix belongs to the
same resample. Differences between such vectors are therefore paired, which is what tie bands and front
membership need.

Seeds: items use one seed per item set, so that all entries of a benchmark are resampled on the same items;
repeats use one seed per entry, because the repeats of two entries have nothing in common. `stable_seed` makes both.
"""

from collections.abc import Callable
from hashlib import blake2b
from math import isfinite

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leaderboard.metrics.vocabulary import FloatArray, as_floats, require

INTERVAL_DRAWS = 10_000
"""Resamples behind a stored interval."""

STORED_DRAWS = 500
"""Draws stored with a score, for ranks and fronts: the first rows of the INTERVAL_DRAWS."""

IndexMatrix = NDArray[np.int32]

# Bounds the largest temporary array of a gather at about 40 MB, whatever the item set's size.
_GATHER_CELLS = 5_000_000

_LARGEST_SUM = np.finfo(np.float64).max / 4


def stable_seed(*parts: str) -> int:
    """The same 63-bit seed for the same words on every machine and in every process (`hash` is salted)."""
    digest = blake2b("\x1f".join(parts).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def item_indices(n_items: int, draws: int, seed: int) -> IndexMatrix:
    """Bootstrap resamples of `n_items` items with replacement: `(draws, n_items)` indices.

    Depends on its arguments alone, and fewer draws are the first rows of more draws with the same seed.
    Raises MetricInputError for an empty item set, no draws or a negative seed.
    """
    require(n_items >= 1, "an item set has at least one item")
    require(draws >= 1, "at least one draw is needed")
    return seeded(seed).integers(0, n_items, size=(draws, n_items), dtype=np.int32)


def seeded(seed: int) -> np.random.Generator:
    """The one generator of this package. Raises MetricInputError for a negative seed."""
    require(seed >= 0, f"a seed is not negative: {seed}")
    return np.random.Generator(np.random.PCG64(seed))


def check_sums(values: FloatArray, n: int) -> None:
    """Raises MetricInputError unless the sum of any n of the values, and a difference of two sums, is finite or NaN."""
    largest = float(np.fmax.reduce(np.abs(values), axis=None, initial=0.0))
    require(bool(largest * n < _LARGEST_SUM), "a mean needs finite values with a finite sum")


def accuracy_draws(outcomes: ArrayLike, indices: IndexMatrix) -> FloatArray:
    """Mean outcome of each resample: `outcomes` is `(n_items,)` in 0..1, the answer `(draws,)`.

    Use the matrix of `item_indices` for the benchmark's item set with every entry, so that entries are paired. Raises
    MetricInputError for an outcome outside 0..1, else as `mean_draws`.
    """
    values = as_floats(outcomes)
    require(values.ndim == 1, "outcomes are one number per item")
    require(bool(np.all((values >= 0) & (values <= 1))), "an outcome lies in 0..1")
    return mean_draws(values, indices)


def mean_draws(values: ArrayLike, indices: IndexMatrix) -> FloatArray:
    """Mean of `values` `(n,)` over each row of `indices` `(draws, n)`; NaN where a drawn value is NaN.

    For many entries on the same items `joint_mean_draws` gives the same numbers in a fraction of the time. Raises
    MetricInputError for infinite values, a number of them that does not fit the indices, or indices that are no matrix
    of whole numbers within 0..n-1.
    """
    sample = as_floats(values)
    _check_indices(indices, sample.shape)
    check_sums(sample, sample.size)
    means = np.empty(len(indices))
    step = max(1, _GATHER_CELLS // indices.shape[1])
    for start in range(0, len(indices), step):
        means[start : start + step] = sample[indices[start : start + step]].mean(axis=1)
    return means


def _check_indices(indices: IndexMatrix, shape: tuple[int, ...]) -> None:
    is_matrix = isinstance(indices, np.ndarray) and indices.ndim == 2 and indices.dtype.kind in "iu"
    require(is_matrix, "indices are a matrix of whole numbers, a row per draw, as `item_indices` makes them")
    require(indices.size >= 1 and shape == (indices.shape[1],), f"{shape} values do not fit {indices.shape} indices")
    require(bool(indices.min() >= 0 and indices.max() < shape[0]), f"an index lies in 0..{shape[0] - 1}")


def ratio_of_means_draws(numerator: ArrayLike, denominator: ArrayLike, indices: IndexMatrix) -> FloatArray:
    """Joint bootstrap of mean(numerator) / mean(denominator), `(n,)` twice: both share each resample.

    NaN where a drawn value is missing or mean(denominator) <= 0, infinite beyond the range of a number. Errors as
    `mean_draws`.
    """
    bottom = mean_draws(denominator, indices)
    usable = np.where(bottom > 0, bottom, np.nan)
    with np.errstate(over="ignore"):
        return np.asarray(mean_draws(numerator, indices) / usable, dtype=np.float64)


def delta_method_se(numerator: ArrayLike, denominator: ArrayLike) -> float:
    """Standard error of a ratio of means: sd(a - R*b) / (sqrt(n) * mean(b)), R = mean(a) / mean(b).

    The check beside the joint bootstrap. `sd` is the sample form (divisor n - 1), as in the worked number 0.000450803
    of 100 queries; the bootstrap's own variance has divisor n. Raises MetricInputError for fewer than two pairs, a
    value that is not finite, or mean(b) <= 0.
    """
    top = as_floats(numerator)
    bottom = as_floats(denominator)
    require(top.shape == bottom.shape and top.ndim == 1, "numerator and denominator are pairs")
    require(len(top) >= 2, "a standard error needs two pairs")
    require(not np.isnan(top).any() and not np.isnan(bottom).any(), "a standard error needs whole pairs")
    check_sums(top, len(top))
    check_sums(bottom, len(bottom))
    mean = float(bottom.mean())
    require(mean > 0, "the denominator's mean must be positive")
    with np.errstate(over="ignore", invalid="ignore"):
        residuals = top / mean - top.mean() / mean * (bottom / mean)
        error = float(residuals.std(ddof=1) / np.sqrt(len(top)))
    require(isfinite(error), "an error beyond the range of a number")
    return error


def median_over_repeats_draws(values: ArrayLike, draws: int, seed: int) -> FloatArray:
    """Bootstrap over repeats of the median of per-repeat values: `values` `(repeats,)` -> `(draws,)`.

    The repeat, not the call, is the unit: over calls the interval was 10 to 50 times too narrow. Metrics of one
    entry that use the same seed and number of repeats are resampled together. NaN where a drawn value is missing.
    Raises MetricInputError for no repeats, infinite values, no draws or a negative seed.
    """
    return _repeats(values, draws, seed, np.median)


def mean_over_repeats_draws(values: ArrayLike, draws: int, seed: int) -> FloatArray:
    """As `median_over_repeats_draws`, with the mean: energy and power, where every joule counts."""
    return _repeats(values, draws, seed, np.mean)


def _repeats(values: ArrayLike, draws: int, seed: int, statistic: Callable[..., FloatArray]) -> FloatArray:
    sample = as_floats(values)
    require(sample.ndim == 1 and sample.size >= 1, "one number per repeat, and at least one repeat")
    check_sums(sample, sample.size)
    resamples = sample[item_indices(len(sample), draws, seed)]
    return np.asarray(statistic(resamples, axis=1), dtype=np.float64)
