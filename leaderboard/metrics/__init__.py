"""Efficiency metrics: pure functions of numbers, with their uncertainty. No Django, no I/O; NumPy alone to import.

Fits, Student and F quantiles, fronts of three and more objectives, hypervolumes and indicators import SciPy or moocore
when they are called, and raise ImportError where those are not installed: `pip install "perwatt[metrics]"`.
"""

from leaderboard.metrics.comparison.algoperf import (
    geometric_mean_speedup,
    held_out_time_s,
    performance_profile,
    performance_ratios,
    profile_area,
    profile_area_on_grid,
    time_to_result_s,
)
from leaderboard.metrics.comparison.chooser import (
    best_under_budget,
)
from leaderboard.metrics.comparison.correlation import (
    spearman,
)
from leaderboard.metrics.comparison.domains import (
    DomainScores,
    domain_specialization,
)
from leaderboard.metrics.comparison.dps import (
    Dps,
    DpsComparison,
    compare_dps,
    match_references,
    model_dps,
    task_dps,
)
from leaderboard.metrics.comparison.duplicates import (
    Duplicate,
    ProbeOutputs,
    find_duplicates,
)
from leaderboard.metrics.comparison.inflation import (
    alarm_threshold,
    energy_bound_j,
    inflation_factor,
    job_energy_limit_j,
    output_token_limit,
    wall_time_limit_s,
    worst_case_bound_j,
)
from leaderboard.metrics.comparison.latency_score import (
    latency_aware_score,
)
from leaderboard.metrics.comparison.matched import (
    OperatingCurve,
    iso_cost_difference,
    iso_quality_ratio,
    operating_curve,
)
from leaderboard.metrics.comparison.modality import (
    macro_average,
    modality_gap,
)
from leaderboard.metrics.comparison.proxy import (
    ProxyCheck,
    RankInversion,
    check_proxy,
)
from leaderboard.metrics.comparison.recovery import (
    ItemScores,
    Recovery,
    quantization_recovery,
)
from leaderboard.metrics.comparison.stars import (
    energy_stars,
)
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
from leaderboard.metrics.coverage import (
    best_of_coverage,
    difficulty_levels,
    expected_router_saving,
    oracle_routes,
    query_coverage,
    saving_of_routes,
)
from leaderboard.metrics.definition import (
    STATUS_WORDS,
    Metric,
    Status,
    WorkedExample,
)
from leaderboard.metrics.efficiency import (
    GainParts,
    energy_per_correct_j,
    gain_parts,
    intelligence_per_joule,
    intelligence_per_watt,
    ipj_from_queries,
    ipw_from_queries,
    perplexity_per_joule,
    perplexity_per_watt,
    ppj_from_queries,
    ppw_from_queries,
)
from leaderboard.metrics.energy.counters import (
    Agreement,
    CountedEnergy,
    counter_agreement,
    counter_energy_j,
    counter_steps_j,
)
from leaderboard.metrics.energy.idle import (
    GrossAndNet,
    IdleBaseline,
    gross_and_net,
    idle_baseline,
    net_energy_j,
)
from leaderboard.metrics.energy.ml_energy import (
    SteadyState,
    SteadyWindow,
    ml_energy_generation_energy_j,
    ml_energy_steady_state,
    steady_tokens,
    steady_window,
)
from leaderboard.metrics.energy.mlperf import (
    mlperf_energy_per_query_mj,
    mlperf_mean_power_w,
    mlperf_offline_samples_per_j,
    mlperf_stream_samples_per_j,
    mlperf_tiny_energy_j,
    mlperf_tiny_window_j,
)
from leaderboard.metrics.energy.sampling import (
    UnderSampling,
    under_sampling,
)
from leaderboard.metrics.energy.tokens import (
    decode_energy_per_token_j,
)
from leaderboard.metrics.energy.traces import (
    Gap,
    integrate_power_j,
    sampling_gaps,
    time_mean_power_w,
    window_energy_j,
    window_mean_power_w,
)
from leaderboard.metrics.energy.windows import (
    QueryEnergy,
    query_energies,
)
from leaderboard.metrics.hardware.capacity import (
    CacheShape,
    Usability,
    concurrent_users,
    context_switch_least_s,
    decode_token_least_s,
    kv_cache_bytes,
    prefill_least_s,
    usability,
)
from leaderboard.metrics.hardware.efficientllm import (
    average_energy_consumption_w,
    average_latency_s,
    average_memory_bytes,
    average_memory_utilization,
    model_compression_rate,
    peak_compute_utilization,
    throughput_per_parameter,
)
from leaderboard.metrics.hardware.eflops import (
    FLOP_PER_KV_ELEMENT,
    AttentionModel,
    EFlops,
    eflops,
    sparse_eflops,
    trial_coverage,
)
from leaderboard.metrics.hardware.launches import (
    LaunchTransition,
    launch_queue_time_s,
    launch_transition,
)
from leaderboard.metrics.hardware.limits import (
    HardwareLimit,
    hardware_limit,
    predictor_accuracy,
    share_of_hardware_limit,
)
from leaderboard.metrics.hardware.power import (
    PowerProfile,
    power_headroom,
    power_percentile_w,
    power_profile,
    servers_within_budget,
)
from leaderboard.metrics.hardware.roofline import (
    MACHINES,
    Machine,
    RooflinePoint,
    Work,
    attention_decode,
    linear_layer,
    network_least_s,
    roofline_point,
    share_of_roofline,
)
from leaderboard.metrics.hardware.scaling import (
    strong_scaling_efficiency,
    throughput_scaling_efficiency,
    weak_scaling_efficiency,
)
from leaderboard.metrics.hardware.utilization import (
    Kernel,
    Share,
    Waterline,
    computational_efficiency,
    efficiency_gap,
    ideal_latency_s,
    layer_times_agree,
    memory_bandwidth_utilization,
    model_flop_utilization,
    waterline,
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
from leaderboard.metrics.prediction.backtest import (
    DeviceBacktest,
    absolute_percentage_errors,
    leave_one_device_out,
    mean_absolute_percentage_error,
)
from leaderboard.metrics.prediction.baselines import (
    best_single_reference,
    log_linear_prediction,
    mean_reference_rank,
)
from leaderboard.metrics.prediction.latency import (
    PredictedLatency,
    predict_latencies,
)
from leaderboard.metrics.quantities import (
    accuracy,
    cold_start_s,
    parameter_count,
    peak,
    per_item,
    throughput_per_s,
)
from leaderboard.metrics.reasoning.budgets import (
    BudgetWinner,
    budget_frontier,
    budgeted_accuracy,
    parallel_latency_s,
)
from leaderboard.metrics.reasoning.compute_fit import (
    BackTest,
    ComputeFit,
    backtest_compute_curve,
    fit_compute_curve,
)
from leaderboard.metrics.reasoning.least_squares import (
    CurveValue,
)
from leaderboard.metrics.reasoning.scaling import (
    marginal_gain,
    saturation_samples,
    scaling_curve,
)
from leaderboard.metrics.reasoning.scaling_fit import (
    Saturation,
    ScalingFit,
    fit_scaling,
    item_covariance,
)
from leaderboard.metrics.reasoning.tokens import (
    DifficultyTokens,
    TokenSaving,
    token_saving,
    tokens_by_difficulty,
    tokens_per_correct,
)
from leaderboard.metrics.registry import (
    METRICS,
    UnknownMetric,
    metric,
)
from leaderboard.metrics.serving.contention import (
    degradation_slope,
    hit_rate,
)
from leaderboard.metrics.serving.early_stopping import (
    MLPERF_EARLY_STOPPING_CONFIDENCE,
    mlperf_early_stopping_estimate,
    mlperf_early_stopping_met,
    mlperf_early_stopping_queries,
)
from leaderboard.metrics.serving.goodput import (
    Goodput,
    ServiceObjectives,
    goodput,
    meets_objectives,
    needed_scale,
    slo_attainment,
    tightest_slo_scale,
)
from leaderboard.metrics.serving.idealized import (
    RuntimeProfile,
    denoised_image_runtime_s,
    device_seconds,
    device_seconds_energy_j,
    device_seconds_usd,
    estimated_runtime_s,
    fit_runtime_profile,
    generated_tokens,
    mean_estimated_runtime_s,
    offline_denoised_runtime_s,
    runtime_over_idealized,
)
from leaderboard.metrics.serving.latency import (
    HISTOGRAM_EDGES_S,
    LatencyHistogram,
    latency_headline,
    latency_percentile,
    minimum_calls,
    repeat_medians_s,
)
from leaderboard.metrics.serving.mlperf import (
    MLPERF_QUALITY_SHARES,
    mlperf_inferred_multistream_s,
    mlperf_inferred_offline_per_s,
    mlperf_quality_met,
)
from leaderboard.metrics.serving.slos import (
    DISTSERVE_SLOS,
    MLPERF_INTERACTIVE_SLOS,
    MLPERF_SERVER_SLOS,
)
from leaderboard.metrics.serving.stages import (
    Stage,
    StageBreakdown,
    stage_breakdown,
    throughput_overhead_share,
)
from leaderboard.metrics.serving.streaming import (
    StreamedRequest,
    gap_percentile,
    inter_chunk_gaps_s,
    inter_token_gaps_s,
    output_tokens_per_s,
    time_per_output_token_s,
    time_to_first_token_s,
)
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
from leaderboard.metrics.statistics.intervals import (
    Z_95,
    Estimate,
    Interval,
    percentile_interval,
    wilson_interval,
)
from leaderboard.metrics.statistics.joint import (
    joint_mean_draws,
    joint_ratio_draws,
)
from leaderboard.metrics.statistics.ranking import (
    RankInterval,
    rank_intervals,
    tie_bands,
)
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
from leaderboard.metrics.statistics.testing import (
    McNemar,
    holm,
    mcnemar_exact,
    permutation_test,
)
from leaderboard.metrics.vocabulary import (
    Direction,
    MetricInputError,
    MissingReason,
)

__all__ = [
    "DISTSERVE_SLOS",
    "EXPERT_INDIA_USD",
    "EXPERT_USD",
    "FLOP_PER_KV_ELEMENT",
    "HISTOGRAM_EDGES_S",
    "INTERVAL_DRAWS",
    "MACHINES",
    "METRICS",
    "MLPERF_EARLY_STOPPING_CONFIDENCE",
    "MLPERF_INTERACTIVE_SLOS",
    "MLPERF_QUALITY_SHARES",
    "MLPERF_SERVER_SLOS",
    "STATUS_WORDS",
    "STORED_DRAWS",
    "Z_95",
    "Agreement",
    "AttentionModel",
    "BackTest",
    "BudgetWinner",
    "CacheShape",
    "Carbon",
    "ComputeFit",
    "CostTerms",
    "CountedEnergy",
    "CurveValue",
    "DeviceBacktest",
    "DifficultyTokens",
    "Direction",
    "DomainScores",
    "Dominators",
    "Dps",
    "DpsComparison",
    "Duplicate",
    "EFlops",
    "Estimate",
    "FamilyComparison",
    "FamilyCurve",
    "FrontState",
    "FrontierHistory",
    "GainParts",
    "Gap",
    "Goodput",
    "GrossAndNet",
    "Growth",
    "HalvingTime",
    "Hardware",
    "HardwareLimit",
    "IdleBaseline",
    "Interval",
    "ItemScores",
    "Kernel",
    "LatencyHistogram",
    "LaunchTransition",
    "Machine",
    "McNemar",
    "Metric",
    "MetricInputError",
    "MissingReason",
    "OperatingCurve",
    "OwnedDevice",
    "OwnershipTerms",
    "PairedComparison",
    "Placement",
    "PowerProfile",
    "PredictedLatency",
    "PriceSteps",
    "ProbeOutputs",
    "ProxyCheck",
    "QueryEnergy",
    "RankInterval",
    "RankInversion",
    "Recovery",
    "RooflinePoint",
    "RuntimeProfile",
    "Saturation",
    "ScalingFit",
    "ServiceObjectives",
    "Share",
    "Stage",
    "StageBreakdown",
    "Status",
    "SteadyState",
    "SteadyWindow",
    "StreamedRequest",
    "TaskFrontier",
    "TokenSaving",
    "UnderSampling",
    "UnknownMetric",
    "Usability",
    "Verdict",
    "Vote",
    "Waterline",
    "Work",
    "WorkedExample",
    "absolute_percentage_errors",
    "accuracy",
    "accuracy_draws",
    "alarm_threshold",
    "amortised_cost",
    "attempt_cost",
    "attention_decode",
    "average_energy_consumption_w",
    "average_latency_s",
    "average_memory_bytes",
    "average_memory_utilization",
    "backtest_compute_curve",
    "best_of_coverage",
    "best_single_reference",
    "best_under_budget",
    "break_even_count",
    "budget_frontier",
    "budgeted_accuracy",
    "by_item",
    "carbon_by_year",
    "cheapest_placement",
    "check_proxy",
    "cluster_and_attempt_draws",
    "cluster_mean_draws",
    "cold_start_s",
    "compare_dps",
    "compare_families",
    "compare_paired",
    "computational_efficiency",
    "concurrent_users",
    "context_switch_least_s",
    "cost_of_pass",
    "cost_of_pass_draws",
    "cost_of_pass_per_problem",
    "counter_agreement",
    "counter_energy_j",
    "counter_steps_j",
    "decode_energy_per_token_j",
    "decode_token_least_s",
    "degradation_slope",
    "delta_method_se",
    "denoised_image_runtime_s",
    "device_seconds",
    "device_seconds_energy_j",
    "device_seconds_usd",
    "difference_draws",
    "difficulty_levels",
    "domain_specialization",
    "dominators",
    "efficiency_gap",
    "eflops",
    "energy_bound_j",
    "energy_per_correct_j",
    "energy_stars",
    "epsilon_additive",
    "epsilon_multiplicative",
    "equivalence_verdict",
    "essentialness",
    "estimated_runtime_s",
    "expected_router_saving",
    "family_curve",
    "family_essentialness",
    "find_duplicates",
    "fit_compute_curve",
    "fit_runtime_profile",
    "fit_scaling",
    "front_layers",
    "front_mask",
    "front_membership",
    "front_states",
    "frontier_cost_of_pass",
    "frontier_draws",
    "frontier_gain_usd",
    "frontier_history",
    "frontier_per_problem",
    "gain_parts",
    "gap_percentile",
    "generated_tokens",
    "geometric_mean_speedup",
    "goodput",
    "gross_and_net",
    "halving_time",
    "hardware_limit",
    "held_out_time_s",
    "hit_rate",
    "holm",
    "hypervolume",
    "hypervolume_contributions",
    "ideal_latency_s",
    "idle_baseline",
    "igd_plus",
    "inflation_factor",
    "integrate_power_j",
    "intelligence_per_joule",
    "intelligence_per_watt",
    "inter_chunk_gaps_s",
    "inter_token_gaps_s",
    "ipj_from_queries",
    "ipw_from_queries",
    "iso_cost_difference",
    "iso_quality_ratio",
    "item_covariance",
    "item_indices",
    "job_energy_limit_j",
    "joint_mean_draws",
    "joint_ratio_draws",
    "kv_cache_bytes",
    "latency_aware_score",
    "latency_headline",
    "latency_percentile",
    "launch_queue_time_s",
    "launch_transition",
    "layer_times_agree",
    "leave_one_device_out",
    "linear_layer",
    "log_linear_prediction",
    "log_ratio_draws",
    "macro_average",
    "majority_vote",
    "marginal_gain",
    "match_references",
    "mcnemar_exact",
    "mean_absolute_percentage_error",
    "mean_draws",
    "mean_estimated_runtime_s",
    "mean_over_repeats_draws",
    "mean_reference_rank",
    "median_over_repeats_draws",
    "meets_objectives",
    "memory_bandwidth_utilization",
    "metric",
    "minimum_calls",
    "mix_cost",
    "ml_energy_generation_energy_j",
    "ml_energy_steady_state",
    "mlperf_early_stopping_estimate",
    "mlperf_early_stopping_met",
    "mlperf_early_stopping_queries",
    "mlperf_energy_per_query_mj",
    "mlperf_inferred_multistream_s",
    "mlperf_inferred_offline_per_s",
    "mlperf_mean_power_w",
    "mlperf_offline_samples_per_j",
    "mlperf_quality_met",
    "mlperf_stream_samples_per_j",
    "mlperf_tiny_energy_j",
    "mlperf_tiny_window_j",
    "modality_gap",
    "model_compression_rate",
    "model_dps",
    "model_flop_utilization",
    "months_per_factor",
    "months_until_factor",
    "needed_scale",
    "net_energy_j",
    "network_least_s",
    "offline_denoised_runtime_s",
    "operating_curve",
    "operational_carbon_g",
    "oracle_routes",
    "output_token_limit",
    "output_tokens_per_s",
    "owned_cost",
    "paired_effect_size",
    "parallel_latency_s",
    "parameter_count",
    "peak",
    "peak_compute_utilization",
    "per_item",
    "percentile_interval",
    "performance_profile",
    "performance_ratios",
    "permutation_test",
    "perplexity_per_joule",
    "perplexity_per_watt",
    "placed_mask",
    "power_headroom",
    "power_percentile_w",
    "power_profile",
    "ppj_from_queries",
    "ppw_from_queries",
    "predict_latencies",
    "predictor_accuracy",
    "prefill_least_s",
    "price_to_reach",
    "profile_area",
    "profile_area_on_grid",
    "quantization_recovery",
    "query_coverage",
    "query_energies",
    "rank_intervals",
    "ratio_of_means_draws",
    "relative_gain",
    "rented_cost",
    "repeat_medians_s",
    "return_on_environment",
    "roofline_point",
    "run_and_query_draws",
    "runtime_over_idealized",
    "sampling_gaps",
    "saturation_samples",
    "saving_of_routes",
    "scaling_curve",
    "self_refinement_cost_usd",
    "servers_within_budget",
    "share_of_hardware_limit",
    "share_of_roofline",
    "slo_attainment",
    "sparse_eflops",
    "spearman",
    "stable_seed",
    "stage_breakdown",
    "steady_tokens",
    "steady_window",
    "step_line",
    "strong_scaling_efficiency",
    "task_carbon",
    "task_dps",
    "technique_gain",
    "throughput_overhead_share",
    "throughput_per_parameter",
    "throughput_per_s",
    "throughput_scaling_efficiency",
    "tie_bands",
    "tightest_slo_scale",
    "time_mean_power_w",
    "time_per_output_token_s",
    "time_to_first_token_s",
    "time_to_result_s",
    "token_cost_usd",
    "token_saving",
    "tokens_by_difficulty",
    "tokens_per_correct",
    "trial_coverage",
    "under_sampling",
    "usability",
    "wall_time_limit_s",
    "waterline",
    "weak_scaling_efficiency",
    "wilson_interval",
    "window_energy_j",
    "window_mean_power_w",
    "worst_case_bound_j",
]
