"""The metrics that can be computed from what Perwatt collects, by key. All else in this package is a plain function."""

from collections.abc import Mapping
from types import MappingProxyType

from leaderboard.metrics.definition import Metric
from leaderboard.metrics.definitions import cost_and_size, energy, generation, quality_and_speed


class UnknownMetric(LookupError):
    """No metric has this key; the message names the ones that exist."""

    def __init__(self, key: str) -> None:
        super().__init__(f"no metric {key!r}; the metrics are {', '.join(METRICS)}")
        self.key = key


METRICS: Mapping[str, Metric] = MappingProxyType(
    {
        record.key: record
        for record in (*quality_and_speed.METRICS, *generation.METRICS, *energy.METRICS, *cost_and_size.METRICS)
    }
)
"""Every metric, in the order in which columns are offered."""


def metric(key: str) -> Metric:
    """Raises UnknownMetric."""
    try:
        return METRICS[key]
    except KeyError:
        raise UnknownMetric(key) from None
