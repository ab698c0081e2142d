"""What the pages and files read, as frozen values; the database is asked a few times, whatever the board's size."""

from uuid import UUID

from leaderboard.boards.details import BoardCard, BoardRows, EntryDetail, ModelPage
from leaderboard.boards.rows import BoardView


def board_view(slug: str, query: str) -> BoardView:
    """Return the view that a query string asks for; raises Board.DoesNotExist."""
    raise NotImplementedError


def board_list() -> tuple[BoardCard, ...]:
    """Return the newest version of every board, by title."""
    raise NotImplementedError


def entry_detail(uuid: UUID) -> EntryDetail:
    """Raises Entry.DoesNotExist."""
    raise NotImplementedError


def device_entries(slug: str) -> tuple[BoardRows, ...]:
    """Return the entries measured on a device, by board."""
    raise NotImplementedError


def model_page(slug: str) -> ModelPage:
    """Raises Submission.DoesNotExist for a model that has no entry."""
    raise NotImplementedError
