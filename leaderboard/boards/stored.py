"""Rows as the last rebuild wrote them."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from leaderboard.boards.cells import Place, from_wire, to_row
from leaderboard.boards.details import BoardRows
from leaderboard.boards.lookup import default_scope, public_slugs
from leaderboard.boards.models import Board, BoardEntry
from leaderboard.boards.rows import Row
from leaderboard.boards.viewing import best_first, ordered
from leaderboard.protocol import Provenance, Scope

PLACE = ("rank", "rank_low", "rank_high", "band", "front", "front_probability")


def stored_rows(board: Board, scope: Scope | None) -> Mapping[int, Row]:
    """Return the board's rows in a scope by the key of their entry: one query."""
    found = BoardEntry.objects.filter(board=board, scope=scope or "").order_by("entry_id")
    return {pk: stored_row(*values) for pk, *values in found.values_list("entry_id", "identity", "cells", *PLACE)}


def rows_by_board(*, in_scope: Scope | None = None, **condition: Any) -> tuple[BoardRows, ...]:
    """Return the rows that meet a condition, by board, in each board's default scope and order: two queries.

    With `in_scope`, those in that scope, of the boards that have it.
    """
    boards = {board.pk: board for board in Board.objects.select_related("benchmark")}
    names = public_slugs(boards.values())
    scopes = {pk: in_scope or default_scope(board) for pk, board in boards.items()}
    rows: dict[int, list[Row]] = {}
    found = BoardEntry.objects.filter(**condition).order_by("board__title", "board_id", "entry_id")
    for pk, scope, *values in found.values_list("board_id", "scope", "identity", "cells", *PLACE):
        if scope == (scopes[pk] or ""):
            rows.setdefault(pk, []).append(stored_row(*values))
    return tuple(
        BoardRows(
            slug=names[pk],
            title=boards[pk].title,
            rank_metric=boards[pk].rank_metric,
            x=boards[pk].x,
            y=boards[pk].y,
            scope=scopes[pk],
            estimated=is_estimated(board_rows),
            rows=ordered(board_rows, sort=(), unranked=best_first(boards[pk].y)),
            scopes=tuple(scope for scope in Scope if scope in boards[pk].scopes),
        )
        for pk, board_rows in rows.items()
    )


def is_estimated(rows: Iterable[Row]) -> bool:
    """Whether an estimate is among the energies that count: the board is headed so then."""
    guesses = {Provenance.ESTIMATED, Provenance.PREDICTED}
    cells = (cell for row in rows for cell in row.cells.values() if cell.scope and cell.value is not None)
    return any(cell.provenance in guesses for cell in cells)


def stored_row(identity: Mapping[str, Any], cells: Mapping[str, Any], *place: Any) -> Row:
    """Return the row of a BoardEntry: `place` are its values of `PLACE`."""
    return to_row(
        identity,
        cast("Place", dict(zip(PLACE, place, strict=True))),
        {metric: from_wire(cell) for metric, cell in cells.items()},
    )
