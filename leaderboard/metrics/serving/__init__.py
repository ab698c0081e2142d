"""What a user of a service feels: how long answers take, and at what rate they still come in time."""

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

__all__ = [
    "DISTSERVE_SLOS",
    "HISTOGRAM_EDGES_S",
    "MLPERF_EARLY_STOPPING_CONFIDENCE",
    "MLPERF_INTERACTIVE_SLOS",
    "MLPERF_QUALITY_SHARES",
    "MLPERF_SERVER_SLOS",
    "Goodput",
    "LatencyHistogram",
    "RuntimeProfile",
    "ServiceObjectives",
    "Stage",
    "StageBreakdown",
    "StreamedRequest",
    "degradation_slope",
    "denoised_image_runtime_s",
    "device_seconds",
    "device_seconds_energy_j",
    "device_seconds_usd",
    "estimated_runtime_s",
    "fit_runtime_profile",
    "gap_percentile",
    "generated_tokens",
    "goodput",
    "hit_rate",
    "inter_chunk_gaps_s",
    "inter_token_gaps_s",
    "latency_headline",
    "latency_percentile",
    "mean_estimated_runtime_s",
    "meets_objectives",
    "minimum_calls",
    "mlperf_early_stopping_estimate",
    "mlperf_early_stopping_met",
    "mlperf_early_stopping_queries",
    "mlperf_inferred_multistream_s",
    "mlperf_inferred_offline_per_s",
    "mlperf_quality_met",
    "needed_scale",
    "offline_denoised_runtime_s",
    "output_tokens_per_s",
    "repeat_medians_s",
    "runtime_over_idealized",
    "slo_attainment",
    "stage_breakdown",
    "throughput_overhead_share",
    "tightest_slo_scale",
    "time_per_output_token_s",
    "time_to_first_token_s",
]
