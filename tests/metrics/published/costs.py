"""Printed numbers of cost-of-pass: arXiv 2504.13359 and metrics.md, sections 2.3 and 2.4."""

from collections.abc import Callable
from math import inf

from leaderboard.metrics import (
    EXPERT_USD,
    cost_of_pass,
    cost_of_pass_per_problem,
    family_essentialness,
    frontier_cost_of_pass,
    token_cost_usd,
)
from tests.metrics.published.row import Row

TABLE_1 = "arXiv 2504.13359, Table 1, "
PRICES = "DeepSeek-R1's prices in the repository, eight runs"
OUTPUTS, PASSES = [4000, 3000, 6000, 5000, 4500, 7000, 3500, 4200], [1, 1, 0, 1, 1, 0, 1, 1]
MODELS = {"m1": [0.01, inf, 0.05], "m2": [0.20, 5, 0.30], "m3": [0.02, inf, inf]}


def _costs_usd() -> list[float]:
    return token_cost_usd([500] * 8, OUTPUTS, 3e-6, 7e-6).tolist()


def _mean_cost_usd() -> float:
    return sum(_costs_usd()) / 8


def _v_usd() -> float:
    return float(cost_of_pass_per_problem([_costs_usd()], [PASSES])[0])


def _frontier(*names: str) -> Callable[[], float]:
    return lambda: frontier_cost_of_pass([MODELS[name] for name in names], 20.0).mean_usd


def _essentialness(name: str) -> Callable[[], float]:
    return lambda: family_essentialness(list(MODELS.values()), list(MODELS), name, 20.0)


def _cell(benchmark: str, problems: int, unsolved: int) -> Callable[[], float]:
    """A cell of the table whose model costs next to nothing: the expert solves what no run of the model does."""
    values = [0.0] * (problems - unsolved) + [inf] * unsolved
    return lambda: frontier_cost_of_pass([values], EXPERT_USD[benchmark]).mean_usd


PUBLISHED = (
    Row("attempt_cost_usd", PRICES, 0.03405, _mean_cost_usd),
    Row("cost_of_pass_usd", f"{PRICES}, by problem", 0.0454, _v_usd),
    Row("cost_of_pass_usd", f"{PRICES}, one entry", 0.0454, lambda: cost_of_pass(_mean_cost_usd(), 0.75)),
    Row("cost_of_pass_usd", "methods.md: 0.01 USD at a rate of 0.25", 0.04, lambda: cost_of_pass(0.01, 0.25)),
    Row("frontier_usd", "synthetic: m1", 6.6867, _frontier("m1"), 1e-5),
    Row("frontier_usd", "synthetic: m2", 1.8333, _frontier("m2"), 2e-5),
    Row("frontier_usd", "synthetic: m3", 13.34, _frontier("m3")),
    Row("frontier_usd", "synthetic: all three", 1.68667, _frontier(*MODELS), 3e-6),
    Row("frontier_usd", "synthetic: without m2", 6.68667, _frontier("m1", "m3"), 1e-6),
    Row("essentialness", "synthetic: m2", 0.747757, _essentialness("m2"), 1e-6),
    Row("essentialness", "synthetic: m1", 0.048872, _essentialness("m1"), 1e-5),
    Row("essentialness", "synthetic: m3", 0.0, _essentialness("m3")),
    Row("frontier_usd", f"{TABLE_1}AIME24, Llama-3.1-8B: 23 of 30", 15.33, _cell("AIME2024", 30, 23), 3e-4),
    Row("frontier_usd", "the same before rounding", 15.333, _cell("AIME2024", 30, 23), 3e-5),
)
