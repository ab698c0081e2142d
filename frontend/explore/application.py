"""The Plotly Dash application behind every board's explorer: from an address to all that is shown."""

from functools import cache
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output
from django.core.exceptions import ObjectDoesNotExist
from django.utils.html import json_script
from plotly.utils import PlotlyJSONEncoder
from werkzeug.exceptions import NotFound

from frontend.explore import ids, parts
from frontend.explore.layout import layout
from frontend.explore.table import table
from frontend.present.explorer import Exploration
from frontend.present.memory import remembered
from leaderboard.boards.selectors import board_state

PREFIX = "/explore/"
CUT = "<!-- The page has the part above. -->"
ANSWERED = (
    Output(ids.DRAWN, "data"),
    Output(ids.STATE, "data"),
    Output(ids.HEADING, "children"),
    Output(ids.SUMMARY, "children"),
    Output(ids.LEGEND, "children"),
    Output(ids.CHOSEN, "children"),
    Output(ids.NOTES, "children"),
    Output(ids.FORMS, "children"),
)

TABLED = Output(ids.ROWS, "data")
"""Asked for once the answer is there: the plot is drawn before a hundred rows are."""


@cache
def application() -> Dash:
    explorer = Dash(
        "frontend.explore",
        requests_pathname_prefix=PREFIX,
        routes_pathname_prefix=PREFIX,
        include_assets_files=False,
        # Django's page has the head, the place of the application and the first picture.
        index_string="{%app_entry%}" + CUT + "{%config%}{%scripts%}{%renderer%}",
        # Wherever asgiref can be imported, Dash would run callbacks in a loop, where the ORM refuses to work.
        use_async=False,
        csrf_token_name="csrftoken",  # noqa: S106 - the name of Django's cookie, not a secret
        csrf_header_name="X-CSRFToken",
        update_title="",
        add_log_handler=False,
    )
    # A fault is Django's to answer and to log, as on every page.
    explorer.server.config["PROPAGATE_EXCEPTIONS"] = True
    explorer.layout = layout  # made for each reader, in their language
    explorer.callback(*ANSWERED, Input(ids.ASKED, "data"), prevent_initial_call=True)(answer)
    explorer.callback(TABLED, Input(ids.FOLLOWED, "data"), prevent_initial_call=True)(rows)
    for name, output, inputs in (
        ("begin", Output(ids.ASKED, "data"), (Input(ids.READY, "id"),)),
        ("paint", Output(ids.GRAPH, "figure"), (Input(ids.DRAWN, "data"), Input(ids.THEME, "data"))),
        ("follow", Output(ids.FOLLOWED, "data"), (Input(ids.STATE, "data"),)),
        ("fill", Output(ids.FILLED, "data"), (Input(ids.ROWS, "data"),)),
    ):
        function = ClientsideFunction("explorer", name)
        explorer.clientside_callback(function, output, *inputs)  # type: ignore[no-untyped-call]  # dash has no type here
    return explorer


def answer(asked: dict[str, str]) -> tuple[Any, ...]:
    """Return the values of `ANSWERED` for a board and a query string."""
    return _values(_found(asked))


def _values(found: Exploration) -> tuple[Any, ...]:
    return (
        found.figure,
        found.state,
        parts.heading(found),
        found.summary,
        parts.below(found),
        parts.chosen(found),
        parts.notes(found),
        parts.forms(found),
    )


def carried(found: Exploration) -> str:
    """Return the answer as a page carries it: the plot needs no call before it is drawn."""
    values = zip(ANSWERED, _values(found), strict=True)
    filled = {place.component_id: {place.component_property: value} for place, value in values}
    return json_script(filled, "answer", PlotlyJSONEncoder)


def rows(followed: dict[str, str]) -> str:
    """Return the linked table of a view."""
    return table(_found(followed))


def _found(asked: dict[str, str]) -> Exploration:
    """A board that there is not is a 404."""
    try:
        return remembered(board_state(asked["board"]), asked["board"], asked["query"])
    except ObjectDoesNotExist:
        raise NotFound from None


def page_scripts() -> str:
    """Return all that Dash would write into a page to run the application."""
    whole: str = application().index()  # type: ignore[no-untyped-call]  # dash has no type here
    return whole.partition(CUT)[2]


def callbacks() -> dict[str, str]:
    """Return how Dash names the callbacks that the server answers, each with the store that it is asked through."""
    places = "...".join(f"{place.component_id}.{place.component_property}" for place in ANSWERED)
    return {f"..{places}..": ids.ASKED, f"{ids.ROWS}.data": ids.FOLLOWED}
