"""What the pages about all boards and one device read."""

from collections.abc import Sequence

from django.db.models import Count

from leaderboard.boards.details import BoardCard, BoardRows
from leaderboard.boards.lookup import default_scope, public_slugs
from leaderboard.boards.models import Board, BoardEntry
from leaderboard.boards.rebuild import default_sources
from leaderboard.boards.rows import Row
from leaderboard.boards.stored import rows_by_board
from leaderboard.boards.viewing import best_first, natural, ordered
from leaderboard.protocol import Provenance


def board_list() -> tuple[BoardCard, ...]:
    """Return the newest version of every board, by title: four queries."""
    boards = list(Board.objects.select_related("benchmark"))
    names = public_slugs(boards)
    counted = BoardEntry.objects.values_list("board").annotate(
        Count("entry", distinct=True), Count("entry__device", distinct=True)
    )
    counts = {pk: (entries, devices) for pk, entries, devices in counted}
    fronts = {part.slug: part.rows for part in rows_by_board(front="on")}
    cards = [
        _card(board, counts.get(board.pk, (0, 0)), fronts.get(board.slug, ()))
        for board in boards
        if names[board.pk] == board.slug
    ]
    return tuple(sorted(cards, key=lambda card: natural(card.title)))


def _card(board: Board, counts: tuple[int, int], on_front: Sequence[Row]) -> BoardCard:
    scope = default_scope(board)
    best = ordered(on_front, sort=(best_first(board.y),), unranked=board.y)
    return BoardCard(
        slug=board.slug,
        title=board.title,
        description=board.benchmark.description,
        rank_metric=board.rank_metric,
        scope=scope,
        estimated=scope is not None and default_sources(board.scopes[scope]) == (Provenance.ESTIMATED,),
        entries=counts[0],
        devices=counts[1],
        front=tuple(dict.fromkeys(row.model_name for row in best)),
        updated_at=board.updated_at,
    )


def device_entries(slug: str) -> tuple[BoardRows, ...]:
    """Return the entries measured on a device, by board."""
    return rows_by_board(entry__device__slug=slug)
