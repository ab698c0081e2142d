"""Where the cards of a choice stand on their board, numbered as they are."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from frontend.present import words
from frontend.present.compare_plots import signed
from frontend.present.plot import Selection, chart_of
from frontend.present.registry import METRICS
from leaderboard.boards.choose.shapes import Choosing
from leaderboard.boards.rows import BoardView


def chart_part(shown: Choosing, view: BoardView) -> Mapping[str, Any] | None:
    """The board's own plot; None where there is nothing to tell apart."""
    ids = tuple(str(card.row.id) for card in shown.cards)
    if len(ids) < 2:
        return None
    x, y = METRICS[view.view.x], METRICS[view.view.y]
    title = _("%(y)s against %(x)s") % {"y": y.name, "x": words.metric_phrase(x.name)}
    selection = Selection(view.view.x, view.view.y, intervals=False, highlighted=ids, brief=True)
    chart = chart_of(shown.feasible, view.board_rows, selection, title)
    numbers = {identity: str(place) for place, identity in enumerate(ids, 1)}
    chart = replace(chart, plot=replace(chart.plot, placed=signed(chart.plot.placed, numbers)))
    return {
        "chart": chart,
        "svg": chart.inline(),
        "title": title,
        "caption": [_("Numbers: the cards below."), _("Stepped line: the whole board's front.")],
    }
