"""What an answer looks like around the figure, as Dash components: the same words and rows as the board's page."""

from collections.abc import Collection, Sequence

from dash import html
from dash.development.base_component import Component
from django.utils.translation import gettext as _

from frontend.explore.attributes import attributes
from frontend.figures.look import Group
from frontend.present.explorer import Exploration
from leaderboard.boards.address_values import MAX_COMPARED

Children = list[Component | str]


def heading(found: Exploration) -> Children:
    parts: Children = []
    if found.estimated:
        parts += [html.Span(_("Estimated energy"), className="estimated"), " "]
    if found.scope:
        parts += [html.Span(_("scope %s") % found.scope, className="scope-chip"), " "]
    return [*parts, html.Span(found.title, className="axes-title")]


def notes(found: Exploration) -> Children:
    if not found.notes:
        return []
    said = html.Summary(_("Parts of this address were ignored"))
    lines = [html.Li([html.Code(f"{note.key}={note.value}"), f" {note.reason}"]) for note in found.notes]
    return [html.Details([said, html.Ul(lines)], className="note warn", open=True)]


def below(found: Exploration) -> Children:
    """The legend and what has to be known to read the plot; or the ways out of a view that shows nothing."""
    if found.submit_href:
        return [_unmeasured(found.submit_href)]
    if found.ways_out:
        links = [html.Li(html.A(way.text, href=way.href, className="view")) for way in found.ways_out]
        return [html.Div([html.H3(_("No entry matches these filters")), html.Ul(links)], className="empty")]
    zoomed: Children = []
    if found.unzoom_href:
        zoomed = [html.A(_("Reset zoom"), href=found.unzoom_href, className="view")]
    counts: Children = [html.Span(text, className=f"{width}-only") for width, text in found.labelled.items()]
    caption = html.P([*counts, " ", " ".join(found.caption), " ", *zoomed], className="said")
    return [_legend(found.groups, found.fills), caption]


def _unmeasured(submit_href: str) -> Component:
    said = _("An entry appears once a device has measured a model on this benchmark.")
    link = html.A(_("Submit a model"), href=submit_href)
    heading = html.H3(_("Nothing is measured here yet"))
    return html.Div([heading, html.P([said, " ", link])], className="empty unmeasured")


def _legend(groups: Sequence[Group], fills: Collection[str]) -> Component:
    keys = [html.Li(_kind(group)) for group in groups]
    meanings = {"open": _("open: estimated"), "dot": _("with a dot: reported")}
    keys += [html.Li([html.Span(className=f"swatch {fill}"), said]) for fill, said in meanings.items() if fill in fills]
    return html.Ul(keys, className="legend", **attributes(aria_label=_("Legend")))


def _kind(group: Group) -> Component:
    swatch = html.Span(className=f"swatch {group.shape} {group.colour[2:]} {group.key}")
    return html.Button([swatch, group.label], type="button", **attributes(data_kind=group.key, aria_pressed="true"))


def chosen(found: Exploration) -> Children:
    if not found.table.picks:
        return []
    full = _("At most %d entries are compared; remove one first.") % MAX_COMPARED
    many = _("{count} entries lie in that area; at most %d are compared. Draw a smaller one.") % MAX_COMPARED
    told = attributes(data_full=full, data_many=many)
    said = html.P(found.chosen_words, className="chosen-words", role="status", **told)
    if not found.chosen:
        return [html.H2(_("Selection")), said]
    entries = [
        html.Li(
            [
                html.A(one.name, href=one.href),
                html.Span(one.values, className="values"),
                html.A(
                    [_("Remove"), html.Span(f" {one.name}", className="only-read")],
                    href=one.without_href,
                    className="view",
                ),
            ]
        )
        for one in found.chosen
    ]
    ways: Children = [html.A(_("Clear selection"), href=found.clear_href, className="view")]
    if found.compare_href:
        ways = [html.A(_("Compare"), href=found.compare_href, className="button"), " ", *ways]
    return [html.H2(_("Selection")), said, html.Ol(entries), html.P(ways)]


def forms(found: Exploration) -> Children:
    links = [html.A(form.name, href=form.href) for form in found.forms]
    spaced: Children = [part for one in links for part in (" ", one)]
    board = html.A(_("the board's page"), href=found.state["board"])
    return [html.P([_("This view as"), *spaced, " ", _("or on"), " ", board], className="forms")]
