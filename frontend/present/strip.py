"""Interval strips: each row's interval on one scale, with the leader's value as the line to compare with."""

from collections.abc import Sequence
from dataclasses import dataclass

from frontend.charts.axis import Axis, make_axis
from frontend.charts.elements import pixels
from leaderboard.boards.rows import Cell, Row
from leaderboard.metrics.definition import Metric

WIDTH_PX = 84


@dataclass(frozen=True, slots=True)
class Strip:
    """Places in pixels from the strip's left."""

    x: str
    low: str
    high: str
    leader: str


@dataclass(frozen=True, slots=True)
class StripScale:
    axis: Axis
    leader: str

    @classmethod
    def of(cls, metric: Metric, rows: Sequence[Row]) -> "StripScale | None":
        cells = [row.cells[metric.key] for row in rows if metric.key in row.cells]
        ends = [end for cell in cells for end in (cell.low, cell.high)]
        axis = make_axis(metric, [cell.value for cell in cells], ends)
        best = min((row for row in rows if row.rank is not None), key=lambda row: row.rank or 0, default=None)
        place = axis.place(best.cells[metric.key].value) if best and metric.key in best.cells else None
        return cls(axis, _along(place)) if place is not None else None

    def place(self, cell: Cell) -> Strip | None:
        middle = self.axis.place(cell.value)
        if middle is None:
            return None
        low = middle if cell.low is None else self.axis.clamp(cell.low)
        high = middle if cell.high is None else self.axis.clamp(cell.high)
        return Strip(_along(middle), _along(low), _along(high), self.leader)


def _along(share: float) -> str:
    return pixels(WIDTH_PX * share)
