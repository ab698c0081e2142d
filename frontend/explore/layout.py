"""The explorer's components before the first answer: places, and stores that carry the state."""

from typing import Any, cast

from dash import dcc, html
from dash.development.base_component import Component
from django.utils.translation import gettext as _

from frontend.explore import ids
from frontend.explore.attributes import attributes
from frontend.figures.config import CONFIG


def layout() -> Component:
    """The script asks (`asked`), the server answers (`drawn`, `state`, places), the script paints, follows, fills."""
    return html.Div(
        [
            html.Div(id=ids.READY),
            dcc.Store(id=ids.ASKED),
            dcc.Store(id=ids.DRAWN),
            dcc.Store(id=ids.THEME),
            dcc.Store(id=ids.STATE),
            dcc.Store(id=ids.FOLLOWED),
            dcc.Store(id=ids.ROWS),
            dcc.Store(id=ids.FILLED),
            html.Div(id=ids.NOTES),
            html.Section(
                [
                    html.H2(id=ids.HEADING, className="chart-title"),
                    html.P(id=ids.SUMMARY, className="summary", **attributes(aria_live="polite")),
                    html.Div(
                        dcc.Graph(id=ids.GRAPH, config=cast("Any", dict(CONFIG)), responsive=True), className="graph"
                    ),
                    html.Div(id=ids.LEGEND, className="below-graph"),
                ],
                **attributes(aria_labelledby=ids.HEADING),
            ),
            html.Section(id=ids.CHOSEN, className="chosen", **attributes(aria_label=_("Selection"))),
            html.Section(id=ids.TABLE, **attributes(aria_label=_("Entries"))),
            html.Div(id=ids.FORMS),
        ],
        className="explored",
    )
