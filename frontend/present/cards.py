"""Boards as cards: how much each holds, and its front as a sentence and a sketch."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from frontend.charts.sketch import sketch
from frontend.present import words
from frontend.present.drawn import drawn
from frontend.present.plot import Selection, chart_of
from frontend.present.reading import front_words
from frontend.present.registry import METRICS
from leaderboard.boards.details import BoardCard, BoardRows


@dataclass(frozen=True, slots=True)
class Card:
    board: BoardCard
    frontier: str
    ranked_by: str
    sketch: SafeString | None


def cards_of(boards: Iterable[BoardCard], fronts: Iterable[BoardRows]) -> tuple[Card, ...]:
    """`fronts` has the rows on each board's front."""
    by_slug = {part.slug: part for part in fronts}
    return tuple(
        Card(
            board=board,
            frontier=_frontier(board, by_slug.get(board.slug)),
            ranked_by=words.metric_phrase(METRICS[board.rank_metric].name),
            sketch=_sketch(by_slug[board.slug]) if board.slug in by_slug else None,
        )
        for board in boards
    )


def _sketch(part: BoardRows) -> SafeString:
    chart = chart_of(part.rows, part.rows, Selection(part.x, part.y, intervals=False), part.title)
    return drawn(sketch(chart.plot))


def _frontier(board: BoardCard, front: BoardRows | None) -> str:
    if not board.entries:
        return _("Nothing measured yet.")
    return front_words(front.rows, front.x, front.y) if front else _("No entry is on the front yet.")
