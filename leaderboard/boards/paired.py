"""Both plotted values of an entry in the same resamples: for what is drawn around a point, and around the front."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from leaderboard.boards.models import Score
from leaderboard.boards.rows import BoardView, Row
from leaderboard.metrics.statistics.resampling import STORED_DRAWS
from leaderboard.metrics.vocabulary import FloatArray


@dataclass(frozen=True, slots=True)
class Pair:
    """Draws of the horizontal and of the vertical metric, `(STORED_DRAWS,)`; an exact value is its own draw."""

    x: FloatArray
    y: FloatArray


def paired_draws(view: BoardView, ids: Collection[str]) -> Mapping[str, Pair]:
    """Return the draws of those of the view's entries that have both values, by id: one query, or none without ids.

    None are behind a kept revision, nor behind what others have reported.
    """
    rows = {str(row.id): row for row in view.board_rows if str(row.id) in ids}
    if not rows or view.frozen_at or view.reported:
        return {}
    axes = (view.view.x, view.view.y)
    drawn: dict[tuple[str, str], FloatArray] = {}
    scores = Score.objects.filter(entry__uuid__in=rows, metric__in=axes, draws__isnull=False).order_by("version")
    for uuid, metric, scope, provenance, stored in scores.values_list(
        "entry__uuid", "metric", "scope", "provenance", "draws"
    ):
        cell = rows[str(uuid)].cells.get(metric)
        if cell and (cell.scope or "", cell.provenance) == (scope, provenance):
            drawn[str(uuid), metric] = np.frombuffer(bytes(stored or b""), dtype="<f4").astype(np.float64)
    found = {}
    for identity, row in rows.items():
        x, y = (drawn.get((identity, metric), _exact(row, metric)) for metric in axes)
        if x is not None and y is not None:
            found[identity] = Pair(x, y)
    return found


def _exact(row: Row, metric: str) -> FloatArray | None:
    cell = row.cells.get(metric)
    return None if cell is None or cell.value is None else np.full(STORED_DRAWS, cell.value)
