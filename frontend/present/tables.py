"""A board's table and chart on other pages: some of its rows, in the board's order, nothing to sort or filter."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from frontend.present import words
from frontend.present.board_table import Table
from frontend.present.columns import columns_of
from frontend.present.heads import plain_heads
from frontend.present.plot import Selection, chart_of
from frontend.present.registry import METRICS
from frontend.present.table import rows_of
from leaderboard.boards.columns import default_columns
from leaderboard.boards.details import BoardRows


def plain_table(part: BoardRows | None, caption: str) -> Table | None:
    if part is None:
        return None
    columns = columns_of(default_columns(part.rank_metric, part.rows), part.rank_metric, part.rows)
    return Table(caption, plain_heads(columns), rows_of(part.rows, columns, part.rows), sorts=False)


def board_part(part: BoardRows) -> Mapping[str, Any]:
    """One board's section on the page of a device or a model. Ranks and front membership are the whole board's."""
    x, y = METRICS[part.x], METRICS[part.y]
    title = _("%(y)s against %(x)s") % {"y": y.name, "x": words.metric_phrase(x.name)}
    chart = chart_of(part.rows, part.rows, Selection(part.x, part.y), title)
    heading = f"{_('Estimated energy')}. " if part.estimated else ""
    return {
        "part": part,
        "chart": chart,
        "svg": chart.inline(),
        "caption": [_("Stepped line: the best of what is shown here. Marks: the whole board's front.")],
        "table": plain_table(part, heading + _("By rank on the whole board")),
    }
