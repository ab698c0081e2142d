"""Bootstraps of data with two levels: runs of the same queries, and attempts at the same problem.

A plain bootstrap takes each number for an independent one. Runs share their queries and attempts share their problem,
so it would give intervals that are too narrow. arXiv 2511.07885 runs each query 10 times and arXiv 2504.13359 makes 8
attempts at each problem; how the two levels are resampled is a Perwatt rule.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leaderboard.metrics.statistics.joint import PRODUCT_CELLS, joint_mean_draws, resample_counts
from leaderboard.metrics.statistics.resampling import check_sums, seeded, stable_seed
from leaderboard.metrics.vocabulary import FloatArray, as_floats, require

_GATHER_CELLS = 1_000_000


def run_and_query_draws(values: ArrayLike, draws: int, seed: int) -> FloatArray:
    """Mean of each quantity when runs and queries are both resampled: `(quantities, runs, queries)` -> `(quantities,
    draws)`. Ratios of rows (accuracy over power) are joint bootstraps with the variance between runs in them.

    Runs and queries are crossed: every run has the same queries. So a resample is some runs and some queries, and its
    mean is over all pairs of the two; drawing queries anew for each run would divide their variance by the number of
    runs. Raises MetricInputError unless the table has three dimensions, a run and a query, and finite values.
    """
    table = as_floats(values)
    require(table.ndim == 3 and table.size > 0, "values have a quantity, a run and a query each")
    require(not np.isnan(table).any(), "each query has a value in every run")
    check_sums(table, table[0].size)
    quantities, runs, queries = table.shape
    of_runs = np.concatenate([block.copy() for block in resample_counts(runs, draws, run_seed(seed))]) / runs
    means = np.empty((quantities, draws))
    done = 0
    for counts in resample_counts(queries, draws, seed, PRODUCT_CELLS):
        columns = slice(done, done + len(counts))
        for quantity, each in enumerate(table):
            means[quantity, columns] = np.einsum("dr,rd->d", of_runs[columns], each @ counts.T)
        done += len(counts)
    return np.asarray(means / queries)


def run_seed(seed: int) -> int:
    """Seed of the runs beside that of the queries, so that the two levels are drawn independently."""
    return stable_seed("runs", str(seed))


def cluster_mean_draws(values: ArrayLike, clusters: ArrayLike, draws: int, seed: int) -> FloatArray:
    """Bootstrap over clusters of the mean of cluster means: `values` `(n,)` with their labels `(n,)` -> `(draws,)`.

    The problem is the unit and not the attempt: each problem weighs the same, however many attempts it had. The
    resamples are those of `item_indices` over the clusters, in the order of their sorted labels. Raises
    MetricInputError for values and labels of different length, no values, or infinite ones.
    """
    sample, starts = _by_cluster(values, clusters)
    sizes = np.diff(starts)
    of_clusters = np.add.reduceat(sample, starts[:-1]) / sizes
    return np.asarray(joint_mean_draws(of_clusters[None], draws, seed)[0])


def cluster_and_attempt_draws(values: ArrayLike, clusters: ArrayLike, draws: int, seed: int) -> FloatArray:
    """As `cluster_mean_draws`, with the attempts of each drawn problem resampled too: `(draws,)`.

    Problems, and runs within the problem, as the frontier of cost-of-pass is resampled. With many attempts the second
    level adds little; with few it repeats variance that the first already has, so it is the wider of the two.
    """
    sample, starts = _by_cluster(values, clusters)
    sizes = np.diff(starts)
    require(draws >= 1, "at least one draw is needed")
    generator = seeded(seed)
    n, longest = len(sizes), int(sizes.max())
    means = np.empty(draws)
    step = max(1, _GATHER_CELLS // (n * longest))
    for first in range(0, draws, step):
        chosen = generator.integers(0, n, size=(min(step, draws - first), n))
        size = sizes[chosen][:, :, None]
        attempt = (generator.random((*chosen.shape, longest)) * size).astype(np.int64)
        used = np.arange(longest) < size
        taken = np.where(used, sample[starts[chosen][:, :, None] + attempt], 0.0)
        means[first : first + step] = (taken.sum(axis=2) / size[:, :, 0]).mean(axis=1)
    return means


def _by_cluster(values: ArrayLike, clusters: ArrayLike) -> tuple[FloatArray, NDArray[np.intp]]:
    """Values in the order of their cluster, and where each cluster starts, with the end of the last."""
    sample, labels = as_floats(values), np.asarray(clusters)
    require(sample.ndim == 1 and sample.shape == labels.shape, "each value has the label of its cluster")
    require(sample.size > 0, "at least one value")
    check_sums(sample, sample.size)
    order = np.argsort(labels, kind="stable")
    starts = np.unique(labels[order], return_index=True)[1]
    return sample[order], np.append(starts, len(sample))
