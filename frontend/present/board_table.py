"""The table of a board's view: its rows on one page, what its caption says of them, and what can be done with them."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from frontend import numbers
from frontend.present import words
from frontend.present.columns import Chooser, chooser_of, columns_of
from frontend.present.heads import Head, heads_of
from frontend.present.links import neighbour
from frontend.present.orders import order_of, order_words
from frontend.present.registry import METRICS
from frontend.present.row_names import names_of
from frontend.present.table import Marks, ShownRow, rows_of
from leaderboard.boards.columns import shown as shown_columns
from leaderboard.boards.rows import BoardView, Row


@dataclass(frozen=True, slots=True)
class Table:
    caption: str
    heads: tuple[Head, ...]
    rows: tuple[ShownRow, ...]
    sorts: bool
    """Whether all rows of the view are here, so that a script may sort them in place."""
    sorted_caption: str = ""
    """What the caption then says, with `{order}` for the order."""
    picks: bool = False
    """Whether rows can be ticked to be compared."""
    elsewhere: tuple[str, ...] = ()
    """Entries that are ticked and stand on no row here."""
    linked: bool = True
    """Whether devices have pages: those of reported results are of somebody else."""

    @property
    def width(self) -> int:
        return len(self.heads) + self.picks


@dataclass(frozen=True, slots=True)
class PageLink:
    name: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Tools:
    """What stands over the table: other ways to group its rows, and its columns."""

    groups: tuple[PageLink, ...]
    panels: tuple[PageLink, ...]
    best_words: str
    chooser: Chooser


def table_of(view: BoardView) -> Table:
    columns = columns_of(shown_columns(view.view, view.grammar), view.rank_metric, view.board_rows)
    per = view.view.per
    first = (view.view.page - 1) * per if per else 0
    rows = view.rows[first : first + per] if per else view.rows
    by_rank = not view.view.sort or view.view.sort[0] == "rank"
    here = {str(row.id) for row in rows}
    return Table(
        caption=_caption(view, len(rows), order_of(view)),
        sorted_caption=_caption(view, len(rows), "{order}"),
        heads=heads_of(view, columns),
        rows=rows_of(rows, columns, view.board_rows, by_rank=by_rank, marks=_marks(view)),
        sorts=len(rows) == len(view.rows),
        picks=view.reported is None,
        linked=view.reported is None,
        elsewhere=tuple(identity for identity in view.view.compared if identity not in here),
    )


def tools_of(view: BoardView) -> Tools:
    state = view.view
    groups = (("config", _("every configuration")), ("model", _("best per model")))
    panels = (("both", _("both")), ("chart", _("chart")), ("table", _("table")))
    return Tools(
        groups=tuple(PageLink(name, neighbour(view, group=key), key == state.group) for key, name in groups),
        panels=tuple(
            PageLink(name, neighbour(view, panels=key, page=state.page), key == state.panels) for key, name in panels
        ),
        best_words=best_words(view) if state.group == "model" else "",
        chooser=chooser_of(view),
    )


def best_words(view: BoardView) -> str:
    """What the best configuration of a model is, here: never implicit."""
    metric = METRICS[view.rank_metric if any(row.rank is not None for row in view.board_rows) else view.view.y]
    limits = [
        f"{METRICS[key].name} {sign} {numbers.significant(value)}"
        for sign, bounds in (("≥", view.view.minimum), ("≤", view.view.maximum))
        for key, value in bounds.items()
    ]
    said = {"order": order_words(metric.direction), "metric": words.metric_phrase(metric.name)}
    if limits:
        return _("Best per model: the %(order)s %(metric)s meeting %(limits)s.") % (
            said | {"limits": ", ".join(limits)}
        )
    return _("Best per model: the %(order)s %(metric)s among the entries that the filters leave.") % said


def pages_of(view: BoardView) -> tuple[PageLink, ...]:
    if view.pages < 2 and (view.view.per is None or len(view.rows) <= view.view.per):
        return ()
    links = [
        PageLink(str(number), neighbour(view, page=number), number == view.view.page)
        for number in range(1, view.pages + 1)
    ]
    return (*links, PageLink(_("all"), neighbour(view, per=None), current=False))


def _marks(view: BoardView) -> Marks:
    best = {str(row.id): row for row in view.rows} if view.best_of else {}
    everything = {
        identity: neighbour(view, group="config", model=(row.model,))
        for identity, row in best.items()
        if view.best_of[identity] > 1
    }
    return Marks(
        highlighted=frozenset(view.view.highlight),
        compared=frozenset(view.view.compared),
        best_of=view.best_of,
        all_hrefs=everything,
        front=view.view_front,
        since=view.since,
        places=_places(view),
        names=names_of(view.board_rows),
    )


def _places(view: BoardView) -> Mapping[str, int]:
    """Ranks among the rows of the view, equal ones shared; nothing where all rows are here."""
    if len(view.rows) == view.total:
        return {}
    ranked = sorted((row for row in view.rows if row.rank is not None), key=_rank)
    places: dict[str, int] = {}
    for index, row in enumerate(ranked):
        before = ranked[index - 1] if index else None
        same = before is not None and before.rank == row.rank
        places[str(row.id)] = places[str(before.id)] if before is not None and same else index + 1
    return places


def _rank(row: Row) -> int:
    return row.rank or 0


def _caption(view: BoardView, shown: int, order: str) -> str:
    heading = f"{_('Estimated energy')}. " if view.estimated else ""
    counted = numbers.counted(len(view.rows), _("entry"), _("entries"))
    if shown < len(view.rows):
        counted = _("%(shown)d of %(all)s") % {"shown": shown, "all": counted}
    said = {"counted": counted, "order": order}
    if any(row.rank_low is not None for row in view.rows):
        return heading + _("%(counted)s by %(order)s; ties by rank interval, then entry id.") % said
    return heading + _("%(counted)s by %(order)s; ties by entry id.") % said
