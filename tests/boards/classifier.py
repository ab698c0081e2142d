"""The metrics that a run of a classifier gives."""

from leaderboard.metrics.definitions import generation
from leaderboard.metrics.registry import METRICS

# A classifier generates nothing. No source keeps power samples, no price book has a grid's intensity, and a
# contribution belongs to a view and not to an entry.
NOT_SCORED = {"peak_power_w", "carbon_per_item_g", "hypervolume_contribution"}
CLASSIFIER_METRICS = set(METRICS) - {record.key for record in generation.METRICS} - NOT_SCORED
