"""The frontier over time: the best attainable value of a metric under the conditions of a view, by date."""

import calendar
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import median
from typing import Literal, get_args
from urllib.parse import quote
from uuid import UUID

from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from leaderboard.boards.address import parse
from leaderboard.boards.address_values import note
from leaderboard.boards.lookup import find_board
from leaderboard.boards.models import Entry
from leaderboard.boards.moves import Dated, Move, Saving, moves_of, savings_of, trend_of
from leaderboard.boards.rows import BoardView, Note, Row, View
from leaderboard.boards.selectors import board_view
from leaderboard.boards.viewing import filtered
from leaderboard.metrics.costs.halving import HalvingTime
from leaderboard.metrics.registry import METRICS

Basis = Literal["released", "measured", "published"]
BASES: tuple[Basis, ...] = get_args(Basis)
MAX_FRONTS = 4
OWN_KEYS = ("m", "t", "at", "without")
"""What this page's address has beside the board's own keys."""
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Condition:
    metric: str
    bound: Literal["min", "max"]
    value: float


@dataclass(frozen=True, slots=True)
class FrontierView:
    """`moves` are over all considered entries, `moves_without` over those of other families than `without`.

    `dates` has the date of each entry of the board that has one, `dated` every considered entry with a date and a
    value; `undated` counts those without one, `unvalued` those without a finite value. `fronts` are the dates whose
    fronts are drawn, oldest first. `view` is the board's with the condition that `assumed` speaks of.
    """

    board: BoardView
    view: View
    metric: str
    basis: Basis
    default_basis: Basis
    conditions: tuple[Condition, ...]
    assumed: bool
    """Whether the condition is this page's own choice, because the address has none."""
    dates: Mapping[UUID, date]
    dated: tuple[Dated, ...]
    undated: int
    unvalued: int
    moves: tuple[Move, ...]
    without: str
    moves_without: tuple[Move, ...]
    savings: tuple[Saving, ...]
    trend: HalvingTime | None
    fronts: tuple[date, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    metric: str | None
    basis: Basis | None
    fronts: tuple[date, ...]
    without: str


def frontier_view(slug: str, query: str) -> FrontierView:
    """Return the frontier over time of a board. Raises ObjectDoesNotExist; ignores and names what it cannot use."""
    pairs = parse(query)
    rest = "&".join(f"{quote(key)}={quote(text, safe='~')}" for key, text in pairs if key not in OWN_KEYS)
    board = board_view(slug, rest)
    notes: list[Note] = []
    asked = _asked([pair for pair in pairs if pair[0] in OWN_KEYS], notes)
    metric = asked.metric or board.grammar.defaults.x
    view = _conditioned(board, metric)
    rows = filtered(board.rows, view)
    dates = _dates(slug, board.board_rows)
    default = _default_basis(dates)
    basis = asked.basis or default
    days = {key: on for key, found in dates.items() if (on := found[basis]) is not None}
    dated = _dated(rows, metric, days)
    without = asked.without if any(entry.row.family == asked.without for entry in dated) else ""
    if asked.without and not without:
        note(notes, "without", asked.without, _("No entry that meets the conditions is of this family."))
    direction = METRICS[metric].direction
    moves = moves_of(dated, direction)
    return FrontierView(
        board=board,
        view=view,
        metric=metric,
        basis=basis,
        default_basis=default,
        conditions=_conditions(view),
        assumed=view != board.view,
        dates=days,
        dated=dated,
        undated=sum(1 for row in rows if row.id not in days),
        unvalued=sum(1 for row in rows if _value(row, metric) is None),
        moves=moves,
        without=without,
        moves_without=moves_of([entry for entry in dated if entry.row.family != without], direction) if without else (),
        savings=savings_of(dated, direction),
        trend=trend_of(moves, direction),
        fronts=asked.fronts,
        notes=(*notes, *board.notes),
    )


def _asked(pairs: Sequence[tuple[str, str]], notes: list[Note]) -> _Asked:
    first: dict[str, str] = {}
    for key, text in pairs:
        if key in first:
            note(notes, key, text, _("The key stands here twice; the first one counts."))
        first.setdefault(key, text)
    metric, basis = first.get("m"), first.get("t")
    if metric is not None and metric not in METRICS:
        note(notes, "m", metric, _("There is no such metric."))
        metric = None
    known = next((word for word in BASES if word == basis), None)
    if basis is not None and known is None:
        note(notes, "t", basis, _("A date basis is released, measured or published."))
    return _Asked(metric, known, _fronts(first.get("at", ""), notes), first.get("without", ""))


def _fronts(text: str, notes: list[Note]) -> tuple[date, ...]:
    found: set[date] = set()
    for word in dict.fromkeys(text.split("~")) if text else ():
        day = _day(word)
        if day is None:
            note(notes, "at", word, _("A date is written 2026-03 or 2026-03-14."))
        elif len(found) == MAX_FRONTS:
            note(notes, "at", word, format_lazy(_("At most {most} fronts are drawn."), most=MAX_FRONTS))
        else:
            found.add(day)
    return tuple(sorted(found))


def _day(word: str) -> date | None:
    """Return the day; of a month its last one."""
    match = _DAY.fullmatch(word)
    if match is None:
        return None
    year, month = int(match[1]), int(match[2])
    if not (1 <= year <= 9999 and 1 <= month <= 12):
        return None
    last = calendar.monthrange(year, month)[1]
    day = int(match[3]) if match[3] else last
    return date(year, month, day) if 1 <= day <= last else None


def _conditions(view: View) -> tuple[Condition, ...]:
    least = [Condition(key, "min", value) for key, value in view.minimum.items()]
    return (*least, *(Condition(key, "max", value) for key, value in view.maximum.items()))


def _conditioned(board: BoardView, metric: str) -> View:
    """Return the view; where it limits nothing, with the limit that half of the board meets."""
    view = board.view
    other = view.y if metric != view.y else view.x
    values = [value for row in board.board_rows if (value := _value(row, other)) is not None]
    if view.minimum or view.maximum or not values or other == metric:
        return view
    if METRICS[other].direction == "higher":
        return replace(view, minimum={other: _rounded(median(values), up=False)})
    return replace(view, maximum={other: _rounded(median(values), up=True)})


def _rounded(value: float, *, up: bool) -> float:
    """Two significant digits, on the side that more entries meet."""
    if value == 0:
        return 0.0
    step = 10.0 ** (math.floor(math.log10(abs(value))) - 1)
    return float(f"{(math.ceil if up else math.floor)(value / step - (1e-9 if up else -1e-9)) * step:.6g}")


def _value(row: Row, metric: str) -> float | None:
    cell = row.cells.get(metric)
    return cell.value if cell and cell.value is not None and math.isfinite(cell.value) else None


def _dates(slug: str, rows: Sequence[Row]) -> dict[UUID, Mapping[Basis, date | None]]:
    """Return each row's dates; a figure that somebody reported has none."""
    entries: QuerySet[Entry] = Entry.objects.filter(board_rows__board=find_board(slug)[0]).distinct()
    found = entries.values_list("uuid", "submission__released_on", "result__received_at", "published_at")
    dates: dict[UUID, Mapping[Basis, date | None]] = {
        uuid: {"released": released, "measured": received.date(), "published": published.date()}
        for uuid, released, received, published in found
    }
    return {row.id: dates.get(row.id, dict.fromkeys(BASES)) for row in rows}


def _default_basis(dates: Mapping[UUID, Mapping[Basis, date | None]]) -> Basis:
    """By release, as a frontier should be read; by measurement where no model here says when it was released."""
    return "released" if any(found["released"] for found in dates.values()) or not dates else "measured"


def _dated(rows: Sequence[Row], metric: str, days: Mapping[UUID, date]) -> tuple[Dated, ...]:
    found = []
    for row in rows:
        value, on = _value(row, metric), days.get(row.id)
        if value is not None and on is not None:
            found.append(Dated(row, row.cells[metric], value, on))
    return tuple(found)
