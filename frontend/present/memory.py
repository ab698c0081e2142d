"""The explorer's newest answers, each process its own: a view is computed once for each revision of its board."""

from functools import lru_cache

from django.utils.translation import get_language

from frontend.present.explorer import Exploration, exploration_of
from leaderboard.boards.rows import BoardView
from leaderboard.boards.selectors import board_state, board_view

# A view of 5,000 entries takes about 20 MB, an answer a tenth of that.
VIEWS, ANSWERS = 4, 16
State = tuple[int, int, str]


def view_of(slug: str, query: str) -> BoardView:
    """Return `board_view`; raises Board.DoesNotExist. One query more than that, and only one when it is remembered."""
    return _view(board_state(slug), slug, query)


def remembered(slug: str, query: str) -> Exploration:
    """Return what the explorer shows of a view; raises Board.DoesNotExist."""
    return _exploration(board_state(slug), get_language(), slug, query)


def forget() -> None:
    """A test's database begins anew with the same keys and revisions."""
    _view.cache_clear()
    _exploration.cache_clear()


@lru_cache(VIEWS)
def _view(_state: State, slug: str, query: str) -> BoardView:
    return board_view(slug, query)


@lru_cache(ANSWERS)
def _exploration(state: State, _language: str | None, slug: str, query: str) -> Exploration:
    return exploration_of(_view(state, slug, query))
