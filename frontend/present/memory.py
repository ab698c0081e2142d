"""The newest views that were asked for, each process its own: one is worked out once for each revision of its board."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language

from frontend.present.board_page import BoardPage, board_page
from frontend.present.explorer import Exploration, exploration_of
from frontend.present.first_picture import first_picture
from frontend.present.keeping import kept
from leaderboard.boards.models import Board
from leaderboard.boards.rows import BoardView, Row
from leaderboard.boards.selectors import board_view
from leaderboard.boards.stored import stored_rows
from leaderboard.protocol import Scope

# A view of 5,000 entries takes about 20 MB, most of it rows that views of one scope share; an answer takes a tenth of
# that, a page with a hundred rows 0.4 MB.
VIEWS, ANSWERS, PAGES, MANY = 4, 16, 64, 1024
State = tuple[int, int, str]


@lru_cache(VIEWS)
def view_of(_state: State, slug: str, query: str) -> BoardView:
    """Return `board_view` as it is in this `board_state`: without a query when it is remembered."""
    return board_view(slug, query, _rows_of)


def canonical(state: State, slug: str, query: str) -> str | None:
    """Return the query as the view itself writes it; None where something in it is ignored."""
    return _canonical(state, slug, query) if query else query


def remembered(state: State, slug: str, query: str) -> Exploration:
    """Return what the explorer shows of a view in this `board_state`."""
    return _exploration(state, get_language(), slug, query)


def picture_of(state: State, slug: str, query: str) -> Mapping[str, Any]:
    """Return what stands on an explorer's page before its application draws."""
    return _picture(state, get_language(), slug, query)


def page_of(state: State, slug: str, query: str, request_id: str = "") -> BoardPage:
    """Return the page of a view."""
    page = _page(state, get_language(), slug, query)
    if page.failed:
        _page.cache_clear()
        page = board_page(view_of(state, slug, query), request_id)
    return page


def forget() -> None:
    """A test's database begins anew with the same keys and revisions."""
    for cache in (_rows, view_of, _canonical, _exploration, _picture, _page):
        cache.cache_clear()


def _rows_of(board: Board, scope: Scope | None) -> Mapping[int, Row]:
    return _rows(board, (board.revision, board.updated_at), scope)


@lru_cache(VIEWS)
def _rows(board: Board, _state: object, scope: Scope | None) -> Mapping[int, Row]:
    """A board is the same by its key alone: what changes is told beside it."""
    return stored_rows(board, scope)


@lru_cache(MANY)
def _canonical(state: State, slug: str, query: str) -> str | None:
    view = view_of(state, slug, query)
    return None if view.notes else view.query


@lru_cache(ANSWERS)
def _exploration(state: State, _language: str | None, slug: str, query: str) -> Exploration:
    return exploration_of(view_of(state, slug, query))


@lru_cache(ANSWERS)
def _picture(state: State, _language: str | None, slug: str, query: str) -> Mapping[str, Any]:
    return first_picture(view_of(state, slug, query))


@lru_cache(PAGES)
def _page(state: State, language: str | None, slug: str, query: str) -> BoardPage:
    pk, revision, _since = state
    found = None if query else kept(pk, slug, revision=revision, language=language or "")
    return found or board_page(view_of(state, slug, query))
