"""Fronts and volumes.

The edge results are MLPerf Inference v3.0, edge, open division with power, image classification in single stream
(mlcommons/cm4mlperf-results @84d8b84, Apache-2.0). Of each distinct row of the four systems with many models,
`edge_power_v3.csv` keeps framework, model, accuracy and wall energy as they were printed.
"""

import csv
from pathlib import Path

from leaderboard.metrics import epsilon_additive, epsilon_multiplicative, front_mask, hypervolume
from leaderboard.metrics import hypervolume_contributions as contributions
from tests.metrics.published.row import Row

LOWER = ("lower", "lower")
A = [[1, 5], [2, 3], [4, 2], [3, 4], [5, 1]]
B = [[1, 2, 3], [2, 1, 3], [3, 3, 1]]
EQUALS = [[1, 1], [1, 1], [2, 1]]
# moocore's documentation of its epsilon indicators
POINTS = [[3.5, 5.5], [3.6, 4.1], [4.1, 3.2], [5.5, 1.5]]
REFERENCE = [[1, 6], [2, 5], [3, 4], [4, 3], [5, 2], [6, 1]]

FRONTS = {"vim4": (20, 282), "firefly": (23, 282), "orin-armnn": (23, 81), "orin-xnnpack": (19, 81)}


def edge_points(system: str) -> list[tuple[float, float]]:
    """Accuracy in percent and wall energy in mJ per query of each model on the system."""
    with Path(__file__).with_name("edge_power_v3.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["system"] == system]
    return [(float(row["accuracy_percent"]), float(row["wall_energy_mj_per_query"])) for row in rows]


def edge_front(system: str) -> int:
    return int(front_mask(edge_points(system), ("higher", "lower")).sum())


PUBLISHED = (
    *(
        Row("front", f"MLPerf Inference v3.0 edge power, {system}", on, lambda system=system: edge_front(system))
        for system, (on, _) in FRONTS.items()
    ),
    *(
        Row("front", f"MLPerf Inference v3.0 edge power, {system}: points", n, lambda s=system: len(edge_points(s)))
        for system, (_, n) in FRONTS.items()
    ),
    *(
        Row("front", f"metrics reference 16.2, A, point {i}", on, lambda i=i: float(front_mask(A, LOWER)[i]))
        for i, on in enumerate([1, 1, 1, 0, 1])
    ),
    *(
        Row(
            "front",
            f"metrics reference 16.2, equals {rule}, {i}",
            on,
            lambda i=i, rule=rule: float(front_mask(EQUALS, LOWER, rule)[i]),
        )
        for rule, front in (("first", [1, 0, 0]), ("all", [1, 1, 0]))
        for i, on in enumerate(front)
    ),
    Row("hypervolume", "metrics reference 16.2, A", 16, lambda: hypervolume(A, (6, 6), LOWER)),
    Row(
        "hypervolume", "metrics reference 16.2, three objectives", 10, lambda: hypervolume(B, (4, 4, 4), ("lower",) * 3)
    ),
    *(
        Row(
            "hypervolume_contribution",
            f"metrics reference 16.2, A, point {i}",
            alone,
            lambda i=i: float(contributions(A, (6, 6), LOWER)[i]),
        )
        for i, alone in enumerate([1, 4, 1, 0, 1])
    ),
    Row("epsilon_additive", "moocore's documentation", 2.5, lambda: epsilon_additive(POINTS, REFERENCE, LOWER)),
    Row(
        "epsilon_multiplicative",
        "moocore's documentation",
        3.5,
        lambda: epsilon_multiplicative(POINTS, REFERENCE, LOWER),
    ),
)
