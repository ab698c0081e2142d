"""Systems beside each other: scores relative to a field, matched comparisons, proxies, limits and duplicates."""

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

__all__ = [
    "DomainScores",
    "Dps",
    "DpsComparison",
    "Duplicate",
    "ItemScores",
    "OperatingCurve",
    "ProbeOutputs",
    "ProxyCheck",
    "RankInversion",
    "Recovery",
    "alarm_threshold",
    "best_under_budget",
    "check_proxy",
    "compare_dps",
    "domain_specialization",
    "energy_bound_j",
    "energy_stars",
    "find_duplicates",
    "geometric_mean_speedup",
    "held_out_time_s",
    "inflation_factor",
    "iso_cost_difference",
    "iso_quality_ratio",
    "job_energy_limit_j",
    "latency_aware_score",
    "macro_average",
    "match_references",
    "modality_gap",
    "model_dps",
    "operating_curve",
    "output_token_limit",
    "performance_profile",
    "performance_ratios",
    "profile_area",
    "profile_area_on_grid",
    "quantization_recovery",
    "spearman",
    "task_dps",
    "time_to_result_s",
    "wall_time_limit_s",
    "worst_case_bound_j",
]
