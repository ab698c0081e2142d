"""The dated fronts of a frontier over time as rows of a table."""

from dataclasses import dataclass
from datetime import date

from frontend import numbers
from frontend.present.registry import METRICS
from frontend.present.row_names import names_of
from leaderboard.boards.dated_fronts import dated_fronts
from leaderboard.boards.frontier import FrontierView


@dataclass(frozen=True, slots=True)
class FrontLine:
    """One entry on the front of a date; `values` are the names of the board's two axes with what it has there."""

    on: date
    name: str
    href: str
    device: str
    values: tuple[tuple[str, str], ...]


def front_lines(found: FrontierView) -> list[FrontLine]:
    fronts = dated_fronts(found)
    names = names_of([row for front in fronts for row in front.rows])
    axes = (METRICS[found.board.view.x], METRICS[found.board.view.y])
    return [
        FrontLine(
            on=front.on,
            name=names[str(row.id)],
            href=f"/entries/{row.id}/",
            device=row.device_name,
            values=tuple((axis.column_name, numbers.in_words(row.cells[axis.key], axis)) for axis in axes),
        )
        for front in fronts
        for row in front.rows
    ]
