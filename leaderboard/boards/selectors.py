"""What the pages and files read, as frozen values; the database is asked a few times, whatever the board's size."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from leaderboard.boards import viewing
from leaderboard.boards.address import PER_PAGE, parse, read, requested_revision, requested_scope, write
from leaderboard.boards.cells import to_row
from leaderboard.boards.columns import default_columns, scored
from leaderboard.boards.entry_selectors import entry_detail
from leaderboard.boards.frozen import Frozen, no_longer_published, thawed
from leaderboard.boards.lookup import board_state, default_scope, find_board
from leaderboard.boards.model_selectors import model_page
from leaderboard.boards.models import Board
from leaderboard.boards.moved import Pairs
from leaderboard.boards.newest import newest_entries
from leaderboard.boards.page_selectors import board_list, device_entries
from leaderboard.boards.pool import candidates, columns
from leaderboard.boards.rebuild import Axes, default_sources, published, stand
from leaderboard.boards.reported.reading import as_board, find_reported, reported_rows, source_of
from leaderboard.boards.reported.source import Source
from leaderboard.boards.rows import BoardView, Grammar, Note, Row, View
from leaderboard.boards.standing import column, fronts
from leaderboard.boards.stored import is_estimated, stored_rows
from leaderboard.protocol import Provenance, Scope

__all__ = ["board_list", "board_state", "board_view", "device_entries", "entry_detail", "model_page", "newest_entries"]

RowsOf = Callable[[Board, Scope | None], Mapping[int, Row]]

MAX_RESAMPLED = 300
"""Rows up to which the front of axes that are not the board's own is resampled while the reader waits."""

MAX_WHISKERS = 60
"""Rows up to which intervals are drawn unless the address says otherwise."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A board as it is or was, its rows in the scope that is asked for by a key of theirs, and what can be asked."""

    board: Board
    stored: Mapping[int, Row]
    frozen: Frozen | None
    grammar: Grammar
    reported: Source | None = None

    @property
    def is_fixed(self) -> bool:
        """Whether there are rows alone, and no scores or draws behind them."""
        return self.frozen is not None or self.reported is not None


def board_view(slug: str, query: str, rows_of: RowsOf = stored_rows) -> BoardView:
    """Return the view that a query string asks for; raises Board.DoesNotExist.

    Two queries for a view of the board's own axes and sources, one more for other axes, three more for other sources.
    A view of a kept revision takes three. `rows_of` may remember what `stored_rows` has returned: those of a revision
    never change.
    """
    pairs = parse(query)
    found = _read(slug, pairs, rows_of)
    board, grammar, frozen = found.board, found.grammar, found.frozen
    view, notes = _kept_sources(*read(pairs, grammar), grammar, found)
    board_rows = _placed(found, view)
    chosen, best_of = viewing.filtered(board_rows, view), dict[str, int]()
    if view.group == "model":
        chosen, best_of = viewing.best_of_models(chosen, y=view.y)
    shown = viewing.ordered(chosen, sort=view.sort, unranked=viewing.best_first(view.y))
    view, notes, pages = _on_a_page(view, notes, len(shown))
    counted = board.scopes.get(view.scope or "", {}).get("provenances", {})
    return BoardView(
        slug=grammar.defaults.board,
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
        best_of=best_of,
        view_front=_front_of(shown, view) if view.front_in_view else frozenset(),
        frozen_at=frozen.made_at if frozen else None,
        since=no_longer_published(board) if frozen else {},
        reported=found.reported,
    )


def _read(slug: str, pairs: Pairs, rows_of: RowsOf) -> _Read:
    try:
        board, name = find_board(slug)
    except Board.DoesNotExist:
        return _read_reported(slug, pairs)

    def scope_of(board: Board) -> Scope | None:
        return requested_scope(pairs, board.scopes) or default_scope(board)

    revision = requested_revision(pairs)
    frozen = None if revision is None else thawed(board, revision, scope_of)
    stored = frozen.rows if frozen else rows_of(board, scope_of(board))
    grammar = _grammar(board, name, tuple(stored.values()))
    if frozen:
        grammar = replace(grammar, values={**grammar.values, "asof": frozenset({str(board.revision)})})
    return _Read(board, stored, frozen, grammar)


def _read_reported(slug: str, pairs: Pairs) -> _Read:
    """Raises Board.DoesNotExist where nothing reported goes by that slug either."""
    found = find_reported(slug)
    if found is None:
        raise Board.DoesNotExist(f"There is no board {slug!r}.")
    board = as_board(found)
    scope = requested_scope(pairs, board.scopes) or default_scope(board)
    rows = reported_rows(found) if scope == default_scope(board) else {}
    return _Read(board, rows, None, _grammar(board, slug, tuple(rows.values())), source_of(found))


def _kept_sources(view: View, notes: tuple[Note, ...], grammar: Grammar, found: _Read) -> tuple[View, tuple[Note, ...]]:
    """A frozen view has the energies that counted at its revision, a reported board those that were reported."""
    kept = grammar.sources.get(view.scope, ())
    if not found.is_fixed or view.src == kept:
        return view, notes
    why = _("A frozen view keeps the energies that counted at its revision.")
    note = Note("src", "~".join(view.src), why if found.frozen else _("On this board everything is reported."))
    return replace(view, src=kept), (*notes, note)


def _on_a_page(view: View, notes: tuple[Note, ...], rows: int) -> tuple[View, tuple[Note, ...], int]:
    pages = max(1, -(-rows // view.per)) if view.per else 1
    if view.page <= pages:
        return view, notes, pages
    note = Note(
        "page",
        str(view.page),
        format_lazy(ngettext_lazy("This view has {pages} page.", "This view has {pages} pages.", pages), pages=pages),
    )
    return replace(view, page=pages), (*notes, note), pages


def _placed(found: _Read, view: View) -> tuple[Row, ...]:
    """Return all rows with rank and front for the axes and sources of the view."""
    board, rows = found.board, tuple(found.stored.values())
    if view.src != found.grammar.sources.get(view.scope, ()):
        entries = published(board)
        axes = Axes(board.rank_metric, view.x, view.y)
        return tuple(
            to_row(candidate.identity, place, cells)
            for candidate, place, cells in stand(candidates(entries), entries, axes, view.scope, view.src)
        )
    if (view.x, view.y) == (board.x, board.y):
        return rows
    if found.is_fixed:  # the draws of then are not kept, or there were none
        return _with_exact_fronts(rows, view)
    drawn = columns((view.x, view.y), published(board), {pk: row.cells for pk, row in found.stored.items()})
    states = fronts(drawn[view.x], drawn[view.y], resampled=len(rows) <= MAX_RESAMPLED)
    return tuple(
        replace(row, front=state, front_probability=share) for row, (state, share) in zip(rows, states, strict=True)
    )


def _with_exact_fronts(rows: Sequence[Row], view: View) -> tuple[Row, ...]:
    """Membership by the values alone, without resampling."""
    x, y = (
        column(metric, [row.cells[metric].value if metric in row.cells else None for row in rows], [None] * len(rows))
        for metric in (view.x, view.y)
    )
    return tuple(
        replace(row, front=state, front_probability=None)
        for row, (state, _) in zip(rows, fronts(x, y, resampled=False), strict=True)
    )


def _front_of(shown: Sequence[Row], view: View) -> frozenset[str]:
    """Return the ids of the rows that no other row of the view beats on both axes."""
    return frozenset(str(row.id) for row in _with_exact_fronts(shown, view) if row.front == "on")


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
    values = viewing.values(rows) | {"scope": frozenset(board.scopes)}
    return Grammar(defaults, sources, values, default_columns(board.rank_metric, rows), scored(rows))
