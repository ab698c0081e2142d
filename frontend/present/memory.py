"""The newest views that were asked for, each process its own: one is worked out once for each revision of its board."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language

from frontend.present.board_page import BoardPage, board_page
from frontend.present.explorer import Exploration, exploration_of
from frontend.present.first_picture import first_picture
from frontend.present.keeping import kept
from leaderboard.boards.rows import BoardView
from leaderboard.boards.selectors import board_state, board_view

# A view of 5,000 entries takes about 20 MB, an answer a tenth of that, a page with a hundred rows 0.4 MB.
VIEWS, ANSWERS, PAGES = 4, 16, 64
State = tuple[int, int, str]


@lru_cache(VIEWS)
def view_of(_state: State, slug: str, query: str) -> BoardView:
    """Return `board_view` as it is in this `board_state`: without a query when it is remembered."""
    return board_view(slug, query)


def remembered(state: State, slug: str, query: str) -> Exploration:
    """Return what the explorer shows of a view in this `board_state`."""
    return _exploration(state, get_language(), slug, query)


def picture_of(state: State, slug: str, query: str) -> Mapping[str, Any]:
    """Return what stands on an explorer's page before its application draws."""
    return _picture(state, get_language(), slug, query)


def page_of(slug: str, query: str, request_id: str = "") -> BoardPage:
    """Return the page of a view; raises Board.DoesNotExist."""
    state = board_state(slug)
    page = _page(state, get_language(), slug, query)
    if page.failed:
        _page.cache_clear()
        page = board_page(view_of(state, slug, query), request_id)
    return page


def forget() -> None:
    """A test's database begins anew with the same keys and revisions."""
    for cache in (view_of, _exploration, _picture, _page):
        cache.cache_clear()


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
