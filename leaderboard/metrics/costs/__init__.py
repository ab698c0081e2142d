"""What answers cost: attempts, cost-of-pass and its frontier, techniques, ownership, carbon and one-off costs."""

from leaderboard.metrics.costs.amortised import (
    amortised_cost,
    break_even_count,
)
from leaderboard.metrics.costs.attempts import (
    CostTerms,
    attempt_cost,
    token_cost_usd,
)
from leaderboard.metrics.costs.carbon import (
    Carbon,
    Growth,
    Hardware,
    carbon_by_year,
    operational_carbon_g,
    return_on_environment,
    task_carbon,
)
from leaderboard.metrics.costs.cost_of_pass import (
    cost_of_pass,
    cost_of_pass_per_problem,
)
from leaderboard.metrics.costs.experts import (
    EXPERT_INDIA_USD,
    EXPERT_USD,
)
from leaderboard.metrics.costs.frontier import (
    FrontierHistory,
    TaskFrontier,
    essentialness,
    family_essentialness,
    frontier_cost_of_pass,
    frontier_gain_usd,
    frontier_history,
    frontier_per_problem,
    relative_gain,
    technique_gain,
)
from leaderboard.metrics.costs.halving import (
    HalvingTime,
    halving_time,
)
from leaderboard.metrics.costs.ownership import (
    OwnedDevice,
    OwnershipTerms,
    mix_cost,
    owned_cost,
    rented_cost,
)
from leaderboard.metrics.costs.placement import (
    Placement,
    cheapest_placement,
)
from leaderboard.metrics.costs.price_history import (
    PriceSteps,
    months_per_factor,
    months_until_factor,
    price_to_reach,
)
from leaderboard.metrics.costs.resampled import (
    cost_of_pass_draws,
    frontier_draws,
)
from leaderboard.metrics.costs.techniques import (
    Vote,
    majority_vote,
    self_refinement_cost_usd,
)

__all__ = [
    "EXPERT_INDIA_USD",
    "EXPERT_USD",
    "Carbon",
    "CostTerms",
    "FrontierHistory",
    "Growth",
    "HalvingTime",
    "Hardware",
    "OwnedDevice",
    "OwnershipTerms",
    "Placement",
    "PriceSteps",
    "TaskFrontier",
    "Vote",
    "amortised_cost",
    "attempt_cost",
    "break_even_count",
    "carbon_by_year",
    "cheapest_placement",
    "cost_of_pass",
    "cost_of_pass_draws",
    "cost_of_pass_per_problem",
    "essentialness",
    "family_essentialness",
    "frontier_cost_of_pass",
    "frontier_draws",
    "frontier_gain_usd",
    "frontier_history",
    "frontier_per_problem",
    "halving_time",
    "majority_vote",
    "mix_cost",
    "months_per_factor",
    "months_until_factor",
    "operational_carbon_g",
    "owned_cost",
    "price_to_reach",
    "relative_gain",
    "rented_cost",
    "return_on_environment",
    "self_refinement_cost_usd",
    "task_carbon",
    "technique_gain",
    "token_cost_usd",
]
