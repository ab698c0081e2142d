"""What each card of a choice says, from the draws of the entries."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

import numpy as np

from leaderboard.boards.choose.rules import all_at_once, how_sure, number
from leaderboard.boards.choose.shapes import Card, Limit, Missed, Need
from leaderboard.boards.compare.shapes import Versus
from leaderboard.boards.compare.verdicts import Side, adjusted, versus_of
from leaderboard.boards.models import Board, Entry
from leaderboard.boards.pool import stored_draws
from leaderboard.boards.rows import Row
from leaderboard.boards.selectors import MAX_RESAMPLED
from leaderboard.metrics.registry import METRICS
from leaderboard.metrics.statistics.ranking import tie_bands
from leaderboard.metrics.vocabulary import FloatArray

Draws = Mapping[UUID, Mapping[str, FloatArray]]


def draws_of(board: Board, rows: Sequence[Row], needs: Mapping[Need, str], limits: Sequence[Limit]) -> Draws:
    """The draws of what is judged, of so many rows as are resampled while a reader waits: two queries."""
    metrics = {*needs.values(), *(limit.metric for limit in limits)}
    wanted = {row.id: row for row in rows}
    kept = list(wanted)[:MAX_RESAMPLED]
    if not kept or not metrics:
        return {}
    keys = dict(Entry.objects.filter(benchmark=board.benchmark_id, uuid__in=kept).values_list("pk", "uuid"))
    entries = Entry.objects.filter(pk__in=keys)
    stored = stored_draws(metrics, entries, {pk: wanted[one].cells for pk, one in keys.items()})
    found: dict[UUID, dict[str, FloatArray]] = {one: {} for one in kept}
    for metric, by_entry in stored.items():
        for pk, packed in by_entry.items():
            found[keys[pk]][metric] = np.frombuffer(packed, dtype="<f4").astype(np.float64)
    return found


def cards_of(
    listed: Sequence[tuple[Row, tuple[Need, ...]]],
    feasible: Sequence[Row],
    needs: Mapping[Need, str],
    limits: Sequence[Limit],
    draws: Draws,
) -> tuple[Card, ...]:
    rows = [row for row, _ in listed]
    following = [*rows[1:], *rows[:1]] if len(rows) > 1 else [None] * len(rows)
    return tuple(
        Card(
            row=row,
            best_in=best_in,
            tied={need: _tied(feasible, needs[need], draws) for need in best_in},
            sure=tuple(how_sure(row, limit, draws.get(row.id, {}).get(limit.metric)) for limit in limits),
            all_limits=all_at_once(limits, draws.get(row.id, {})),
            next=after,
            versus_next=_versus(row, after, needs, draws) if after else {},
        )
        for (row, best_in), after in zip(listed, following, strict=True)
    )


def _tied(feasible: Sequence[Row], metric: str, draws: Draws) -> int:
    """How many of the feasible share the tie band of the best in a metric, itself not counted."""
    known = [row for row in feasible if metric in draws.get(row.id, {}) and number(row, metric) is not None]
    if not known:
        return 0
    values = np.array([number(row, metric) for row in known], dtype=np.float64)
    bands = tie_bands(values, [draws[row.id][metric] for row in known], METRICS[metric].direction)
    return max(0, bands.count(0) - 1)


def _versus(row: Row, after: Row, needs: Mapping[Need, str], draws: Draws) -> dict[Need, Versus]:
    pairs = {
        metric: (_side(row, metric, draws), _side(after, metric, draws))
        for metric in needs.values()
        if metric in row.cells and metric in after.cells
    }
    found = adjusted({metric: versus_of(metric, *pair) for metric, pair in pairs.items()}, pairs)
    return {need: found[metric] for need, metric in needs.items() if metric in found}


def _side(row: Row, metric: str, draws: Draws) -> Side:
    return Side(row.cells[metric], draws.get(row.id, {}).get(metric), row.device)


def surely(missed: Missed, draws: Draws) -> Missed:
    return replace(
        missed, sure=how_sure(missed.row, missed.limit, draws.get(missed.row.id, {}).get(missed.limit.metric))
    )
