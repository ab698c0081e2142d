"""Which columns a board's table has, in which order. Rank and model always come first."""

from collections.abc import Iterable, Sequence

from leaderboard.boards.rows import Grammar, Row, View
from leaderboard.metrics.registry import METRICS

PLAIN = ("device", "org", "provenance", "published")
"""The columns that are no metric."""

ALL = "all"
"""The word of an address for every column that the board has."""

LATENCIES = ("ttft_p50_s", "latency_p50_s", "latency_p90_s")
"""The first that a board has is its latency; published results may have no median."""


def default_columns(rank_metric: str, rows: Sequence[Row]) -> tuple[str, ...]:
    """Return the quality, what the board ranks by, energy and latency; of streamed text the time to its first token."""
    latency = next((key for key in LATENCIES if any(key in row.cells for row in rows)), LATENCIES[1])
    metrics = dict.fromkeys(("accuracy", rank_metric, "energy_per_item_j", latency))
    return ("device", *metrics, "provenance", "published")


def own_columns(columns: Iterable[str], axes: Iterable[str]) -> tuple[str, ...]:
    """Return the board's own columns, and what the chart shows beside them."""
    columns = tuple(columns)
    metrics = dict.fromkeys((*(key for key in columns if key in METRICS), *axes))
    before = tuple(key for key in columns if key == "device")
    after = tuple(key for key in columns if key in PLAIN and key not in before)
    return (*before, *metrics, *after)


def scored(rows: Iterable[Row]) -> tuple[str, ...]:
    """Return the metrics of which any of the rows has a value, or says why it has none."""
    found = {key for row in rows for key in row.cells}
    return tuple(key for key in METRICS if key in found)


def shown(view: View, grammar: Grammar) -> tuple[str, ...]:
    """Return the columns of a view: those that its address names, else the board's own."""
    if view.columns == (ALL,):
        return own_columns((*grammar.columns, *grammar.metrics), (view.x, view.y))
    return view.columns or own_columns(grammar.columns, (view.x, view.y))
