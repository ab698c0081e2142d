from leaderboard.metrics import ipw_from_queries
from tests.metrics.published.row import Row

PUBLISHED = (
    Row(
        metric="ipw",
        source="the ratio of means, not the mean of ratios",
        published=0.0025,
        ours=lambda: ipw_from_queries([1, 0], [100, 300]),
    ),
)
