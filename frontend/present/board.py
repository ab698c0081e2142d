"""Everything a board's page shows, from its view."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from frontend import numbers
from frontend.present import words
from frontend.present.filters import filters_of, ways_out
from frontend.present.heads import Head, heads_of
from frontend.present.links import board_url, explore_url, neighbour
from frontend.present.plot import Chart, board_chart
from frontend.present.reading import reading, summary
from frontend.present.table import ShownRow, columns_of, rows_of
from leaderboard.boards.rows import BoardView
from leaderboard.metrics.registry import METRICS


@dataclass(frozen=True, slots=True)
class Table:
    caption: str
    heads: tuple[Head, ...]
    rows: tuple[ShownRow, ...]
    sorts: bool
    """Whether all rows of the view are here, so that a script may sort them in place."""


@dataclass(frozen=True, slots=True)
class Form:
    name: str
    type: str
    href: str
    about: str


@dataclass(frozen=True, slots=True)
class PageLink:
    name: str
    href: str
    current: bool


def board_context(view: BoardView) -> Mapping[str, Any]:
    chart = board_chart(view, summary(view))
    provenances = {badge.text: badge for row in view.board_rows for badge in words.energy_badges(row)[:1]}
    return {
        "view": view,
        "reading": reading(view),
        "summary": chart.name,
        "rank_metric": METRICS[view.rank_metric],
        "scope_badge": words.scope_badge(view.view.scope) if view.view.scope else None,
        "source_badge": next(iter(provenances.values())) if len(provenances) == 1 else None,
        "chart": chart,
        "chart_title": chart_title(view),
        "chart_caption": caption_of(view, chart),
        "has_open": any(mark.point.fill == "open" for mark in chart.plot.placed),
        "svg": inline_svg(chart),
        "table": table_of(view),
        "filters": filters_of(view),
        "ways_out": ways_out(view) if not view.rows else (),
        "forms": forms_of(view),
        "permalink": board_url(view.slug, view.query),
        "explore_href": explore_url(view.slug, view.query),
        "pages": pages_of(view),
    }


def inline_svg(chart: Chart) -> SafeString:
    return mark_safe(chart.inline())  # noqa: S308 - made by ElementTree, which escapes every text and attribute


def chart_title(view: BoardView) -> str:
    x, y = METRICS[view.view.x], METRICS[view.view.y]
    return _("%(y)s against %(x)s") % {"y": y.name, "x": words.metric_phrase(x.name)}


def caption_of(view: BoardView, chart: Chart) -> list[str]:
    """What has to be known to read the chart."""
    found = []
    if chart.on_front:
        said = {"labelled": chart.labelled, "count": chart.on_front}
        found.append(_("%(labelled)d of %(count)d front entries labelled.") % said)
    found.append(_("Stepped line: the whole board's front."))
    if view.view.ci:
        found.append(_("Whiskers: 95 % intervals."))
    return found


def table_of(view: BoardView) -> Table:
    columns = columns_of(view.rank_metric, (view.view.x, view.view.y), view.board_rows)
    per = view.view.per
    first = (view.view.page - 1) * per if per else 0
    rows = view.rows[first : first + per] if per else view.rows
    by_rank = not view.view.sort or view.view.sort[0] == "rank"
    return Table(
        caption=_table_caption(view, len(rows)),
        heads=heads_of(view, columns),
        rows=rows_of(rows, columns, view.board_rows, by_rank=by_rank, highlighted=view.view.highlight),
        sorts=len(rows) == len(view.rows),
    )


def _table_caption(view: BoardView, shown: int) -> str:
    heading = f"{_('Estimated energy')}. " if view.estimated else ""
    order = _("rank")
    if view.view.sort:
        order = ", ".join(_order_words(word) for word in view.view.sort)
    counted = numbers.counted(len(view.rows), _("entry"), _("entries"))
    if shown < len(view.rows):
        counted = _("%(shown)d of %(all)s") % {"shown": shown, "all": counted}
    return heading + _("%(counted)s by %(order)s; ties by rank interval, then entry id.") % {
        "counted": counted,
        "order": order,
    }


def _order_words(word: str) -> str:
    column = word.removeprefix("-")
    name = words.metric_phrase(METRICS[column].name) if column in METRICS else column
    return f"{name}, {_('highest first') if word.startswith('-') else _('lowest first')}"


def forms_of(view: BoardView) -> tuple[Form, ...]:
    forms = (
        ("JSON", "application/json", "json", _("every value, interval, source and front flag")),
        ("CSV", "text/csv", "csv", _("one row per entry, the same values")),
        ("SVG", "image/svg+xml", "svg", _("the chart with its title and caption")),
    )
    return tuple(Form(name, kind, board_url(view.slug, view.query, end), about) for name, kind, end, about in forms)


def pages_of(view: BoardView) -> tuple[PageLink, ...]:
    if view.pages < 2 and (view.view.per is None or len(view.rows) <= view.view.per):
        return ()
    links = [
        PageLink(str(number), neighbour(view, page=number), number == view.view.page)
        for number in range(1, view.pages + 1)
    ]
    return (*links, PageLink(_("all"), neighbour(view, per=None), current=False))


def svg_file(view: BoardView, address: str) -> str:
    chart = board_chart(view, summary(view))
    scope = str(words.SCOPE_NAMES[view.view.scope]) if view.view.scope else _("no energy")
    heading = f"{_('Estimated energy')}: " if view.estimated else ""
    facts = _("Scope: %(scope)s. Revision %(revision)d. %(address)s") % {
        "scope": scope,
        "revision": view.revision,
        "address": address,
    }
    title = f"{view.title}: {heading}{chart_title(view)}"
    return chart.as_file(title, [summary(view), " ".join(caption_of(view, chart)), facts])
