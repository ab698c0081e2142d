"""Efficiency metrics: pure functions of numbers, with their uncertainty. No Django, no I/O; NumPy alone to import."""

from leaderboard.metrics.comparison.algoperf import (
    geometric_mean_speedup,
    held_out_time_s,
    performance_profile,
    performance_ratios,
    profile_area,
    profile_area_on_grid,
    time_to_result_s,
)
from leaderboard.metrics.comparison.chooser import best_under_budget
from leaderboard.metrics.comparison.correlation import spearman
from leaderboard.metrics.comparison.domains import DomainScores, domain_specialization
from leaderboard.metrics.comparison.dps import Dps, DpsComparison, compare_dps, match_references, model_dps, task_dps
from leaderboard.metrics.comparison.duplicates import Duplicate, ProbeOutputs, find_duplicates
from leaderboard.metrics.comparison.inflation import (
    alarm_threshold,
    energy_bound_j,
    inflation_factor,
    job_energy_limit_j,
    output_token_limit,
    wall_time_limit_s,
    worst_case_bound_j,
)
from leaderboard.metrics.comparison.latency_score import latency_aware_score
from leaderboard.metrics.comparison.matched import (
    OperatingCurve,
    iso_cost_difference,
    iso_quality_ratio,
    operating_curve,
)
from leaderboard.metrics.comparison.modality import macro_average, modality_gap
from leaderboard.metrics.comparison.proxy import ProxyCheck, RankInversion, check_proxy
from leaderboard.metrics.comparison.recovery import ItemScores, Recovery, quantization_recovery
from leaderboard.metrics.comparison.stars import energy_stars
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
from leaderboard.metrics.hypervolume import hypervolume, hypervolume_contributions
from leaderboard.metrics.intervals import Z_95, Estimate, Interval, percentile_interval, wilson_interval
from leaderboard.metrics.latency import (
    HISTOGRAM_EDGES_S,
    LatencyHistogram,
    latency_headline,
    latency_percentile,
    minimum_calls,
    repeat_medians_s,
)
from leaderboard.metrics.pareto import (
    Dominators,
    FrontState,
    dominators,
    front_mask,
    front_membership,
    front_states,
    placed_mask,
    step_line,
)
from leaderboard.metrics.prediction.backtest import (
    DeviceBacktest,
    absolute_percentage_errors,
    leave_one_device_out,
    mean_absolute_percentage_error,
)
from leaderboard.metrics.prediction.baselines import best_single_reference, log_linear_prediction, mean_reference_rank
from leaderboard.metrics.prediction.latency import PredictedLatency, predict_latencies
from leaderboard.metrics.quantities import (
    accuracy,
    cold_start_s,
    parameter_count,
    peak,
    per_item,
    throughput_per_s,
)
from leaderboard.metrics.ranking import RankInterval, rank_intervals, tie_bands
from leaderboard.metrics.reasoning.budgets import BudgetWinner, budget_frontier, budgeted_accuracy, parallel_latency_s
from leaderboard.metrics.reasoning.compute_fit import BackTest, ComputeFit, backtest_compute_curve, fit_compute_curve
from leaderboard.metrics.reasoning.least_squares import CurveValue
from leaderboard.metrics.reasoning.scaling import marginal_gain, saturation_samples, scaling_curve
from leaderboard.metrics.reasoning.scaling_fit import Saturation, ScalingFit, fit_scaling, item_covariance
from leaderboard.metrics.reasoning.tokens import (
    DifficultyTokens,
    TokenSaving,
    token_saving,
    tokens_by_difficulty,
    tokens_per_correct,
)
from leaderboard.metrics.registry import METRICS, UnknownMetric, metric
from leaderboard.metrics.resampling import (
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
from leaderboard.metrics.vocabulary import Direction, MetricInputError, MissingReason

__all__ = [
    "HISTOGRAM_EDGES_S",
    "INTERVAL_DRAWS",
    "METRICS",
    "STATUS_WORDS",
    "STORED_DRAWS",
    "Z_95",
    "BackTest",
    "BudgetWinner",
    "ComputeFit",
    "CostTerms",
    "CurveValue",
    "DeviceBacktest",
    "DifficultyTokens",
    "Direction",
    "DomainScores",
    "Dominators",
    "Dps",
    "DpsComparison",
    "Duplicate",
    "Estimate",
    "FrontState",
    "Interval",
    "ItemScores",
    "LatencyHistogram",
    "Metric",
    "MetricInputError",
    "MissingReason",
    "OperatingCurve",
    "PredictedLatency",
    "ProbeOutputs",
    "ProxyCheck",
    "RankInterval",
    "RankInversion",
    "Recovery",
    "Saturation",
    "ScalingFit",
    "Status",
    "TaskFrontier",
    "TokenSaving",
    "UnknownMetric",
    "WorkedExample",
    "absolute_percentage_errors",
    "accuracy",
    "accuracy_draws",
    "alarm_threshold",
    "attempt_cost",
    "backtest_compute_curve",
    "best_single_reference",
    "best_under_budget",
    "budget_frontier",
    "budgeted_accuracy",
    "check_proxy",
    "cold_start_s",
    "compare_dps",
    "cost_of_pass",
    "cost_of_pass_per_problem",
    "delta_method_se",
    "domain_specialization",
    "dominators",
    "energy_bound_j",
    "energy_per_correct_j",
    "energy_stars",
    "essentialness",
    "find_duplicates",
    "fit_compute_curve",
    "fit_scaling",
    "front_mask",
    "front_membership",
    "front_states",
    "frontier_cost_of_pass",
    "geometric_mean_speedup",
    "held_out_time_s",
    "hypervolume",
    "hypervolume_contributions",
    "inflation_factor",
    "integrate_power_j",
    "intelligence_per_joule",
    "intelligence_per_watt",
    "ipj_from_queries",
    "ipw_from_queries",
    "iso_cost_difference",
    "iso_quality_ratio",
    "item_covariance",
    "item_indices",
    "job_energy_limit_j",
    "latency_aware_score",
    "latency_headline",
    "latency_percentile",
    "leave_one_device_out",
    "log_linear_prediction",
    "macro_average",
    "marginal_gain",
    "match_references",
    "mean_absolute_percentage_error",
    "mean_draws",
    "mean_over_repeats_draws",
    "mean_reference_rank",
    "median_over_repeats_draws",
    "metric",
    "minimum_calls",
    "modality_gap",
    "model_dps",
    "net_energy_j",
    "operating_curve",
    "output_token_limit",
    "parallel_latency_s",
    "parameter_count",
    "peak",
    "per_item",
    "percentile_interval",
    "performance_profile",
    "performance_ratios",
    "placed_mask",
    "predict_latencies",
    "profile_area",
    "profile_area_on_grid",
    "quantization_recovery",
    "rank_intervals",
    "ratio_of_means_draws",
    "repeat_medians_s",
    "saturation_samples",
    "scaling_curve",
    "spearman",
    "stable_seed",
    "step_line",
    "task_dps",
    "throughput_per_s",
    "tie_bands",
    "time_mean_power_w",
    "time_to_result_s",
    "token_cost_usd",
    "token_saving",
    "tokens_by_difficulty",
    "tokens_per_correct",
    "wall_time_limit_s",
    "wilson_interval",
    "worst_case_bound_j",
]
