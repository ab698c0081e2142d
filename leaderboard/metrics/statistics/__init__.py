"""Uncertainty: intervals, seeded resamples, ranks under resampling, comparisons and tests."""

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
from leaderboard.metrics.statistics.drawn import (
    DrawnComparison,
    compare_draws,
    within_limit,
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
from leaderboard.metrics.statistics.region import (
    JointRegion,
    joint_region,
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

__all__ = [
    "INTERVAL_DRAWS",
    "STORED_DRAWS",
    "Z_95",
    "DrawnComparison",
    "Estimate",
    "Interval",
    "JointRegion",
    "McNemar",
    "PairedComparison",
    "RankInterval",
    "Verdict",
    "accuracy_draws",
    "by_item",
    "cluster_and_attempt_draws",
    "cluster_mean_draws",
    "compare_draws",
    "compare_paired",
    "delta_method_se",
    "difference_draws",
    "equivalence_verdict",
    "holm",
    "item_indices",
    "joint_mean_draws",
    "joint_ratio_draws",
    "joint_region",
    "log_ratio_draws",
    "mcnemar_exact",
    "mean_draws",
    "mean_over_repeats_draws",
    "median_over_repeats_draws",
    "paired_effect_size",
    "percentile_interval",
    "permutation_test",
    "rank_intervals",
    "ratio_of_means_draws",
    "run_and_query_draws",
    "stable_seed",
    "tie_bands",
    "wilson_interval",
    "within_limit",
]
