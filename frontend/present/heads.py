"""The heads of a board's table: names, units, and the addresses that sort by them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from django.utils.translation import gettext as _

from frontend.present.columns import Column, PlainColumn
from frontend.present.links import neighbour
from frontend.present.orders import best_of
from leaderboard.boards.rows import BoardView

Direction = Literal["", "ascending", "descending"]


@dataclass(frozen=True, slots=True)
class Head:
    """`best`, `worst` and `rest` are the three addresses that pressing the head goes through; `href` is the next."""

    name: str
    classes: str
    unit: str = ""
    href: str = ""
    sorted: Direction = ""
    first: Direction = ""
    best_href: str = ""
    worst_href: str = ""
    rest_href: str = ""
    asc: str = ""
    desc: str = ""
    """What the two orders are called, where they are not the lowest and the highest first."""
    tooltip: str = ""
    about: str = ""


def heads_of(view: BoardView, columns: Sequence[Column]) -> tuple[Head, ...]:
    return (
        _sortable(view, Head(_("Rank"), "rank"), "rank"),
        _sortable(view, _textual(Head(_("Model"), "model")), "model"),
        *(_reported(_column(view, column), column) if view.reported else _column(view, column) for column in columns),
    )


def _reported(head: Head, column: Column) -> Head:
    """Nothing on a board of reported results was measured on a day that is known."""
    return replace(head, name=_("Published")) if column.key == "published" else head


def plain_heads(columns: Sequence[Column]) -> tuple[Head, ...]:
    """The same heads where nothing sorts: on the pages of a device and a model."""
    return (Head(_("Rank"), "rank"), Head(_("Model"), "model"), *(_named(column) for column in columns))


def _textual(head: Head) -> Head:
    return replace(head, asc=_("A to Z"), desc=_("Z to A"))


def _named(column: Column) -> Head:
    if isinstance(column, PlainColumn):
        head = Head(column.name, column.classes)
        by_date = column.key == "published"
        return replace(head, asc=_("oldest first"), desc=_("newest first")) if by_date else _textual(head)
    metric = column.metric
    return Head(
        name=metric.column_name,
        classes="num" if column.narrow else "num wide",
        unit=column.scale.unit,
        tooltip=metric.tooltip,
        about=f"/metrics/{metric.key}/",
    )


def _column(view: BoardView, column: Column) -> Head:
    best = best_of(column.key)
    return _sortable(view, _named(column), best) if best else _named(column)


def _sortable(view: BoardView, head: Head, best: str) -> Head:
    """First press sorts best first, the second turns it round, the third goes back to the board's order."""
    worst = best[1:] if best.startswith("-") else f"-{best}"
    hrefs = {word: neighbour(view, sort=(word,)) for word in (best, worst)}
    rest = neighbour(view, sort=())
    current = view.view.sort[0] if view.view.sort else ""
    following = {best: hrefs[worst], worst: rest}.get(current, hrefs[best])
    return replace(
        head,
        href=following,
        sorted=_direction(current) if current in hrefs else "",
        first=_direction(best),
        best_href=hrefs[best],
        worst_href=hrefs[worst],
        rest_href=rest,
    )


def _direction(word: str) -> Direction:
    return "descending" if word.startswith("-") else "ascending"
