"""The heads of a board's table: names, units, and the addresses that sort by them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from frontend.present.links import neighbour
from frontend.present.table import MetricColumn
from leaderboard.boards.rows import BoardView


@dataclass(frozen=True, slots=True)
class Head:
    """`best`, `worst` and `rest` are the three addresses that pressing the head goes through; `href` is the next."""

    name: str
    classes: str
    unit: str = ""
    href: str = ""
    sorted: Literal["", "ascending", "descending"] = ""
    first: Literal["", "ascending", "descending"] = ""
    best_href: str = ""
    worst_href: str = ""
    rest_href: str = ""
    tooltip: str = ""
    about: str = ""


def heads_of(view: BoardView, columns: Sequence[MetricColumn]) -> tuple[Head, ...]:
    return (
        _sortable(view, Head(_("Rank"), "rank"), "rank"),
        _sortable(view, Head(_("Model"), "model"), "model"),
        _sortable(view, Head(_("Device"), "wide device"), "device"),
        *(_metric(view, column) for column in columns),
        Head(_("Energy from"), "wide badges"),
        _sortable(view, Head(_("Measured"), "wide date"), "published", best="-published"),
    )


def plain_heads(columns: Sequence[MetricColumn]) -> tuple[Head, ...]:
    """The same heads where nothing sorts: on the pages of a device and a model."""
    return (
        Head(_("Rank"), "rank"),
        Head(_("Model"), "model"),
        Head(_("Device"), "wide device"),
        *(_named(column) for column in columns),
        Head(_("Energy from"), "wide badges"),
        Head(_("Measured"), "wide date"),
    )


def _named(column: MetricColumn) -> Head:
    metric = column.metric
    return Head(
        name=metric.column_name,
        classes="num" if column.narrow else "num wide",
        unit=column.scale.unit,
        tooltip=metric.tooltip,
        about=f"/metrics/{metric.key}/",
    )


def _metric(view: BoardView, column: MetricColumn) -> Head:
    key = column.metric.key
    return _sortable(view, _named(column), key, best=f"-{key}" if column.metric.direction == "higher" else key)


def _sortable(view: BoardView, head: Head, column: str, best: str = "") -> Head:
    """First press sorts best first, the second turns it round, the third goes back to the board's order."""
    best = best or column
    worst = column if best.startswith("-") else f"-{column}"
    hrefs = {word: neighbour(view, sort=(word,)) for word in (best, worst)}
    rest = neighbour(view, sort=())
    current = view.view.sort[0] if view.view.sort else ""
    following = {best: hrefs[worst], worst: rest}.get(current, hrefs[best])
    return Head(
        name=head.name,
        classes=head.classes,
        unit=head.unit,
        href=following,
        sorted=_direction(current) if current in hrefs else "",
        first=_direction(best),
        best_href=hrefs[best],
        worst_href=hrefs[worst],
        rest_href=rest,
        tooltip=head.tooltip,
        about=head.about,
    )


def _direction(word: str) -> Literal["ascending", "descending"]:
    return "descending" if word.startswith("-") else "ascending"
