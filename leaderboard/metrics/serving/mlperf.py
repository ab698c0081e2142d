"""What MLPerf Inference allows and asks beside its runs (`inference_rules.adoc`; arXiv 1911.02549)."""

from math import inf

from leaderboard.metrics.vocabulary import as_finite, require

MLPERF_QUALITY_SHARES = (0.99, 0.999)
"""Shares of the reference's score that a closed submission reaches: the usual gate, and that of high accuracy."""

MULTISTREAM_SAMPLES = 8


def mlperf_inferred_multistream_s(single_stream_p99_s: float) -> float:
    """MultiStream latency in s inferred at the edge: 8 * 99th percentile of SingleStream, for its 8 samples per query.

    Raises MetricInputError for a latency that is not positive and finite, or a result larger than a float holds.
    """
    require(0 < single_stream_p99_s < inf, "a latency is positive and finite")
    return as_finite(MULTISTREAM_SAMPLES * single_stream_p99_s)


def mlperf_inferred_offline_per_s(mean_latency_s: float) -> float:
    """Offline throughput in samples/s inferred at the edge: 1 / mean latency of SingleStream (1000 / that in ms).

    Raises MetricInputError for a latency that is not positive and finite, or a result larger than a float holds.
    """
    require(0 < mean_latency_s < inf, "a latency is positive and finite")
    return as_finite(1 / mean_latency_s)


def mlperf_quality_met(score: float, reference_score: float, share: float = MLPERF_QUALITY_SHARES[0]) -> bool:
    """Whether a score, higher is better, reaches this share of the reference's: score >= share * reference.

    Raises MetricInputError for a negative score, a reference that is not positive, either not finite, or a share
    outside (0, 1].
    """
    require(0 <= score < inf and 0 < reference_score < inf, "a score and a positive reference, both finite")
    require(0 < share <= 1, "a share lies above 0 and not above 1")
    return score >= share * reference_score
