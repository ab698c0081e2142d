"""The home page: one board's front as its headline, the boards as cards, the newest entries."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from frontend import numbers
from frontend.charts.labels import SMALL
from frontend.present import words
from frontend.present.cards import Card, cards_of
from frontend.present.plot import Selection, chart_of
from frontend.present.reading import front_words
from frontend.present.registry import METRICS
from leaderboard.boards.details import BoardCard, BoardRows
from leaderboard.boards.rows import Cell, Row
from leaderboard.metrics.definition import Metric


def home_context(
    boards: Sequence[BoardCard],
    fronts: Sequence[BoardRows],
    newest: Iterable[tuple[BoardRows, Row]],
    reported: Iterable[BoardRows],
) -> Mapping[str, Any]:
    cards = cards_of(boards, fronts)
    return {
        # Boards with something on them first; a new lab's empty ones must not be what it opens with.
        "cards": sorted(cards, key=lambda card: -min(1, card.board.entries)),
        "headline": _headline(cards, fronts),
        "reported": [(board, front_words(board.rows, board.x, board.y)) for board in reported],
        "newest": [_newest(board, row) for board, row in newest],
    }


def _headline(cards: Iterable[Card], fronts: Iterable[BoardRows]) -> Mapping[str, Any] | None:
    """The front of the board with most entries; None while no board has a front."""
    by_slug = {part.slug: part for part in fronts if part.rows}
    boards = [card.board for card in cards if card.board.slug in by_slug]
    if not boards:
        return None
    board = max(boards, key=lambda board: board.entries)
    part = by_slug[board.slug]
    x, y = METRICS[part.x], METRICS[part.y]
    chart = chart_of(part.rows, part.rows, Selection(part.x, part.y), board.title)
    return {
        "board": board,
        "title": _("%(y)s against %(x)s") % {"y": y.name, "x": words.metric_phrase(x.name)},
        "chart": chart,
        "svg": chart.inline(SMALL),
        "sentence": _sentence(board, part),
    }


def _sentence(board: BoardCard, part: BoardRows) -> str:
    ends = sorted(
        (row for row in part.rows if _value(row, part.x) is not None), key=lambda row: _value(row, part.x) or 0.0
    )
    said = {"n": len(part.rows), "total": board.entries}
    if len(ends) < 2:
        return _("%(n)d of %(total)d entries on the front.") % said
    return _("%(n)d of %(total)d entries on the front, from %(first)s to %(last)s.") % {
        **said,
        "first": _end(ends[0], part),
        "last": _end(ends[-1], part),
    }


def _end(row: Row, part: BoardRows) -> str:
    values = ", ".join(numbers.brief(row.cells[key], METRICS[key]) for key in (part.x, part.y) if key in row.cells)
    return f"{row.model_name} ({values})"


def _value(row: Row, key: str) -> float | None:
    cell: Cell | None = row.cells.get(key)
    return cell.value if cell else None


def _newest(board: BoardRows, row: Row) -> Mapping[str, Any]:
    shown = [key for key in (board.y, board.rank_metric) if key in row.cells and row.cells[key].value is not None]
    return {
        "board": board,
        "row": row,
        "config": f"{row.config.precision}, {words.config_words(row.config)}",
        "figures": [_figure(row.cells[key], METRICS[key]) for key in dict.fromkeys(shown)],
        "badges": (*words.energy_badges(row), *words.quality_badges(row)),
    }


def _figure(cell: Cell, metric: Metric) -> Mapping[str, str]:
    scale = numbers.scale_of(metric, [cell.value])
    found = numbers.figure(cell, scale)
    name = str(metric.column_name or metric.name)
    return {"name": name, "value": numbers.with_unit(found.text, scale.unit), "interval": found.interval}
