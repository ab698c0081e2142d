"""Printed numbers of intelligence per watt: arXiv 2511.07885 and metrics.md, sections 1.3 and 1.7."""

from collections.abc import Callable, Iterator

from leaderboard.metrics import (
    expected_router_saving,
    gain_parts,
    integrate_power_j,
    intelligence_per_joule,
    intelligence_per_watt,
    ipw_from_queries,
)
from tests.metrics.published.row import Row

PAPER = "arXiv 2511.07885, "
# Table 18: accuracy, power (W), latency (s), energy (kJ), IPW (1e-3), IPJ (1e-5).
TABLE_18 = {
    "GAIA MiniMax-M2.5 8xH100": (0.164, 1558, 4.69, 7.31, 0.105, 2.24),
    "GAIA Qwen3-235B 8xH100": (0.055, 1595, 0.74, 1.18, 0.0345, 4.66),  # IPW printed as 0.034, truncated
    "GAIA Qwen3-30B 8xH100": (0.086, 822, 1.22, 1.00, 0.105, 8.60),
    "GAIA MiniMax-M2.5 M4 Max": (0.142, 305, 51.6, 15.74, 0.466, 0.90),
    "GAIA Qwen3-30B M4 Max": (0.064, 245, 13.4, 3.28, 0.261, 1.95),
    "TBv2 MiniMax-M2.5 8xH100": (0.397, 1151, 2.00, 2.30, 0.345, 17.30),
    "TBv2 GPT-OSS-120B 8xH100": (0.304, 1024, 3.01, 3.08, 0.297, 9.87),
    "TBv2 Kimi-K2.5 8xH100": (0.291, 1251, 2.88, 3.60, 0.233, 8.08),
    "TBv2 MiniMax-M2.5 M4 Max": (0.375, 295, 22.3, 6.58, 1.271, 5.70),
    "TBv2 GPT-OSS-120B M4 Max": (0.282, 268, 31.5, 8.44, 1.052, 3.34),
}
# Table 17: accuracy, power (W), latency (s), IPW (1e-3), IPJ (1e-5).
TABLE_17 = {
    "Qwen3-4B FP4 M4 Max": (0.445, 240, 3.5, 1.85, 53.0),
    "Qwen3-4B FP4 RTX 6000 Ada": (0.445, 220, 2.5, 2.02, 80.9),
}
# Table 15, Qwen3-8B on B200: energy of a query (J), IPJ (1e-5). Both imply the accuracy that Table 13 prints.
TABLE_15 = {"6449 J": (6449, 8.92), "548 J": (548, 104.93)}
# Table 2: IPW. It prints no power, so that an IPW of its own cannot be computed, only the gains.
TABLE_2 = {"oldest": 7.92e-4, "middle": 1.80e-3, "newest": 4.18e-3}
# Savings in percent: the oracle's, and those printed of routers of accuracy 0.8 and 0.6.
SAVINGS = {"energy": (80.4, 64.3, 48.4), "compute": (77.3, 61.8, 46.7), "cost": (73.8, 59.0, 44.5)}


def _ipw(accuracy: float, power_w: float) -> Callable[[], float | None]:
    return lambda: intelligence_per_watt(accuracy, power_w)


def _ipj(accuracy: float, energy_j: float) -> Callable[[], float | None]:
    return lambda: intelligence_per_joule(accuracy, energy_j)


def _energy(power_w: float, seconds: float) -> Callable[[], float]:
    return lambda: integrate_power_j([0, seconds], [power_w, power_w])


def _gain(before: str, after: str) -> Callable[[], float]:
    """Model and hardware both changed, so only the whole gain is known."""
    return lambda: gain_parts(TABLE_2[before], TABLE_2[before], TABLE_2[after]).total


def _saving(oracle: float, accuracy: float) -> Callable[[], float]:
    return lambda: 100 * expected_router_saving(oracle / 100, accuracy)


def _rows() -> Iterator[Row]:
    for name, (accuracy, power_w, seconds, energy_kj, ipw, ipj) in TABLE_18.items():
        source = f"{PAPER}Table 18, {name}"
        yield Row("energy_per_item_j", source, energy_kj * 1e3, _energy(power_w, seconds), 0.01)
        yield Row("ipw", source, ipw * 1e-3, _ipw(accuracy, power_w), 0.01)
        yield Row("ipj", source, ipj * 1e-5, _ipj(accuracy, power_w * seconds), 0.01)
    for name, (accuracy, power_w, seconds, ipw, ipj) in TABLE_17.items():
        source = f"{PAPER}Table 17, {name}"
        yield Row("ipw", source, ipw * 1e-3, _ipw(accuracy, power_w), 0.01)
        yield Row("ipj", source, ipj * 1e-5, _ipj(accuracy, power_w * seconds), 0.01)
    for name, (energy_j, ipj) in TABLE_15.items():
        yield Row("ipj", f"{PAPER}Table 15, Qwen3-8B B200, {name}", ipj * 1e-5, _ipj(0.575, energy_j), 0.001)
    for name, (oracle, good, fair) in SAVINGS.items():
        yield Row("expected_router_saving", f"{PAPER}{name}, router of 0.8", good, _saving(oracle, 0.8), 0.007)
        yield Row("expected_router_saving", f"{PAPER}{name}, router of 0.6", fair, _saving(oracle, 0.6), 0.007)


PUBLISHED = (
    Row(
        metric="ipw",
        source="the ratio of means, not the mean of ratios",
        published=0.0025,
        ours=lambda: ipw_from_queries([1, 0], [100, 300]),
    ),
    *_rows(),
    Row("ipw_gain", f"{PAPER}Table 2, oldest to middle", 2.27, _gain("oldest", "middle"), 0.005),
    Row("ipw_gain", f"{PAPER}Table 2, middle to newest", 2.32, _gain("middle", "newest"), 0.005),
    Row("ipw_gain", f"{PAPER}Table 2, oldest to newest", 5.28, _gain("oldest", "newest"), 0.005),
    Row("ipw_gain", f"{PAPER}model and hardware", 5.3, lambda: gain_parts(1, 3.1, 3.1 * 1.7).total, 0.01),
    Row("ipj_gain", f"{PAPER}model and hardware", 18.0, lambda: gain_parts(1, 3.1, 3.1 * 5.9).total, 0.02),
)
