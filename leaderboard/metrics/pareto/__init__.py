"""Several objectives at once: fronts, layers, volumes, distances between fronts, and the lines that plots draw."""

from leaderboard.metrics.pareto.band import (
    BAND_SHARES,
    front_band,
)
from leaderboard.metrics.pareto.dominators import (
    Dominators,
    dominators,
)
from leaderboard.metrics.pareto.families import (
    FamilyComparison,
    FamilyCurve,
    compare_families,
    family_curve,
)
from leaderboard.metrics.pareto.fronts import (
    front_layers,
    front_mask,
    placed_mask,
)
from leaderboard.metrics.pareto.hypervolume import (
    hypervolume,
    hypervolume_contributions,
)
from leaderboard.metrics.pareto.indicators import (
    epsilon_additive,
    epsilon_multiplicative,
    igd_plus,
)
from leaderboard.metrics.pareto.line import (
    step_line,
)
from leaderboard.metrics.pareto.membership import (
    FrontState,
    front_membership,
    front_states,
)

__all__ = [
    "BAND_SHARES",
    "Dominators",
    "FamilyComparison",
    "FamilyCurve",
    "FrontState",
    "compare_families",
    "dominators",
    "epsilon_additive",
    "epsilon_multiplicative",
    "family_curve",
    "front_band",
    "front_layers",
    "front_mask",
    "front_membership",
    "front_states",
    "hypervolume",
    "hypervolume_contributions",
    "igd_plus",
    "placed_mask",
    "step_line",
]
