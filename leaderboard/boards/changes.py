"""What became of entries, as readers see it: the history of one, and the changelog of all."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from leaderboard.boards.lookup import public_slugs
from leaderboard.boards.models import Board, Entry, EntryChange

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """`by` is empty where the server did it on its own."""

    at: datetime
    kind: str
    reason: str
    by: str
    entry: UUID
    model: str
    model_name: str
    device_name: str
    board: str
    board_title: str
    successor: UUID | None


@dataclass(frozen=True, slots=True)
class ChangePage:
    lines: tuple[ChangeLine, ...]
    page: int
    pages: int
    total: int


def history_of(entry: Entry) -> tuple[ChangeLine, ...]:
    """Return an entry's changes, oldest first: one query."""
    rows = EntryChange.objects.filter(entry=entry).order_by("at", "pk")
    return _lines(rows, {})


def changelog(page: int) -> ChangePage:
    """Return one page of all changes, newest first: three queries. A page beyond the last is the last."""
    total = EntryChange.objects.count()
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(page, 1), pages)
    boards = list(Board.objects.select_related("benchmark").order_by("-pk"))
    names = public_slugs(boards)
    by_benchmark = {board.benchmark_id: (names[board.pk], board.title) for board in boards}
    first = (page - 1) * PER_PAGE
    rows = EntryChange.objects.order_by("-at", "-pk")[first : first + PER_PAGE]
    return ChangePage(_lines(rows, by_benchmark), page, pages, total)


def _lines(rows: QuerySet[EntryChange], boards: dict[int, tuple[str, str]]) -> tuple[ChangeLine, ...]:
    read = rows.select_related("by", "successor", "entry__submission", "entry__device")
    return tuple(
        ChangeLine(
            at=row.at,
            kind=row.kind,
            reason=row.reason,
            by=row.by.get_username() if row.by else "",
            entry=row.entry.uuid,
            model=row.entry.submission.model_slug,
            model_name=row.entry.submission.model_name,
            device_name=row.entry.device.name,
            board=boards.get(row.entry.benchmark_id, ("", ""))[0],
            board_title=boards.get(row.entry.benchmark_id, ("", ""))[1],
            successor=row.successor.uuid if row.successor else None,
        )
        for row in read
    )
