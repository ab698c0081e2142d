"""A board's rows as they are read. Values stay beside the text for sorting."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from frontend import numbers
from frontend.present import words
from frontend.present.columns import Column, MetricColumn, PlainColumn
from frontend.present.strip import Strip, StripScale
from leaderboard.boards.rows import Cell, Row
from leaderboard.boards.short_ids import short_id
from leaderboard.boards.viewing import by_interval


@dataclass(frozen=True, slots=True)
class ShownCell:
    """One value: `sort` is what it is sorted by, empty when missing; `why` says why it is missing or infinite."""

    key: str
    sort: str
    text: str
    interval: str
    plus_minus: str
    why: str
    label: str
    narrow: bool
    estimated: bool
    strip: Strip | None = None
    kind: str = "metric"


@dataclass(frozen=True, slots=True)
class PlainCell:
    """What the row itself says in a column that is no metric: its `kind` is `device`, `provenance` or `published`."""

    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class Bands:
    """How many entries of the board share the row's band, and how many the heading above the row speaks of."""

    tied: int = 1
    heading: int = 0
    letter: str = ""


@dataclass(frozen=True, slots=True)
class Marks:
    """What a view says about single rows, by their ids; `places` are ranks among the rows of a filtered view, and
    `names` tell each entry from all others of the board.
    """

    highlighted: frozenset[str] = frozenset()
    compared: frozenset[str] = frozenset()
    best_of: Mapping[str, int] = field(default_factory=dict)
    all_hrefs: Mapping[str, str] = field(default_factory=dict)
    front: frozenset[str] = frozenset()
    since: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


UNMARKED = Marks()
LONG_NAME = 16
"""Characters of a name that fit beside two figures on a phone."""


@dataclass(frozen=True, slots=True)
class ShownRow:
    row: Row
    id: str
    """Its short form, as it stands in addresses."""
    href: str
    rank: str
    rank_interval: str
    rank_words: str
    place: str
    """Its rank in this view, where that leaves others out."""
    order: int | None
    """Where it stands among the rows shown by what decides between equal values; None where it does stand there."""
    band: str
    tied: bool
    band_heading: int
    """On the first row of a band: how many rows here belong to it, when more than one does."""
    model_key: str
    device_key: str
    config: str
    config_words: str
    cells: tuple[ShownCell | PlainCell, ...]
    badges: tuple[words.Badge, ...]
    flags: tuple[words.Badge, ...]
    front_words: str
    in_view_front: bool
    published_at: datetime
    highlighted: bool
    compared: bool
    told_apart: str
    best_of: int
    all_href: str
    long: bool
    """Whether its name needs the width of a phone."""


def rows_of(
    rows: Sequence[Row],
    columns: Sequence[Column],
    board: Sequence[Row],
    *,
    by_rank: bool = False,
    marks: Marks = UNMARKED,
) -> tuple[ShownRow, ...]:
    """`board` has all rows of the board: ties and the strips' scale are its, whatever is shown of it."""
    strips = {
        column.key: StripScale.of(column.metric, board)
        for column in columns
        if isinstance(column, MetricColumn) and column.is_rank
    }
    tied, together = Counter(row.band for row in board), Counter(row.band for row in rows)
    letters = _letters(tied)
    orders = {row.id: index for index, row in enumerate(by_interval(rows))}
    shown = list[ShownRow]()
    previous: int | None = None
    for at, row in enumerate(rows):
        starts = by_rank and row.band is not None and row.band != previous
        bands = Bands()
        if row.band is not None:
            bands = Bands(tied[row.band], together[row.band] if starts else 0, letters.get(row.band, ""))
        cells = tuple(_cell(row, column, strips.get(column.key)) for column in columns)
        order = orders[row.id]
        shown.append(_row(row, cells, bands, order=None if order == at else order, marks=marks))
        previous = row.band
    return tuple(shown)


def _row(
    row: Row, cells: tuple[ShownCell | PlainCell, ...], bands: Bands, *, order: int | None, marks: Marks
) -> ShownRow:
    identity = str(row.id)
    place = marks.places.get(identity)
    return ShownRow(
        row=row,
        id=short_id(identity),
        href=f"/entries/{short_id(identity)}/",
        rank=numbers.ABSENT if row.rank is None else str(row.rank),
        rank_interval=_rank_interval(row),
        rank_words=_rank_words(row, bands.tied),
        place=_("%d here") % place if place else "",
        order=order,
        band=bands.letter,
        tied=bands.tied > 1,
        band_heading=bands.heading if bands.heading > 1 else 0,
        model_key=row.model_name.casefold(),
        device_key=row.device_name.casefold(),
        config=words.config_short(row.config),
        config_words=words.config_line(row.config),
        cells=cells,
        # The scope is the view's, and stands above the table.
        badges=words.energy_badges(row)[:1],
        flags=(*words.status_badges(marks.since.get(identity, ""), row.status), *words.quality_badges(row)),
        front_words=str(words.FRONT_WORDS[row.front]),
        in_view_front=identity in marks.front,
        published_at=row.published_at,
        highlighted=identity in marks.highlighted,
        compared=identity in marks.compared,
        told_apart=marks.names.get(identity, row.model_name),
        best_of=marks.best_of.get(identity, 0),
        all_href=marks.all_hrefs.get(identity, ""),
        long=len(row.model_name) > LONG_NAME,
    )


def _letters(tied: Mapping[int | None, int]) -> Mapping[int, str]:
    """Whoever stands alone needs no letter: the best band of two or more is A."""
    shared = sorted(band for band, count in tied.items() if band is not None and count > 1)
    return {band: band_letter(place) for place, band in enumerate(shared)}


def band_letter(place: int) -> str:
    """The first is A; 25 is Z, 26 is AA."""
    letters, left = "", place
    while left >= 0:
        left, rest = divmod(left, 26)
        letters, left = chr(ord("A") + rest) + letters, left - 1
    return letters


def _rank_interval(row: Row) -> str:
    if row.rank_low is None or row.rank_high is None or row.rank_low == row.rank_high:
        return ""
    return f"{row.rank_low}{numbers.TO}{row.rank_high}"


def _rank_words(row: Row, size: int) -> str:
    """What rank, band and interval do not say beside each other."""
    if row.rank is None:
        return _("not ranked")
    return _("tied with %d") % (size - 1) if size > 1 else ""


def _cell(row: Row, column: Column, strip: StripScale | None) -> ShownCell | PlainCell:
    if isinstance(column, PlainColumn):
        return PlainCell(column.key, column.name)
    return shown_cell(row, column, strip)


def shown_cell(row: Row, column: MetricColumn, strip: StripScale | None = None) -> ShownCell:
    metric = column.metric
    cell = row.cells.get(metric.key, Cell(None, None, None, None, None, 0, None))
    figure = numbers.figure(cell, column.scale)
    return ShownCell(
        key=metric.key,
        sort=_sort_key(cell.value, column.digits),
        text=figure.text,
        interval=figure.interval,
        plus_minus=figure.plus_minus,
        why=_why(cell),
        label=f"{metric.name}, {column.scale.unit}" if column.scale.unit else metric.name,
        narrow=column.narrow,
        estimated=bool(cell.provenance and cell.provenance.value == "estimated"),
        strip=strip.place(cell) if strip else None,
    )


def _sort_key(value: float | None, digits: int) -> str:
    if value is None or math.isnan(value):
        return ""
    if math.isinf(value):
        return "inf"
    return f"{value:.{digits}g}"


def _why(cell: Cell) -> str:
    if cell.value is None:
        return words.missing(cell.missing_reason)
    return _("never correct") if cell.infinite else ""
