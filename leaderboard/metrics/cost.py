"""Cost of an attempt and cost-of-pass (arXiv 2504.13359 and a rule of our own for one entry)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import FloatArray, require

JOULES_PER_KWH = 3.6e6
SECONDS_PER_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class CostTerms:
    """What one attempt costs, term by term, in USD. `None`: no rate is known, so the term is left out and said so."""

    energy_usd: float | None
    device_usd: float | None
    token_usd: float | None = None

    @property
    def total_usd(self) -> float | None:
        """Sum of the known terms; `None` (`no_price`) when none is known."""
        known = [term for term in (self.energy_usd, self.device_usd, self.token_usd) if term is not None]
        return sum(known) if known else None

    @property
    def included(self) -> tuple[str, ...]:
        """Names of the known terms: a column is named after them."""
        return tuple(name for name in ("energy", "device", "token") if getattr(self, f"{name}_usd") is not None)


@dataclass(frozen=True, slots=True)
class TaskFrontier:
    """Mean over problems of the cheapest cost-of-pass in USD, and the problems nobody solves (it is inf then)."""

    mean_usd: float
    unsolved: tuple[int, ...]


def attempt_cost(
    energy_j: float | None, seconds: float, usd_per_kwh: float, device_usd_per_hour: float | None = None
) -> CostTerms:
    """Cost of a self-hosted attempt: energy_j / 3.6e6 * USD/kWh, and seconds / 3600 * USD/h (a Perwatt rule).

    `energy_j` `None`: not measured, so its term is `None`. Raises MetricInputError for energy <= 0, negative time or
    rates, or anything not finite.
    """
    require(energy_j is None or (np.isfinite(energy_j) and energy_j > 0), "measured energy is positive and finite")
    for amount in (seconds, usd_per_kwh, device_usd_per_hour):
        require(amount is None or (np.isfinite(amount) and amount >= 0), "time and rates are finite, not negative")
    return CostTerms(
        energy_usd=None if energy_j is None else energy_j / JOULES_PER_KWH * usd_per_kwh,
        device_usd=None if device_usd_per_hour is None else seconds * device_usd_per_hour / SECONDS_PER_HOUR,
    )


def token_cost_usd(
    prompt_tokens: ArrayLike, output_tokens: ArrayLike, usd_per_prompt_token: float, usd_per_output_token: float
) -> FloatArray:
    """Cost of each run at token prices, in USD: prompt * price_in + output * price_out."""
    counts = np.asarray(prompt_tokens, dtype=np.float64), np.asarray(output_tokens, dtype=np.float64)
    require(all(bool((count >= 0).all()) for count in counts), "token counts are not negative")
    require(usd_per_prompt_token >= 0 and usd_per_output_token >= 0, "token prices are not negative")
    return np.asarray(counts[0] * usd_per_prompt_token + counts[1] * usd_per_output_token, dtype=np.float64)


@overload
def cost_of_pass(cost_usd: float, accuracy: float) -> float: ...
@overload
def cost_of_pass(cost_usd: FloatArray, accuracy: FloatArray) -> FloatArray: ...
def cost_of_pass(cost_usd: float | FloatArray, accuracy: float | FloatArray) -> float | FloatArray:
    """Cost-of-pass of one entry: mean attempt cost / accuracy over the item set, in USD per correct answer.

    The entry form (a Perwatt rule): infinite only at accuracy 0, also when the attempts were free. The
    published form is `cost_of_pass_per_problem`. Takes two numbers, or two arrays of draws of one shape, where NaN
    stays NaN. Raises MetricInputError for a negative or infinite cost, an accuracy outside 0..1, different shapes, or a
    number that is NaN: a missing cost has no cost-of-pass.
    """
    cost, share = np.asarray(cost_usd, dtype=np.float64), np.asarray(accuracy, dtype=np.float64)
    require(cost.shape == share.shape, f"shapes differ: {cost.shape} and {share.shape}")
    require(not bool(((cost < 0) | np.isinf(cost)).any()), "a cost is finite and not negative")
    require(not bool(((share < 0) | (share > 1)).any()), "accuracy is a fraction in 0..1")
    missing = np.isnan(cost) | np.isnan(share)
    value = np.full(cost.shape, np.inf)
    np.divide(cost, share, out=value, where=share != 0)
    value[missing] = np.nan
    if value.ndim:
        return value
    require(not bool(missing), "cost and accuracy are numbers")
    return float(value)


def cost_of_pass_per_problem(costs_usd: ArrayLike, passes: ArrayLike) -> FloatArray:
    """Mean cost / success rate of each problem, in USD per correct answer.

    v = C / R: means over the runs of a problem first, then the ratio (arXiv 2504.13359, section 2).
    `costs_usd` and `passes` (0 or 1) are `(problems, runs)`; the answer is `(problems,)`, infinite where no run
    passed. All runs are paid for, right or wrong. A deterministic model is infinite on every problem it misses, so this
    form serves frontiers only. Raises MetricInputError for no runs, shapes that differ, a negative
    cost, or NaN: an incomplete run is an error, to be dropped by the caller or not at all.
    """
    cost, passed = np.asarray(costs_usd, dtype=np.float64), np.asarray(passes, dtype=np.float64)
    require(cost.ndim == 2 and cost.shape == passed.shape, "costs and passes are tables (problems, runs) of one shape")
    require(cost.shape[1] >= 1, "a problem has at least one run")
    require(bool((np.isfinite(cost) & (cost >= 0)).all()), "a cost is finite and not negative")
    require(bool(np.isin(passed, (0.0, 1.0)).all()), "a run passes (1) or does not (0)")
    rates = passed.mean(axis=1)
    values = np.full(len(cost), np.inf)
    np.divide(cost.mean(axis=1), rates, out=values, where=rates > 0)
    return values


def frontier_cost_of_pass(values_usd: Sequence[ArrayLike], expert_usd: ArrayLike | None = None) -> TaskFrontier:
    """Mean over problems of the cheapest of the models and, where given, the human expert; in USD.

    `values_usd` holds one `(problems,)` vector of cost-of-pass per model, `expert_usd` one price or one per problem. An
    expert always passes, so the frontier with one is finite, and the frontier of no model is the expert. Without one
    a problem that no model solves makes the mean infinite, and `unsolved` lists it (the published code raises).
    Raises MetricInputError for neither models nor one expert price per problem, lengths that differ, NaN or negatives.
    """
    rows = [np.asarray(values, dtype=np.float64) for values in values_usd]
    if expert_usd is not None:
        expert = np.asarray(expert_usd, dtype=np.float64)
        require(bool(np.isfinite(expert).all()), "an expert's price is finite")
        rows.append(np.broadcast_to(expert, rows[0].shape) if rows and expert.ndim == 0 else expert)
    require(bool(rows) and all(row.ndim == 1 and row.shape == rows[0].shape for row in rows), "one value per problem")
    table = np.stack(rows)
    require(table.size > 0, "at least one problem")
    require(bool((table >= 0).all()), "a cost-of-pass is not negative and not NaN")
    cheapest = table.min(axis=0)
    return TaskFrontier(float(cheapest.mean()), tuple(np.flatnonzero(np.isinf(cheapest)).tolist()))


def essentialness(all_usd: float, without_usd: float) -> float:
    """Share of the counterfactual cost that a family saves: (V(M without g) - V(M)) / V(M without g), in [0, 1).

    Both are task frontiers in USD with the expert kept in (arXiv 2504.13359). Raises MetricInputError unless
    0 < V(M) <= V(M without g) < inf: taking models away never lowers the frontier.
    """
    require(0 < all_usd <= without_usd < np.inf, "a frontier is positive, finite, and not lower with fewer models")
    return (without_usd - all_usd) / without_usd
