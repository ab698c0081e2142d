"""Everything the explorer shows, from the same view as the board's page."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from frontend import numbers
from frontend.figures.look import Group, Look
from frontend.figures.notes import labelled
from frontend.figures.pareto import FigureWords, pareto_figure
from frontend.present import words
from frontend.present.board import Form, caption_of, chart_title, forms_of
from frontend.present.board_table import Table, pages_of, table_of
from frontend.present.filters import filters_of, ways_out
from frontend.present.groups import groups_of
from frontend.present.links import board_url, explore_url, explored
from frontend.present.plot import Chart, board_chart
from frontend.present.reading import summary
from frontend.present.registry import METRICS
from frontend.present.row_names import names_of
from leaderboard.boards.address import parse, write
from leaderboard.boards.address_values import MAX_COMPARED
from leaderboard.boards.rows import BoardView, Note, Row


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """One entry that is selected to be compared."""

    id: str
    name: str
    href: str
    values: str
    without_href: str


@dataclass(frozen=True, slots=True)
class Exploration:
    """One answer of the explorer. `state` is what the page's script needs to keep address and form in step."""

    title: str
    estimated: bool
    scope: str
    summary: str
    caption: Sequence[str]
    labelled: Mapping[str, str]
    """How many of the front are named in this plot, which has other room than the board's, by the room."""
    figure: Mapping[str, Any]
    groups: Sequence[Group]
    fills: Collection[str]
    table: Table
    pages: Sequence[Link]
    ways_out: Sequence[Link]
    submit_href: str
    """Where a first entry would come from; empty once there is one."""
    chosen: Sequence[Chosen]
    chosen_words: str
    """Empty where nothing can be compared, because it is reported."""
    clear_href: str
    compare_href: str
    """Empty while there is nothing to compare with."""
    unzoom_href: str
    forms: Sequence[Form]
    notes: Sequence[Note]
    state: Mapping[str, Any]


def _is_filtered_out(view: BoardView) -> bool:
    return bool(view.board_rows) and not view.rows


def exploration_of(view: BoardView) -> Exploration:
    chart = board_chart(view, summary(view), whole=True)  # Plotly has its own window
    groups, _group_of = groups_of(view)
    shown = set(_group_of.values())
    return Exploration(
        title=chart_title(view),
        estimated=view.estimated,
        scope=str(words.SCOPE_NAMES[view.view.scope]) if view.view.scope else "",
        summary=chart.name,
        caption=[*caption_of(view, chart), *chart.asides],
        labelled=_labelled(chart),
        figure=figure_of(view, chart),
        groups=[group for group in reversed(groups) if group.key in shown],
        fills=chart.fills,
        table=table_of(view),
        pages=[Link(page.name, explored(page.href), page.current) for page in pages_of(view)],
        ways_out=[Link(way.text, explored(way.href)) for way in ways_out(view)] if _is_filtered_out(view) else [],
        submit_href="" if view.board_rows else f"/submit/?board={view.slug}",
        chosen=_chosen(view),
        chosen_words=_chosen_words(view),
        clear_href=_explore(view, compared=()),
        compare_href="" if view.reported else _compare(view),
        unzoom_href=_explore(view, zoom=None) if view.view.zoom else "",
        forms=forms_of(view),
        notes=view.notes,
        state=_state(view),
    )


def figure_of(view: BoardView, chart: Chart) -> dict[str, Any]:
    state = view.view
    groups, group_of = groups_of(view)
    axes = (view.slug, state.x, state.y, str(state.xs), str(state.ys), str(state.zoom))
    look = Look(groups, group_of, state.compared, state.zoom, " ".join(axes))
    said = FigureWords(
        _("better"), _("%d dominated entries"), _("No entry has a value on both axes."), _("×%d at this place")
    )
    return pareto_figure(chart.plot, look, said, intervals=state.ci)


def _labelled(chart: Chart) -> Mapping[str, str]:
    if not chart.on_front:
        return {}
    said = _("%(labelled)d of %(count)d front entries labelled.")
    return {width: said % {"labelled": count, "count": chart.on_front} for width, count in labelled(chart.plot).items()}


def _chosen_rows(view: BoardView) -> list[Row]:
    """Also those that the filters leave out: a choice is kept across filters."""
    by_id = {str(row.id): row for row in view.board_rows}
    return [by_id[identity] for identity in view.view.compared if identity in by_id]


def _chosen(view: BoardView) -> list[Chosen]:
    rows = _chosen_rows(view)
    # Told apart from everything on the board, not only from the others here.
    names = names_of(view.board_rows)
    return [
        Chosen(
            id=str(row.id),
            name=names[str(row.id)],
            href=f"/entries/{row.id}/",
            values="; ".join(_said(row, key) for key in dict.fromkeys((view.view.y, view.view.x))),
            without_href=_explore(view, compared=tuple(one for one in view.view.compared if one != str(row.id))),
        )
        for row in rows
    ]


def _said(row: Row, key: str) -> str:
    cell = row.cells.get(key)
    value = numbers.in_words(cell, METRICS[key]) if cell else numbers.ABSENT
    return f"{METRICS[key].name} {value}"


def _chosen_words(view: BoardView) -> str:
    if view.reported:
        return ""
    rows = _chosen_rows(view)
    told = names_of(view.board_rows)
    names = [told[str(row.id)] for row in rows]
    if not rows:
        return _("Select up to %d entries, in the plot or in the table, to see them side by side.") % MAX_COMPARED
    if len(rows) == 1:
        left = MAX_COMPARED - 1
        return _("%(name)s is the baseline. Select up to %(left)d more.") % {"name": names[0], "left": left}
    said = {"first": names[0], "others": words.joined(names[1:], most=MAX_COMPARED)}
    return _("To be compared: %(first)s, the baseline, with %(others)s.") % said


def _compare(view: BoardView) -> str:
    ids = [str(row.id) for row in _chosen_rows(view)]
    return f"/compare/?e={'~'.join(ids)}" if len(ids) > 1 else ""


def _state(view: BoardView) -> dict[str, Any]:
    """`query` is the view's address; `kept` what the form has no field for; `controls` the values of its fields."""
    state = view.view
    kept = dict(parse(view.query))
    kept = {key: kept.get(key, "") for key in ("sort", "hl", "e", "model", "group", "cols", "view", "asof")}
    kept["zoom"] = write(replace(view.grammar.defaults, zoom=state.zoom), view.grammar).removeprefix("zoom=")
    return {
        "query": view.query,
        "path": explore_url(view.slug),
        "board": board_url(view.slug, view.query),
        "controls": _controls(view),
        "kept": {key: text for key, text in kept.items() if text},
        "picks": view.reported is None,
        "chosen": list(state.compared),
        "active": filters_of(view).active,
    }


def _controls(view: BoardView) -> dict[str, list[str]]:
    filters = filters_of(view, explores=True)
    found = {group.key: [choice.value for choice in group.choices if choice.chosen] for group in filters.groups}
    found |= {limit.name: [limit.value] for limit in filters.limits}
    for axis in filters.axes:
        found[axis.key] = [option.value for option in axis.options if option.chosen]
        found[axis.scale_key] = [option.value for option in axis.scales if option.chosen]
    found["color"] = [view.view.colour]
    found["scope"] = [view.view.scope or ""]
    found["band"] = ["1"] if filters.band else []
    found["front_in_view"] = ["1"] if filters.front_in_view else []
    return found | {"q": [filters.q], "ci": ["1" if filters.ci else "0"]}


def _explore(view: BoardView, **changes: Any) -> str:
    return explore_url(view.slug, write(replace(view.view, **changes), view.grammar))
