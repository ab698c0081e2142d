"""Differential performance score of code: the level of reference that it matches (arXiv 2408.06450, EvalPerf)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import FloatArray, as_floats, require

MINIMUM_CORRECT = 10
"""Correct samples that a task needs to be evaluated (of 100)."""

MAXIMUM_PROFILED = 20


@dataclass(frozen=True, slots=True)
class Dps:
    """Score and normalised score, both in 0..100, and what they are a mean over (samples of a task, or tasks)."""

    dps: float
    dps_norm: float
    n: int


@dataclass(frozen=True, slots=True)
class DpsComparison:
    """Two models on the tasks that both pass."""

    first: Dps
    second: Dps


def match_references(cost: float, reference_costs: ArrayLike, scores: ArrayLike) -> Dps:
    """Score of one *correct* sample: that of the fastest reference whose cost it does not exceed.

    `cost` is in the references' unit (instructions, or time), the mean of repeats; infinite for a timeout or crash.
    `reference_costs` `(k,)` fall from slow to fast and `scores` `(k,)` rise within 0..100. With j the index of the
    matched reference, DPS = scores[j] and DPS_norm = 100 * (j+1) / k; slower than all: 0. An equal cost matches. Raises
    MetricInputError for no references, costs that do not fall, scores that fall, or a cost that is NaN or <= 0.
    """
    costs, levels = _references(reference_costs, scores)
    require(cost > 0, "a cost is positive, and not NaN")
    matched = int((costs >= cost).sum())
    return Dps(float(levels[matched - 1]) if matched else 0.0, 100.0 * matched / len(costs), 1)


def task_dps(sample_costs: Sequence[float], reference_costs: ArrayLike, scores: ArrayLike) -> Dps | None:
    """Mean over the profiled correct samples of one task: `sample_costs` holds the correct samples alone.

    At most the first 20 are profiled. `None` for fewer than 10 correct samples: the task is not evaluated, and wrong
    solutions have no efficiency. Errors as `match_references`.
    """
    _references(reference_costs, scores)
    if len(sample_costs) < MINIMUM_CORRECT:
        require(all(cost > 0 for cost in sample_costs), "a cost is positive, and not NaN")
        return None
    return _mean([match_references(cost, reference_costs, scores) for cost in sample_costs[:MAXIMUM_PROFILED]])


def model_dps(tasks: Mapping[str, Dps | None]) -> Dps | None:
    """Mean over the evaluated tasks of a model, equally weighted; `None` when none was. Report it beside pass@1."""
    return _mean([task for task in tasks.values() if task is not None])


def compare_dps(first: Mapping[str, Dps | None], second: Mapping[str, Dps | None]) -> DpsComparison | None:
    """Both models on the tasks that both pass, the only fair comparison; `None` when there is no such task."""
    common = [name for name, task in first.items() if task is not None and second.get(name) is not None]
    one, other = (model_dps({name: tasks[name] for name in common}) for tasks in (first, second))
    return None if one is None or other is None else DpsComparison(one, other)


def _mean(scores: Sequence[Dps]) -> Dps | None:
    if not scores:
        return None
    table = np.array([[score.dps, score.dps_norm] for score in scores])
    dps, dps_norm = table.mean(axis=0).tolist()
    return Dps(dps, dps_norm, len(scores))


def _references(reference_costs: ArrayLike, scores: ArrayLike) -> tuple[FloatArray, FloatArray]:
    costs, levels = as_floats(reference_costs), as_floats(scores)
    require(costs.ndim == 1 and costs.shape == levels.shape and costs.size >= 1, "one score per reference")
    falling = bool((costs > 0).all() and (costs < inf).all() and (costs[1:] < costs[:-1]).all())
    require(falling, "reference costs are positive and fall from slow to fast")
    require(bool(((levels >= 0) & (levels <= 100)).all() and (levels[1:] >= levels[:-1]).all()), "scores rise to 100")
    return costs, levels
