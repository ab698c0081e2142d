"""A board's table: its columns, and each row's cells as they are read. Values stay beside the text for sorting."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from frontend import numbers
from frontend.present import words
from frontend.present.strip import Strip, StripScale
from leaderboard.boards.rows import Cell, Row
from leaderboard.metrics.definition import Metric
from leaderboard.metrics.registry import METRICS

FIXED = ("accuracy", "energy_per_item_j", "latency_p50_s", "cost_of_pass_usd")
# Of entries that streamed text: how soon, how fast, what a token and a right answer take.
STREAMED = (
    "accuracy",
    "ttft_p50_s",
    "tpot_p50_s",
    "output_tokens_per_s",
    "energy_per_output_token_j",
    "energy_per_correct_j",
    "cost_of_pass_usd",
)


@dataclass(frozen=True, slots=True)
class MetricColumn:
    metric: Metric
    scale: numbers.Scale
    is_rank: bool
    narrow: bool
    """Shown on a phone too; the others open with the row."""


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


@dataclass(frozen=True, slots=True)
class Bands:
    """How many entries of the board share the row's band, and how many the heading above the row speaks of."""

    tied: int
    heading: int


@dataclass(frozen=True, slots=True)
class ShownRow:
    row: Row
    href: str
    rank: str
    rank_interval: str
    rank_words: str
    band: str
    tied: bool
    band_heading: int
    """On the first row of a band: how many rows here belong to it, when more than one does."""
    config: str
    config_words: str
    cells: tuple[ShownCell, ...]
    badges: tuple[words.Badge, ...]
    flags: tuple[words.Badge, ...]
    front_words: str
    published_at: datetime
    highlighted: bool


def columns_of(rank_metric: str, axes: Sequence[str], rows: Sequence[Row]) -> tuple[MetricColumn, ...]:
    """Quality first, then what the board ranks by, then the usual ones and whatever the chart shows."""
    usual = STREAMED if any("ttft_p50_s" in row.cells for row in rows) else FIXED
    keys = dict.fromkeys(("accuracy", rank_metric, *usual, *axes))
    return tuple(
        MetricColumn(
            metric=METRICS[key],
            # Of all the board's rows, so that filtering never changes a unit.
            scale=numbers.scale_of(METRICS[key], [row.cells[key].value for row in rows if key in row.cells]),
            is_rank=key == rank_metric,
            narrow=key in {"accuracy", rank_metric},
        )
        for key in keys
    )


def rows_of(
    rows: Sequence[Row],
    columns: Sequence[MetricColumn],
    board: Sequence[Row],
    *,
    by_rank: bool = False,
    highlighted: Iterable[str] = (),
) -> tuple[ShownRow, ...]:
    """`board` has all rows of the board: ties and the strips' scale are its, whatever is shown of it."""
    strips = {column.metric.key: StripScale.of(column.metric, board) for column in columns if column.is_rank}
    tied, together = Counter(row.band for row in board), Counter(row.band for row in rows)
    chosen, shown = set(highlighted), list[ShownRow]()
    previous: int | None = None
    for row in rows:
        starts = by_rank and row.band is not None and row.band != previous
        bands = Bands(tied[row.band], together[row.band] if starts else 0) if row.band is not None else Bands(1, 0)
        cells = tuple(shown_cell(row, column, strips.get(column.metric.key)) for column in columns)
        shown.append(_row(row, cells, bands, highlighted=str(row.id) in chosen))
        previous = row.band
    return tuple(shown)


def _row(row: Row, cells: tuple[ShownCell, ...], bands: Bands, *, highlighted: bool) -> ShownRow:
    return ShownRow(
        row=row,
        href=f"/entries/{row.id}/",
        rank=numbers.ABSENT if row.rank is None else str(row.rank),
        rank_interval=_rank_interval(row),
        rank_words=_rank_words(row, bands.tied),
        band=band_letter(row.band),
        tied=bands.tied > 1,
        band_heading=bands.heading if bands.heading > 1 else 0,
        config=f"{row.config.precision}, b{row.config.batch}, t{row.config.threads}",
        config_words=words.config_line(row.config),
        cells=cells,
        # The scope is the view's, and stands above the table.
        badges=words.energy_badges(row)[:1],
        flags=words.quality_badges(row),
        front_words=str(words.FRONT_WORDS[row.front]),
        published_at=row.published_at,
        highlighted=highlighted,
    )


def band_letter(band: int | None) -> str:
    """The best band, 0, is A; 25 is Z, 26 is AA."""
    letters, left = "", -1 if band is None else band
    while left >= 0:
        left, rest = divmod(left, 26)
        letters, left = chr(ord("A") + rest) + letters, left - 1
    return letters


def _rank_interval(row: Row) -> str:
    if row.rank_low is None or row.rank_high is None or row.rank_low == row.rank_high:
        return ""
    return f"{row.rank_low}{numbers.TO}{row.rank_high}"


def _rank_words(row: Row, size: int) -> str:
    if row.rank is None:
        return _("not ranked")
    between = _rank_interval(row)
    said = _("rank %(rank)d, 95 %% between %(between)s") if between else _("rank %(rank)d")
    said %= {"rank": row.rank, "between": between}
    return f"{said}, {_('tied with %d') % (size - 1)}" if size > 1 else said


def shown_cell(row: Row, column: MetricColumn, strip: StripScale | None = None) -> ShownCell:
    metric = column.metric
    cell = row.cells.get(metric.key, Cell(None, None, None, None, None, 0, None))
    figure = numbers.figure(cell, column.scale)
    return ShownCell(
        key=metric.key,
        sort=_sort_key(cell.value),
        text=figure.text,
        interval=figure.interval,
        plus_minus=figure.plus_minus,
        why=_why(cell),
        label=f"{metric.name}, {column.scale.unit}" if column.scale.unit else metric.name,
        narrow=column.narrow,
        estimated=bool(cell.provenance and cell.provenance.value == "estimated"),
        strip=strip.place(cell) if strip else None,
    )


def _sort_key(value: float | None) -> str:
    if value is None or math.isnan(value):
        return ""
    # Seven digits order what anybody could tell apart; the files have all of them, and half the page would be digits.
    return "inf" if math.isinf(value) else f"{value:.7g}"


def _why(cell: Cell) -> str:
    if cell.value is None:
        return words.missing(cell.missing_reason)
    return _("never correct") if cell.infinite else ""
