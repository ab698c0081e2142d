"""Intervals and ratios of means whose inputs are printed beside them."""

import numpy as np

from leaderboard.metrics import (
    INTERVAL_DRAWS,
    delta_method_se,
    equivalence_verdict,
    ipw_from_queries,
    joint_ratio_draws,
    percentile_interval,
    wilson_interval,
)
from leaderboard.metrics.statistics.intervals import Interval
from tests.metrics.published.row import Row

WILSON = {
    (84, 128): (0.570496, 0.732898),
    (0, 10): (0.0, 0.277533),
    (10, 10): (0.722467, 1.0),
    (27, 165): (0.114965, 0.227613),
}
CORRECT = [1, 1, 0, 1, 0, 1, 1, 0, 1, 1] * 10
POWER_W = [100, 120, 110, 90, 105, 95, 115, 100, 108, 97] * 10
EXAMPLE = "metrics reference 16.3, 100 queries"
HUMAINS = "arXiv 2510.25933, abstract, -3.1 to 4.7 points"


def bootstrap() -> Interval | None:
    return percentile_interval(joint_ratio_draws([CORRECT], [POWER_W], INTERVAL_DRAWS, seed=1)[0])


def equivalent(margin: float) -> bool:
    return equivalence_verdict(Interval(-3.1, 4.7), margin) == "equivalent"


PUBLISHED = (
    *(
        Row(
            "wilson_interval",
            f"metrics reference 16.3, {k} of {n}, low",
            low,
            lambda k=k, n=n: wilson_interval(k, n).low,
            5e-6,
        )
        for (k, n), (low, _) in WILSON.items()
    ),
    *(
        Row(
            "wilson_interval",
            f"metrics reference 16.3, {k} of {n}, high",
            high,
            lambda k=k, n=n: wilson_interval(k, n).high,
            5e-6,
        )
        for (k, n), (_, high) in WILSON.items()
    ),
    Row("ipw", EXAMPLE, 0.00673077, lambda: ipw_from_queries(CORRECT, POWER_W), 1e-6),
    Row(
        "ipw",
        f"{EXAMPLE}: the mean of ratios, which it is not",
        0.0068235,
        lambda: float(np.mean(np.divide(CORRECT, POWER_W))),
        1e-5,
    ),
    Row("ipw", f"{EXAMPLE}: standard error", 0.000450803, lambda: delta_method_se(CORRECT, POWER_W), 2e-6),
    Row("ipw", f"{EXAMPLE}: bootstrap 95 %, low", 0.00582, lambda: bootstrap().low, 5e-3),
    Row("ipw", f"{EXAMPLE}: bootstrap 95 %, high", 0.00759, lambda: bootstrap().high, 5e-3),
    Row("equivalence", f"{HUMAINS}: at 5 points", 1, lambda: float(equivalent(5))),
    Row("equivalence", f"{HUMAINS}: at 3 points", 0, lambda: float(equivalent(3))),
)
