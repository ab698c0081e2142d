"""The explorer's newest answers, each process its own: a view is computed once for each revision of its board."""

from functools import lru_cache

from django.utils.translation import get_language

from frontend.present.explorer import Exploration, exploration_of
from leaderboard.boards.rows import BoardView
from leaderboard.boards.selectors import board_view

# A view of 5,000 entries takes about 20 MB, an answer a tenth of that.
VIEWS, ANSWERS = 4, 16
State = tuple[int, int, str]


@lru_cache(VIEWS)
def view_of(_state: State, slug: str, query: str) -> BoardView:
    """Return `board_view` as it is in this `board_state`: without a query when it is remembered."""
    return board_view(slug, query)


def remembered(state: State, slug: str, query: str) -> Exploration:
    """Return what the explorer shows of a view in this `board_state`."""
    return _exploration(state, get_language(), slug, query)


def forget() -> None:
    """A test's database begins anew with the same keys and revisions."""
    view_of.cache_clear()
    _exploration.cache_clear()


@lru_cache(ANSWERS)
def _exploration(state: State, _language: str | None, slug: str, query: str) -> Exploration:
    return exploration_of(view_of(state, slug, query))
