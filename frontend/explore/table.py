"""The linked table: the board's columns and rows as plain HTML elements, with a button in each row that selects it."""

from collections.abc import Collection

from dash import html
from dash.development.base_component import Component
from django.utils.translation import gettext as _

from frontend.explore.attributes import attributes
from frontend.present.explorer import Exploration
from frontend.present.heads import Head
from frontend.present.links import explored
from frontend.present.table import ShownCell, ShownRow

CAPTION = "linked-caption"


def table(found: Exploration) -> list[Component]:
    if not found.table.rows:
        return []
    chosen = {one.id for one in found.chosen}
    rows = [_row(row, chosen) for row in found.table.rows]
    whole = html.Table(
        [
            html.Caption(found.table.caption, id=CAPTION),
            html.Thead(html.Tr([_pick_head(), *(_head(head) for head in found.table.heads)])),
            html.Tbody(rows),
        ],
        className="board",
    )
    region = html.Div(whole, className="scroll", role="region", tabIndex=0, **attributes(aria_labelledby=CAPTION))
    return [region, *_pages(found)]


def _pages(found: Exploration) -> list[Component]:
    if not found.pages:
        return []
    links = [
        html.A(page.text, href=page.href, className="view", **(attributes(aria_current="page") if page.current else {}))
        for page in found.pages
    ]
    return [html.Nav(links, className="pages", **attributes(aria_label=_("Pages")))]


def _pick_head() -> Component:
    return html.Th(html.Span(_("Select"), className="only-read"), scope="col", className="pick")


def _head(head: Head) -> Component:
    sort = html.A(head.name, href=explored(head.href), className="sort view", title=head.tooltip)
    parts: list[Component] = [sort if head.href else html.Span(head.name, className="name")]
    if head.about:
        meaning = html.Span(_("What %s means, ") % head.name, className="only-read")
        parts.append(html.A([meaning, head.unit or "?"], href=head.about, className="unit", title=head.tooltip))
    ordered = attributes(aria_sort=head.sorted) if head.sorted else {}
    return html.Th(parts, scope="col", className=head.classes, **ordered)


def _row(shown: ShownRow, chosen: Collection[str]) -> Component:
    identity = str(shown.row.id)
    picked = identity in chosen
    cells = [
        html.Td(_pick(shown, picked=picked), className="pick"),
        html.Td([html.B(shown.rank), html.Small(shown.rank_interval)], className="rank", title=shown.rank_words),
        _model(shown),
        html.Td(html.A(shown.row.device_name, href=f"/devices/{shown.row.device}/"), className="wide device"),
        *(_cell(cell) for cell in shown.cells),
        html.Td(", ".join(str(badge.text) for badge in (*shown.badges, *shown.flags)), className="wide badges"),
        html.Td(f"{shown.published_at:%Y-%m-%d}", className="wide date"),
    ]
    classes = " ".join([shown.row.front, *(["tied"] if shown.tied else []), *(["hl"] if picked else [])])
    return html.Tr(cells, className=classes, **attributes(data_id=identity))


def _pick(shown: ShownRow, *, picked: bool) -> Component:
    name = html.Span(_("Select %s") % shown.row.model_name, className="only-read")
    return html.Button(
        name,
        type="button",
        className="tick",
        **attributes(aria_pressed=str(picked).lower(), data_pick=str(shown.row.id)),
    )


def _model(shown: ShownRow) -> Component:
    parts = [html.A(shown.row.model_name, href=shown.href), html.Small(shown.config)]
    if shown.row.front in {"on", "contested"}:
        parts.append(html.Span(shown.front_words, className=f"membership {shown.row.front}"))
    return html.Th(parts, scope="row", className="model")


def _cell(cell: ShownCell) -> Component:
    value = f"{cell.text} {cell.why}".rstrip()
    parts: list[Component] = [html.Span(value, className="v")]
    if cell.interval:
        parts.append(html.Small([html.Span(cell.interval, className="iv"), html.Span(cell.plus_minus, className="pm")]))
    classes = "num" if cell.narrow else "num wide"
    return html.Td(parts, className=f"{classes} why" if cell.why else classes, **attributes(data_v=cell.sort))
