"""Boards as cards: how much each holds, and its front in one sentence."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from frontend.present import words
from leaderboard.boards.details import BoardCard
from leaderboard.metrics.registry import METRICS


@dataclass(frozen=True, slots=True)
class Card:
    board: BoardCard
    frontier: str
    ranked_by: str
    scope: words.Badge | None


def cards_of(boards: Iterable[BoardCard]) -> tuple[Card, ...]:
    return tuple(
        Card(
            board,
            _frontier(board),
            METRICS[board.rank_metric].name,
            words.scope_badge(board.scope) if board.scope else None,
        )
        for board in boards
    )


def _frontier(board: BoardCard) -> str:
    if not board.front:
        return _("Nothing measured yet.") if not board.entries else _("No entry is on the front yet.")
    names = words.joined(list(board.front))
    return _("On the front: %s.") % names
