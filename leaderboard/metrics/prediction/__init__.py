"""Latency of a known model on a new device, always marked as predicted, and how good such predictions are."""

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

__all__ = [
    "DeviceBacktest",
    "PredictedLatency",
    "absolute_percentage_errors",
    "best_single_reference",
    "leave_one_device_out",
    "log_linear_prediction",
    "mean_absolute_percentage_error",
    "mean_reference_rank",
    "predict_latencies",
]
