"""The fronts of a board as they were on the dates that a frontier over time is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import nan

from leaderboard.boards.frontier import FrontierView
from leaderboard.boards.rows import Row
from leaderboard.metrics.pareto.fronts import front_mask
from leaderboard.metrics.registry import METRICS


@dataclass(frozen=True, slots=True)
class DatedFront:
    """The entries that no other of this date or before it beats on the board's two axes, in the order of the first."""

    on: date
    rows: tuple[Row, ...]


def dated_fronts(found: FrontierView) -> tuple[DatedFront, ...]:
    """Oldest first; without rows where nothing had a date by then."""
    view = found.board.view
    return tuple(DatedFront(day, _front(_by(found, day), (view.x, view.y))) for day in found.fronts)


def _by(found: FrontierView, day: date) -> list[Row]:
    return [row for row in found.board.board_rows if row.id in found.dates and found.dates[row.id] <= day]


def _front(rows: Sequence[Row], axes: tuple[str, str]) -> tuple[Row, ...]:
    points = [tuple(_value(row, axis) for axis in axes) for row in rows]
    if not points:
        return ()
    mask = front_mask(points, [METRICS[axis].direction for axis in axes])
    kept = [row for row, is_on in zip(rows, mask, strict=True) if is_on]
    return tuple(sorted(kept, key=lambda row: (_value(row, axes[0]), str(row.id))))


def _value(row: Row, axis: str) -> float:
    cell = row.cells.get(axis)
    return nan if cell is None or cell.value is None else cell.value
