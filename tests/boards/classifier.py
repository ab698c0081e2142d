"""The metrics that a run of a classifier gives."""

from leaderboard.metrics.definitions import generation
from leaderboard.metrics.registry import METRICS

# A classifier generates nothing; no source keeps power samples, and no price book has a grid's intensity.
CLASSIFIER_METRICS = (
    set(METRICS) - {record.key for record in generation.METRICS} - {"peak_power_w", "carbon_per_item_g"}
)
