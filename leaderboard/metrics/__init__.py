"""Efficiency metrics: pure functions of numbers, with their uncertainty. No Django, no I/O; NumPy alone to import.

Fits, Student and F quantiles, fronts of three and more objectives, hypervolumes and indicators import SciPy or moocore
when they are called, and raise ImportError where those are not installed: `pip install "perwatt[metrics]"`.
"""

from leaderboard.metrics import comparison, costs, energy, hardware, pareto, prediction, reasoning, serving, statistics
from leaderboard.metrics.comparison import *
from leaderboard.metrics.costs import *
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
from leaderboard.metrics.energy import *
from leaderboard.metrics.hardware import *
from leaderboard.metrics.pareto import *
from leaderboard.metrics.prediction import *
from leaderboard.metrics.quantities import (
    accuracy,
    cold_start_s,
    parameter_count,
    peak,
    per_item,
    throughput_per_s,
)
from leaderboard.metrics.reasoning import *
from leaderboard.metrics.registry import (
    METRICS,
    UnknownMetric,
    metric,
)
from leaderboard.metrics.serving import *
from leaderboard.metrics.statistics import *
from leaderboard.metrics.vocabulary import (
    Direction,
    MetricInputError,
)
from leaderboard.missing import MissingReason

__all__ = [
    "METRICS",
    "STATUS_WORDS",
    "Direction",
    "GainParts",
    "Metric",
    "MetricInputError",
    "MissingReason",
    "Status",
    "UnknownMetric",
    "WorkedExample",
    "accuracy",
    "best_of_coverage",
    "cold_start_s",
    "difficulty_levels",
    "energy_per_correct_j",
    "expected_router_saving",
    "gain_parts",
    "intelligence_per_joule",
    "intelligence_per_watt",
    "ipj_from_queries",
    "ipw_from_queries",
    "metric",
    "oracle_routes",
    "parameter_count",
    "peak",
    "per_item",
    "perplexity_per_joule",
    "perplexity_per_watt",
    "ppj_from_queries",
    "ppw_from_queries",
    "query_coverage",
    "saving_of_routes",
    "throughput_per_s",
]
__all__ += comparison.__all__
__all__ += costs.__all__
__all__ += energy.__all__
__all__ += hardware.__all__
__all__ += pareto.__all__
__all__ += prediction.__all__
__all__ += reasoning.__all__
__all__ += serving.__all__
__all__ += statistics.__all__
