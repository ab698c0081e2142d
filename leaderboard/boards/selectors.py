"""What the pages and files read, as frozen values; the database is asked a few times, whatever the board's size."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from leaderboard.boards import viewing
from leaderboard.boards.address import PER_PAGE, parse, read, requested_scope, write
from leaderboard.boards.cells import to_row
from leaderboard.boards.entry_selectors import entry_detail
from leaderboard.boards.lookup import board_state, default_scope, find_board
from leaderboard.boards.model_selectors import model_page
from leaderboard.boards.models import Board
from leaderboard.boards.newest import newest_entries
from leaderboard.boards.page_selectors import board_list, device_entries
from leaderboard.boards.pool import candidates, columns
from leaderboard.boards.rebuild import Axes, default_sources, published, stand
from leaderboard.boards.rows import BoardView, Grammar, Note, Row, View
from leaderboard.boards.standing import fronts
from leaderboard.boards.stored import is_estimated, stored_rows
from leaderboard.protocol import Provenance, Scope

__all__ = ["board_list", "board_state", "board_view", "device_entries", "entry_detail", "model_page", "newest_entries"]

MAX_RESAMPLED = 300
"""Rows up to which the front of axes that are not the board's own is resampled while the reader waits."""

MAX_WHISKERS = 60
"""Rows up to which intervals are drawn unless the address says otherwise."""


def board_view(slug: str, query: str) -> BoardView:
    """Return the view that a query string asks for; raises Board.DoesNotExist.

    Two queries for a view of the board's own axes and sources, one more for other axes, three more for other sources.
    """
    board, name = find_board(slug)
    pairs = parse(query)
    scope = requested_scope(pairs, board.scopes) or default_scope(board)
    stored = stored_rows(board, scope)
    grammar = _grammar(board, name, tuple(stored.values()))
    view, notes = read(pairs, grammar)
    board_rows = _placed(board, view, grammar, stored)
    shown = viewing.ordered(viewing.filtered(board_rows, view), sort=view.sort, unranked=viewing.best_first(view.y))
    pages = max(1, -(-len(shown) // view.per)) if view.per else 1
    if view.page > pages:
        notes = (*notes, Note("page", str(view.page), f"This view has {pages} page{'s' if pages > 1 else ''}."))
        view = replace(view, page=pages)
    counted = board.scopes.get(view.scope or "", {}).get("provenances", {})
    return BoardView(
        slug=name,
        title=board.title,
        description=board.benchmark.description,
        benchmark=str(board.benchmark),
        n_items=board.benchmark.n,
        rank_metric=board.rank_metric,
        revision=board.revision,
        updated_at=board.updated_at,
        view=view,
        query=write(view, grammar),
        notes=notes,
        rows=shown,
        board_rows=board_rows,
        total=len(board_rows),
        choices=viewing.choices(board_rows, view, counted),
        scopes=viewing.scope_choices(board.scopes, view),
        estimated=is_estimated(board_rows),
        pages=pages,
        grammar=grammar,
    )


def _placed(board: Board, view: View, grammar: Grammar, stored: Mapping[int, Row]) -> tuple[Row, ...]:
    """Return all rows with rank and front for the axes and sources of the view."""
    entries = published(board)
    if view.src != grammar.sources.get(view.scope, ()):
        pool = candidates(entries)
        axes = Axes(board.rank_metric, view.x, view.y)
        return tuple(
            to_row(candidate.identity, place, cells)
            for candidate, place, cells in stand(pool, entries, axes, view.scope, view.src)
        )
    rows = tuple(stored.values())
    if (view.x, view.y) == (board.x, board.y):
        return rows
    resampled = len(rows) <= MAX_RESAMPLED
    found = columns((view.x, view.y), entries, {pk: row.cells for pk, row in stored.items()})
    states = fronts(found[view.x], found[view.y], resampled=resampled)
    return tuple(
        replace(row, front=state, front_probability=share) for row, (state, share) in zip(rows, states, strict=True)
    )


def _grammar(board: Board, slug: str, rows: Sequence[Row]) -> Grammar:
    sources: dict[Scope | None, tuple[Provenance, ...]] = {
        Scope(scope): default_sources(counted) for scope, counted in board.scopes.items()
    }
    scope = default_scope(board)
    defaults = View(
        board=slug,
        x=board.x,
        y=board.y,
        xs=None,
        ys=None,
        scope=scope,
        src=sources[scope] if scope else (),
        sort=(),
        q="",
        device=(),
        device_class=(),
        precision=(),
        runtime=(),
        batch=(),
        minimum={},
        maximum={},
        highlight=(),
        colour="front",
        zoom=None,
        compared=(),
        ci=len(rows) <= MAX_WHISKERS,
        page=1,
        per=PER_PAGE[-1],
    )
    return Grammar(defaults, sources, viewing.values(rows) | {"scope": frozenset(board.scopes)})
