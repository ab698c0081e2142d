"""Everything a board's page shows, from its view."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from frontend.charts.hexagons import MOST_POINTS
from frontend.present import words
from frontend.present.board_table import pages_of, table_of, tools_of
from frontend.present.data_licence import data_licence
from frontend.present.filters import filters_of, ways_out
from frontend.present.links import board_url, explore_url, neighbour
from frontend.present.panels import panel
from frontend.present.plot import Chart, board_chart
from frontend.present.reading import reading, summary
from frontend.present.registry import METRICS
from frontend.present.row_names import names_of
from leaderboard.boards.address import write
from leaderboard.boards.columns import ALL
from leaderboard.boards.rows import BoardView
from leaderboard.boards.short_ids import short_id


@dataclass(frozen=True, slots=True)
class Form:
    name: str
    type: str
    href: str
    about: str


def board_context(view: BoardView) -> Mapping[str, Any]:
    provenances = {badge.text: badge for row in view.board_rows for badge in words.energy_badges(row)[:1]}
    chart = panel("chart", lambda: chart_part(view))
    return {
        "view": view,
        "reading": reading(view),
        "rank_metric": METRICS[view.rank_metric],
        "scope_badge": words.scope_badge(view.view.scope) if view.view.scope else None,
        "source_badge": next(iter(provenances.values())) if len(provenances) == 1 else None,
        "chart_title": chart_title(view),
        **(chart or {"summary": summary(view), "chart": None}),
        "table": panel("table", lambda: table_of(view)),
        "tools": tools_of(view),
        "filters": filters_of(view),
        "ways_out": ways_out(view) if not view.rows else (),
        "forms": forms_of(view),
        "whole_forms": whole_forms_of(view),
        "chosen": chosen_of(view),
        "permalink": board_url(view.slug, view.query),
        "explore_href": explore_url(view.slug, view.query),
        "live_href": neighbour(view, asof=None) if view.frozen_at else "",
        "pages": pages_of(view),
    }


def chart_part(view: BoardView) -> Mapping[str, Any]:
    chart = board_chart(view, summary(view), brief=True)
    return {
        "summary": chart.name,
        "chart": chart,
        "chart_caption": caption_of(view, chart),
        "labelled": labelled_words(chart),
        "has_open": any(mark.point.fill == "open" for mark in chart.plot.placed),
        "svg": chart.inline(),
    }


def chosen_of(view: BoardView) -> Sequence[Mapping[str, str]]:
    """The entries to be compared, by the names that tell them apart, wherever on the board they are."""
    names = names_of(view.board_rows) if view.view.compared else {}
    return [{"id": short_id(identity), "name": names[identity]} for identity in view.view.compared if identity in names]


def chart_title(view: BoardView) -> str:
    x, y = METRICS[view.view.x], METRICS[view.view.y]
    return _("%(y)s against %(x)s") % {"y": y.name, "x": words.metric_phrase(x.name)}


def caption_of(view: BoardView, chart: Chart) -> list[str]:
    """What has to be known to read the chart."""
    found = []
    if len(view.rows) > MOST_POINTS:
        found.append(_("More than %d entries: dominated ones are counted in hexagons.") % MOST_POINTS)
    if chart.plot.guides:
        found.append(_("Hatched: fails a limit."))
    found.append(_("Stepped line: the whole board's front."))
    if view.view.ci:
        found.append(_("Whiskers: 95 % intervals."))
    if view.view.front_in_view:
        counted = len(view.view_front)
        found.append(_("%d of the entries shown are on the front of what is shown; the table marks them.") % counted)
    return found


def labelled_words(chart: Chart) -> Mapping[str, str]:
    """How many of the front are named in the plot, by its size."""
    said = _("%(labelled)d of %(count)d front entries labelled.")
    if not chart.on_front:
        return {}
    return {frame: said % {"labelled": count, "count": chart.on_front} for frame, count in chart.labelled.items()}


def forms_of(view: BoardView) -> tuple[Form, ...]:
    forms = (
        ("JSON", "application/json", "json", _("all rows: the table’s columns with intervals, sources and front")),
        ("CSV", "text/csv", "csv", _("the same, one line per entry")),
        ("SVG", "image/svg+xml", "svg", _("the chart with its title and caption")),
    )
    return tuple(Form(name, kind, board_url(view.slug, view.query, end), about) for name, kind, end, about in forms)


def whole_forms_of(view: BoardView) -> tuple[Form, ...]:
    """The same rows with every metric that the board has."""
    query = write(replace(view.view, columns=(ALL,)), view.grammar)
    forms = (("JSON", "application/json", "json"), ("CSV", "text/csv", "csv"))
    return tuple(Form(name, kind, board_url(view.slug, query, end), "") for name, kind, end in forms)


def svg_file(view: BoardView, address: str) -> str:
    chart = board_chart(view, summary(view))
    scope = str(words.SCOPE_NAMES[view.view.scope]) if view.view.scope else _("no energy")
    heading = f"{_('Estimated energy')}: " if view.estimated else ""
    facts = _("Scope: %(scope)s. Revision %(revision)d.") % {"scope": scope, "revision": view.revision}
    title = f"{view.title}: {heading}{chart_title(view)}"
    said = [labelled_words(chart)["wide"]] if chart.on_front else []
    caption = " ".join([*said, *caption_of(view, chart), *chart.asides])
    return chart.as_file(title, [summary(view), caption, f"{facts} {data_licence(view)}", address])
