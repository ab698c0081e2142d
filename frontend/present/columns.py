"""The columns of a board's table: what each is called, how its values are scaled, and the dialog that chooses them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from frontend import numbers
from frontend.present.links import board_url, neighbour
from frontend.present.registry import METRICS
from leaderboard.boards.address import parse, write
from leaderboard.boards.columns import PLAIN, shown
from leaderboard.boards.rows import BoardView, Row
from leaderboard.metrics.definition import Metric

FEWEST_DIGITS, MOST_DIGITS = 7, 17
"""How many digits a value is sorted by: seven are what anybody could tell apart, the files have all of them."""


@dataclass(frozen=True, slots=True)
class MetricColumn:
    metric: Metric
    scale: numbers.Scale
    is_rank: bool
    narrow: bool
    """Shown on a phone too; the others open with the row."""
    digits: int = MOST_DIGITS
    """As few as make no tie of values that differ."""

    @property
    def key(self) -> str:
        return self.metric.key


@dataclass(frozen=True, slots=True)
class PlainColumn:
    key: str
    name: str
    classes: str


Column = MetricColumn | PlainColumn


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    key: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ColumnGroup:
    title: str
    choices: tuple[ColumnChoice, ...]


@dataclass(frozen=True, slots=True)
class Chooser:
    """`kept` is the rest of the address, which the form sends along."""

    action: str
    chosen: tuple[ColumnChoice, ...]
    groups: tuple[ColumnGroup, ...]
    kept: tuple[tuple[str, str], ...]
    reset_href: str


def columns_of(keys: Iterable[str], rank_metric: str, rows: Sequence[Row]) -> tuple[Column, ...]:
    """`rows` are all of the board's, so that filtering never changes a unit."""
    keys = tuple(keys)
    metrics = [key for key in keys if key in METRICS]
    leading = rank_metric if rank_metric in metrics else next(iter(metrics), "")
    narrow = {leading, next((key for key in metrics if key != leading), "")}
    return tuple(_metric(key, rank_metric, narrow, rows) if key in METRICS else _plain(key) for key in keys)


def chooser_of(view: BoardView) -> Chooser:
    """The chosen columns in their order, then all others in groups."""
    chosen = shown(view.view, view.grammar)
    present = {key for row in view.board_rows for key, cell in row.cells.items() if cell.value is not None}
    others: dict[str, list[ColumnChoice]] = {}
    for key in (*PLAIN, *METRICS):
        if key not in chosen and (key in PLAIN or key in present):
            others.setdefault(_group(key), []).append(ColumnChoice(key, _name(key), chosen=False))
    rest = write(replace(view.view, columns=(), page=1), view.grammar)
    return Chooser(
        action=board_url(view.slug),
        chosen=tuple(ColumnChoice(key, _name(key), chosen=True) for key in chosen),
        groups=tuple(ColumnGroup(title, tuple(choices)) for title, choices in others.items()),
        kept=tuple(parse(rest)),
        reset_href=neighbour(view, columns=()) if view.view.columns else "",
    )


def _metric(key: str, rank_metric: str, narrow: set[str], rows: Sequence[Row]) -> MetricColumn:
    values = [row.cells[key].value for row in rows if key in row.cells]
    differing = {value for value in values if value is not None}
    return MetricColumn(
        metric=METRICS[key],
        scale=numbers.scale_of(METRICS[key], values),
        is_rank=key == rank_metric,
        narrow=key in narrow,
        digits=_fewest_digits(differing),
    )


def _fewest_digits(differing: Collection[float]) -> int:
    enough = (
        digits
        for digits in range(FEWEST_DIGITS, MOST_DIGITS)
        if len({f"{value:.{digits}g}" for value in differing}) == len(differing)
    )
    return next(enough, MOST_DIGITS)


def _plain(key: str) -> PlainColumn:
    classes = {"device": "wide device", "org": "wide", "provenance": "wide badges", "published": "wide date"}
    return PlainColumn(key, _name(key), classes[key])


def _name(key: str) -> str:
    if key in METRICS:
        return METRICS[key].name
    names = {
        "device": _("Device"),
        "org": _("Organisation"),
        "provenance": _("Energy from"),
        "published": _("Measured"),
    }
    return names[key]


def _group(key: str) -> str:
    if key in PLAIN:
        return _("Entry")
    metric = METRICS[key]
    if metric.scoped and not metric.unit.startswith("USD"):
        return _("Energy and power")
    if metric.unit == "s" or metric.unit.endswith("/s"):
        return _("Time")
    return _("Quality, cost and size")
