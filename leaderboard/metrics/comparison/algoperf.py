"""Time to result and performance profiles, as AlgoPerf scores training algorithms (arXiv 2306.07179 and its rules).

Times are in s and infinite where the target was missed. A ratio is a time over the best of its workload, infinite for
a miss, for more than `r_max` times the best, and for all where nobody reaches the target. Scores are relative to the
submitted set: adding a submission can change the others' scores, and their order.
"""

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import FloatArray, as_floats, require

R_MAX = 4.0
GRID_POINTS = 100


def time_to_result_s(times_s: ArrayLike) -> float:
    """Median over studies of the fastest trial: `(studies, trials)` times -> s. A miss (inf) takes part in the median.

    Raises MetricInputError for no trials, or a time that is NaN or <= 0.
    """
    table = _times(times_s)
    fastest = np.sort(table.min(axis=1))
    middle = fastest[(len(fastest) - 1) // 2], fastest[len(fastest) // 2]
    return float(middle[0] / 2 + middle[1] / 2)


def held_out_time_s(base_s: float, variant_s: float) -> float:
    """The base workload's time where its held-out variant reached its target too, infinite (a miss) otherwise."""
    base, variant = _times([[base_s, variant_s]])[0].tolist()
    return base if np.isfinite(variant) else np.inf


def performance_ratios(times_s: ArrayLike, r_max: float = R_MAX) -> FloatArray:
    """Time / best time of the workload, `(submissions, workloads)` -> the same shape; infinite above r_max.

    Errors as `time_to_result_s`, and for r_max <= 1.
    """
    table = _times(times_s)
    require(1 < r_max < np.inf, "the largest ratio is above 1 and finite")
    best = table.min(axis=0)
    ratios = np.full(table.shape, np.inf)
    with np.errstate(over="ignore"):  # a ratio too large for a float is above r_max all the same
        np.divide(table, best, out=ratios, where=np.isfinite(table))
    ratios[ratios > r_max] = np.inf
    return ratios


def performance_profile(ratios: ArrayLike, tau: ArrayLike) -> FloatArray:
    """Share of workloads within tau times the best: `(submissions, workloads)`, `(n,)` -> `(submissions, n)`."""
    table, limits = _ratios(ratios), as_floats(tau)
    require(limits.ndim == 1 and limits.size >= 1 and bool((limits >= 1).all()), "a factor of the best is at least 1")
    return np.asarray((table[:, :, None] <= limits).mean(axis=1), dtype=np.float64)


def profile_area(ratios: ArrayLike, r_max: float = R_MAX) -> FloatArray:
    """AlgoPerf score of each submission, in 0..1: the mean of the profile over tau in 1..r_max, exactly.

    B = 1 / (r_max - 1) * integral of rho = mean over workloads of max(0, (r_max - r) / (r_max - 1)).
    `(submissions, workloads)` -> `(submissions,)`. Raises MetricInputError for no workloads or a ratio below 1 or NaN.
    """
    table = _ratios(ratios)
    require(1 < r_max < np.inf, "the largest ratio is above 1 and finite")
    return np.asarray(np.maximum(0.0, (r_max - table) / (r_max - 1)).mean(axis=1), dtype=np.float64)


def profile_area_on_grid(ratios: ArrayLike, r_max: float = R_MAX, points: int = GRID_POINTS) -> FloatArray:
    """The score as the reference code computes it: the trapezoid rule over equally spaced tau. Close to `profile_area`.

    Use it to reproduce published scores. Errors as `profile_area`, and for fewer than two points.
    """
    require(1 < r_max < np.inf and points >= 2, "a grid from 1 to above 1, of two or more points")
    tau = np.linspace(1.0, r_max, points)
    return np.asarray(np.trapezoid(performance_profile(ratios, tau), tau, axis=1) / (r_max - 1), dtype=np.float64)


def geometric_mean_speedup(reference_s: ArrayLike, times_s: ArrayLike, budget_s: ArrayLike) -> float:
    """Geometric mean over workloads of reference time / time, all `(workloads,)`; a miss counts as its budget + 1 s.

    Raises MetricInputError for no workloads, a table, lengths that differ, times <= 0 or NaN, or a budget that is not
    finite.
    """
    rows = [as_floats(row) for row in (reference_s, times_s, budget_s)]
    require(all(row.ndim == 1 for row in rows), "one number per workload, not a table")
    reference, times, budget = (_times(row[None])[0] for row in rows)
    require(reference.shape == times.shape == budget.shape, "one reference, time and budget per workload")
    require(bool(np.isfinite(budget).all()), "a budget is finite")
    logs = [np.log(np.where(np.isfinite(row), row, budget + 1)) for row in (reference, times)]
    speedup = float(np.exp(min(float((logs[0] - logs[1]).mean()), 709.0)))
    require(np.isfinite(speedup) and speedup > 0, "the speed-up is too large or small for a number")
    return speedup


def _times(times_s: ArrayLike) -> FloatArray:
    table = as_floats(times_s)
    require(table.ndim == 2 and table.size >= 1, "times are a table with at least one cell")
    require(bool((table > 0).all()), "a time is positive, and not NaN")
    return table


def _ratios(ratios: ArrayLike) -> FloatArray:
    table = as_floats(ratios)
    require(table.ndim == 2 and table.size >= 1, "ratios are a table of submissions by workloads")
    require(bool((table >= 1).all()), "a ratio to the best is at least 1, and not NaN")
    return table
