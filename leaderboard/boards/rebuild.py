"""The rows that a board reads: ranks, fronts and cells of all its entries, for each energy scope."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from leaderboard.boards.cells import Place, to_wire
from leaderboard.boards.kept_page import keep_later
from leaderboard.boards.models import Board, BoardEntry, Entry
from leaderboard.boards.pool import Candidate, ScopeCount, candidates, columns, energy_counts
from leaderboard.boards.rows import Cell
from leaderboard.boards.standing import places
from leaderboard.protocol import Provenance, Scope

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Axes:
    rank_metric: str
    x: str
    y: str


def rebuild_board(*, board: Board, now: datetime) -> int:
    """Write the board's rows anew and return its new revision. Safe to run twice, and beside itself.

    A rebuild that another one has overtaken may have missed its entries: the revision tells, and it starts again.
    Each such loss is another's success, so this ends.
    """
    while True:
        current = Board.objects.get(pk=board.pk)
        pool = candidates(published(current))
        scopes = energy_counts(pool)
        rows = [row for scope in scopes or [""] for row in _rows_in_scope(current, pool, scope, scopes)]
        if _replace(current, rows, scopes, now=now):
            keep_later(current, len(pool))
            return current.revision + 1


def published(board: Board) -> QuerySet[Entry]:
    return Entry.objects.filter(benchmark=board.benchmark_id, status__in=Entry.ON_BOARDS)


def default_sources(counted: ScopeCount | None) -> tuple[Provenance, ...]:
    """Return the best provenance that a scope has, by what `Board.scopes` says about it."""
    return tuple(provenance for provenance in Provenance if counted and provenance in counted["provenances"])[:1]


def stand(
    pool: Sequence[Candidate], entries: QuerySet[Entry], axes: Axes, scope: Scope | None, src: Sequence[Provenance]
) -> Iterator[tuple[Candidate, Place, Mapping[str, Cell]]]:
    """Yield every candidate with its place on the whole board and its cells, in one scope for some provenances."""
    cells = {candidate.pk: candidate.cells(scope, src) for candidate in pool}
    drawn = columns((axes.rank_metric, axes.x, axes.y), entries, cells)
    found = places(drawn[axes.rank_metric], drawn[axes.x], drawn[axes.y])
    return ((candidate, place, cells[candidate.pk]) for candidate, place in zip(pool, found, strict=True))


def _rows_in_scope(
    board: Board, pool: Sequence[Candidate], scope: str, scopes: Mapping[str, ScopeCount]
) -> Iterator[BoardEntry]:
    src = default_sources(scopes.get(scope))
    axes = Axes(board.rank_metric, board.x, board.y)
    for candidate, place, cells in stand(pool, published(board), axes, Scope(scope) if scope else None, src):
        yield BoardEntry(
            board=board,
            entry_id=candidate.pk,
            scope=scope,
            identity=candidate.identity,
            cells={metric: to_wire(cell) for metric, cell in cells.items()},
            **place,
        )


def _replace(board: Board, rows: Sequence[BoardEntry], scopes: Mapping[str, ScopeCount], *, now: datetime) -> bool:
    with transaction.atomic():
        unchanged = Board.objects.filter(pk=board.pk, revision=board.revision)
        if unchanged.update(revision=board.revision + 1, updated_at=now, scopes=scopes) != 1:
            return False
        BoardEntry.objects.filter(board=board).delete()
        BoardEntry.objects.bulk_create(rows, batch_size=_BATCH)
    return True
