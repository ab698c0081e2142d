"""Efficiency metrics: pure functions of numbers, with their uncertainty. No Django, no I/O; NumPy alone to import."""

from leaderboard.metrics.cost import (
    CostTerms,
    TaskFrontier,
    attempt_cost,
    cost_of_pass,
    cost_of_pass_per_problem,
    essentialness,
    frontier_cost_of_pass,
    token_cost_usd,
)
from leaderboard.metrics.definition import STATUS_WORDS, Metric, Status, WorkedExample
from leaderboard.metrics.efficiency import (
    energy_per_correct_j,
    intelligence_per_joule,
    intelligence_per_watt,
    ipj_from_queries,
    ipw_from_queries,
)
from leaderboard.metrics.energy import integrate_power_j, net_energy_j, time_mean_power_w
from leaderboard.metrics.latency import (
    HISTOGRAM_EDGES_S,
    LatencyHistogram,
    latency_headline,
    latency_percentile,
    minimum_calls,
    repeat_medians_s,
)
from leaderboard.metrics.pareto.dominators import Dominators, dominators
from leaderboard.metrics.pareto.families import FamilyComparison, FamilyCurve, compare_families, family_curve
from leaderboard.metrics.pareto.fronts import front_layers, front_mask, placed_mask
from leaderboard.metrics.pareto.hypervolume import hypervolume, hypervolume_contributions
from leaderboard.metrics.pareto.indicators import epsilon_additive, epsilon_multiplicative, igd_plus
from leaderboard.metrics.pareto.line import step_line
from leaderboard.metrics.pareto.membership import FrontState, front_membership, front_states
from leaderboard.metrics.quantities import (
    accuracy,
    cold_start_s,
    parameter_count,
    peak,
    per_item,
    throughput_per_s,
)
from leaderboard.metrics.registry import METRICS, UnknownMetric, metric
from leaderboard.metrics.statistics.comparison import (
    PairedComparison,
    Verdict,
    by_item,
    compare_paired,
    difference_draws,
    equivalence_verdict,
    log_ratio_draws,
    paired_effect_size,
)
from leaderboard.metrics.statistics.hierarchy import (
    cluster_and_attempt_draws,
    cluster_mean_draws,
    run_and_query_draws,
)
from leaderboard.metrics.statistics.intervals import Z_95, Estimate, Interval, percentile_interval, wilson_interval
from leaderboard.metrics.statistics.joint import joint_mean_draws, joint_ratio_draws
from leaderboard.metrics.statistics.ranking import RankInterval, rank_intervals, tie_bands
from leaderboard.metrics.statistics.resampling import (
    INTERVAL_DRAWS,
    STORED_DRAWS,
    accuracy_draws,
    delta_method_se,
    item_indices,
    mean_draws,
    mean_over_repeats_draws,
    median_over_repeats_draws,
    ratio_of_means_draws,
    stable_seed,
)
from leaderboard.metrics.statistics.testing import McNemar, holm, mcnemar_exact, permutation_test
from leaderboard.metrics.vocabulary import Direction, MetricInputError, MissingReason

__all__ = [
    "HISTOGRAM_EDGES_S",
    "INTERVAL_DRAWS",
    "METRICS",
    "STATUS_WORDS",
    "STORED_DRAWS",
    "Z_95",
    "CostTerms",
    "Direction",
    "Dominators",
    "Estimate",
    "FamilyComparison",
    "FamilyCurve",
    "FrontState",
    "Interval",
    "LatencyHistogram",
    "McNemar",
    "Metric",
    "MetricInputError",
    "MissingReason",
    "PairedComparison",
    "RankInterval",
    "Status",
    "TaskFrontier",
    "UnknownMetric",
    "Verdict",
    "WorkedExample",
    "accuracy",
    "accuracy_draws",
    "attempt_cost",
    "by_item",
    "cluster_and_attempt_draws",
    "cluster_mean_draws",
    "cold_start_s",
    "compare_families",
    "compare_paired",
    "cost_of_pass",
    "cost_of_pass_per_problem",
    "delta_method_se",
    "difference_draws",
    "dominators",
    "energy_per_correct_j",
    "epsilon_additive",
    "epsilon_multiplicative",
    "equivalence_verdict",
    "essentialness",
    "family_curve",
    "front_layers",
    "front_mask",
    "front_membership",
    "front_states",
    "frontier_cost_of_pass",
    "holm",
    "hypervolume",
    "hypervolume_contributions",
    "igd_plus",
    "integrate_power_j",
    "intelligence_per_joule",
    "intelligence_per_watt",
    "ipj_from_queries",
    "ipw_from_queries",
    "item_indices",
    "joint_mean_draws",
    "joint_ratio_draws",
    "latency_headline",
    "latency_percentile",
    "log_ratio_draws",
    "mcnemar_exact",
    "mean_draws",
    "mean_over_repeats_draws",
    "median_over_repeats_draws",
    "metric",
    "minimum_calls",
    "net_energy_j",
    "paired_effect_size",
    "parameter_count",
    "peak",
    "per_item",
    "percentile_interval",
    "permutation_test",
    "placed_mask",
    "rank_intervals",
    "ratio_of_means_draws",
    "repeat_medians_s",
    "run_and_query_draws",
    "stable_seed",
    "step_line",
    "throughput_per_s",
    "tie_bands",
    "time_mean_power_w",
    "token_cost_usd",
    "wilson_interval",
]
