"""The newest entries of all boards."""

from leaderboard.boards.details import BoardRows
from leaderboard.boards.models import Entry
from leaderboard.boards.rows import Row
from leaderboard.boards.stored import rows_by_board


def newest_entries(limit: int) -> tuple[tuple[BoardRows, Row], ...]:
    """Return the entries published last, newest first, each with its board: three queries."""
    published = Entry.objects.filter(status=Entry.Status.PUBLISHED).order_by("-published_at", "-pk")
    newest = list(published.values_list("pk", flat=True)[:limit])
    found = [(board, row) for board in rows_by_board(entry__in=newest) for row in board.rows]
    found.sort(key=lambda pair: (pair[1].published_at, str(pair[1].id)), reverse=True)
    return tuple(found[:limit])
