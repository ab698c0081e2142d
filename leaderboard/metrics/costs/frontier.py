"""The cost-of-pass frontier of a task, and what it owes to a model, a family or a technique (arXiv 2504.13359)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import FloatArray, as_floats, require


@dataclass(frozen=True, slots=True)
class TaskFrontier:
    """Mean over problems of the cheapest cost-of-pass in USD, and the problems nobody solves (it is inf then)."""

    mean_usd: float
    unsolved: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FrontierHistory:
    """The task frontier in USD before any model (the expert alone), and after each release date in order."""

    baseline_usd: float
    released: FloatArray
    mean_usd: FloatArray


def frontier_per_problem(values_usd: Sequence[ArrayLike], expert_usd: ArrayLike | None = None) -> FloatArray:
    """Cheapest cost-of-pass of each problem among the models and, where given, the human expert; `(problems,)`, USD.

    `values_usd` holds one `(problems,)` vector of cost-of-pass per model, `expert_usd` one price or one per problem.
    Infinite where no model solves a problem and there is no expert: an expert always passes.
    Raises MetricInputError for neither models nor one expert price per problem, lengths that differ, NaN or negatives.
    """
    rows = [as_floats(values) for values in values_usd]
    if expert_usd is not None:
        expert = as_floats(expert_usd)
        require(bool(np.isfinite(expert).all()), "an expert's price is finite")
        rows.append(np.broadcast_to(expert, rows[0].shape) if rows and expert.ndim == 0 else expert)
    require(bool(rows) and all(row.ndim == 1 and row.shape == rows[0].shape for row in rows), "one value per problem")
    table = np.stack(rows)
    require(table.size > 0, "at least one problem")
    require(bool((table >= 0).all()), "a cost-of-pass is not negative and not NaN")
    return np.asarray(table.min(axis=0))


def frontier_cost_of_pass(values_usd: Sequence[ArrayLike], expert_usd: ArrayLike | None = None) -> TaskFrontier:
    """Mean over problems of the cheapest of the models and, where given, the human expert; in USD.

    The frontier with an expert is finite, and the frontier of no model is the expert. Without one a problem that no
    model solves makes the mean infinite, and `unsolved` lists it (the published code raises; a Perwatt rule).
    Arguments and errors as `frontier_per_problem`.
    """
    cheapest = frontier_per_problem(values_usd, expert_usd)
    return TaskFrontier(_mean(cheapest), tuple(np.flatnonzero(np.isinf(cheapest)).tolist()))


def frontier_history(values_usd: Sequence[ArrayLike], released: ArrayLike, expert_usd: ArrayLike) -> FrontierHistory:
    """The task frontier with the expert after each release date: never rises. Models of one date come together.

    `released` holds one number per model, such as months since a first date. Other arguments and errors as
    `frontier_per_problem`; also for no models, or dates that are not one finite number each.
    """
    dates = as_floats(released)
    require(dates.shape == (len(values_usd),) and dates.size >= 1, "one release date per model, and at least one model")
    require(bool(np.isfinite(dates).all()), "release dates are finite")
    frontier_per_problem(values_usd, expert_usd)  # refuses what does not fit
    rows = np.asarray([as_floats(values) for values in values_usd])
    expert = np.broadcast_to(as_floats(expert_usd), rows[0].shape)
    order = np.argsort(dates, kind="stable")
    cheapest = np.minimum(np.minimum.accumulate(rows[order], axis=0), expert)
    last_of_date = np.append(dates[order][1:] != dates[order][:-1], True)
    means = np.asarray([_mean(row) for row in cheapest[last_of_date]])
    return FrontierHistory(_mean(expert), dates[order][last_of_date], means)


def frontier_gain_usd(before_usd: ArrayLike, new_usd: ArrayLike) -> FloatArray:
    """What a new model saves on each problem, in USD and never negative: V_p(before) - V_p(before with the model).

    `before_usd` is a frontier per problem and `new_usd` the model's cost-of-pass, both `(problems,)`. Infinite where it
    is the first to solve a problem, 0 where nobody does still. Errors as `frontier_per_problem`.
    """
    after = frontier_per_problem([before_usd, new_usd])
    before = as_floats(before_usd)
    gain = np.zeros(after.shape)
    np.subtract(before, after, out=gain, where=~np.isinf(after))
    return gain


def relative_gain(previous_usd: float, new_usd: float) -> float:
    """Share of a task frontier that a change saves: (V_previous - V_new) / V_previous, in [0, 1].

    Both are means over problems in USD, the expert kept in. Raises MetricInputError unless 0 <= V_new <= V_previous,
    and V_previous is positive and finite.
    """
    require(0 <= new_usd <= previous_usd, "a frontier is not negative, and not higher with more models")
    require(0 < previous_usd < np.inf, "a frontier that a gain is relative to is positive and finite")
    return (previous_usd - new_usd) / previous_usd


def essentialness(all_usd: float, without_usd: float) -> float:
    """Share of the counterfactual cost that a family saves: (V(M without g) - V(M)) / V(M without g), in [0, 1).

    Both are task frontiers in USD with the expert kept in (arXiv 2504.13359). Raises MetricInputError unless
    0 < V(M) <= V(M without g) < inf: taking models away never lowers the frontier.
    """
    require(0 < all_usd <= without_usd < np.inf, "a frontier is positive, finite, and not lower with fewer models")
    return (without_usd - all_usd) / without_usd


def family_essentialness(
    values_usd: Sequence[ArrayLike], families: Sequence[str], family: str, expert_usd: ArrayLike
) -> float:
    """Essentialness of one family among models, from the frontier with all and the one without it, in [0, 1).

    `families` names the family of each model. Without any other model the counterfactual is the expert alone.
    Errors as `frontier_per_problem` and `essentialness`; also for a list of another length or a family of no model.
    """
    require(len(families) == len(values_usd), f"{len(values_usd)} models, {len(families)} families")
    require(family in families, f"no model is of the family {family!r}")
    everything = frontier_per_problem(values_usd, expert_usd)
    others = [values for values, name in zip(values_usd, families, strict=True) if name != family]
    expert = np.broadcast_to(as_floats(expert_usd), everything.shape)
    return essentialness(_mean(everything), _mean(frontier_per_problem(others, expert)))


def technique_gain(base_usd: Sequence[ArrayLike], technique_usd: Sequence[ArrayLike], expert_usd: ArrayLike) -> float:
    """Relative gain of adding the same models under a technique: (V(M) - V(M with technique)) / V(M), in [0, 1].

    `base_usd` are the models without it (in the paper: those that do not reason). A technique may cost more than it
    brings, and then gains 0: the frontier does not use it. Errors as `frontier_per_problem` and `relative_gain`.
    """
    require(len(base_usd) >= 1 and len(technique_usd) >= 1, "at least one model, and one under the technique")
    base = frontier_per_problem(base_usd, expert_usd)
    return relative_gain(_mean(base), _mean(frontier_per_problem([base, *technique_usd])))


def _mean(values: FloatArray) -> float:
    with np.errstate(over="ignore"):
        mean = float(values.mean())
    require(mean < np.inf or bool(np.isinf(values).any()), "the mean is larger than a float holds")
    return mean
