"""Printed numbers of energy: metrics.md, sections 0 and 14."""

from leaderboard.metrics import (
    SteadyState,
    integrate_power_j,
    ml_energy_steady_state,
    mlperf_energy_per_query_mj,
    mlperf_mean_power_w,
    mlperf_offline_samples_per_j,
    mlperf_stream_samples_per_j,
    mlperf_tiny_energy_j,
    time_mean_power_w,
)
from tests.metrics.published.row import Row
from tests.metrics.recordings import untether_wall_log

TIMES_S, POWER_W = [0.0, 0.05, 0.10, 0.20], [100.0, 200.0, 150.0, 150.0]
POWER = "MLPerf Inference v4.1, "
UNTETHER = f"{POWER}h13_u3_slim ResNet SingleStream"
TINY_AD_UJ = [165.715, 165.646, 165.808, 165.728, 165.858]
ML_ENERGY = "arXiv 2505.06371's leaderboard, Qwen3-8B, GPQA, one B200"
# Printed are the power, the throughput and the mean length of an answer.
B200_W, B200_TOKENS_PER_S, B200_TOKENS = 293.91033781, 251.01215982, 8289.8687


def _untether_mean_w() -> float | None:
    log = untether_wall_log()
    return mlperf_mean_power_w(log.times_s, log.power_w, log.begin_s, log.end_s)


def _untether_mj() -> float | None:
    mean_w, log = _untether_mean_w(), untether_wall_log()
    return mlperf_energy_per_query_mj(mean_w, 600, log.queries)


def _b200() -> SteadyState:
    seconds = 1e6  # so long that a whole number of tokens has all the digits of the throughput
    return ml_energy_steady_state(B200_W * seconds, round(B200_TOKENS_PER_S * seconds), seconds)


PUBLISHED = (
    Row("energy_j", "worked example: trapezoid", 31.25, lambda: integrate_power_j(TIMES_S, POWER_W), 1e-14),
    Row("mean_power_w", "worked example: over time", 156.25, lambda: time_mean_power_w(TIMES_S, POWER_W), 1e-14),
    Row("mlperf_mean_power_w", UNTETHER, 231.1185, _untether_mean_w, 1e-15),
    Row("mlperf_energy_per_query_mj", f"{UNTETHER}, from the log", 29.238986918361313, _untether_mj, 1e-16),
    Row(
        "mlperf_energy_per_query_mj",
        f"{UNTETHER}, from the printed mean",
        29.2389869,
        lambda: mlperf_energy_per_query_mj(231.1185, 600, 4_742_678),
        1e-8,
    ),
    Row(
        "mlperf_samples_per_j",
        f"{UNTETHER}: 1000 / mJ",
        1000 / 29.2389869,
        lambda: mlperf_stream_samples_per_j(1, mlperf_energy_per_query_mj(231.1185, 600, 4_742_678)),
        1e-8,
    ),
    Row(
        "mlperf_samples_per_j",
        f"{POWER}h13_u3_slim ResNet MultiStream, worked from its printed mJ per query of eight",
        8 / 0.0613166967,
        lambda: mlperf_stream_samples_per_j(8, 61.3166967),
        1e-12,
    ),
    Row(
        "mlperf_samples_per_j",
        f"{POWER}H200x8 MaxQ 3d-unet-99 Offline",
        0.00903065,
        lambda: mlperf_offline_samples_per_j(41.664, 4613.61938),
        1e-5,
    ),
    Row(
        "mlperf_samples_per_j",
        f"{POWER}h13_u3_slim ResNet Offline",
        423.568,
        lambda: mlperf_offline_samples_per_j(168_720, 398.32998),
        1e-5,
    ),
    Row(
        "mlperf_tiny_energy_j",
        "MLPerf Tiny v1.2, NUCLEO_H7A3ZI_Q, AD",
        165.728e-6,
        lambda: mlperf_tiny_energy_j([window * 1e-6 for window in TINY_AD_UJ]),
        1e-14,
    ),
    Row(
        "ml_energy_per_token_j",
        ML_ENERGY,
        1.17090080,
        lambda: _b200().energy_per_token_j,
        1e-8,
    ),
    Row(
        "ml_energy_per_request_j",
        ML_ENERGY,
        9706.6138,
        lambda: _b200().energy_per_request_j(B200_TOKENS),
        1e-8,
    ),
)
