"""The two plots of a frontier over time: the best value by date, and the fronts as they were."""

from collections.abc import Mapping
from datetime import date
from xml.etree.ElementTree import Element

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from frontend import numbers
from frontend.charts.axis import make_axis
from frontend.charts.dates import Event, date_axis, overlay, timeline
from frontend.charts.draw import ChartWords, draw
from frontend.charts.scatter import Plot, Span, arrange
from frontend.present.axes import axis_words
from frontend.present.drawn import drawn
from frontend.present.plot import Selection, chart_of
from frontend.present.registry import METRICS
from leaderboard.boards.dated_fronts import dated_fronts
from leaderboard.boards.frontier import FrontierView
from leaderboard.boards.moves import Move
from leaderboard.boards.rows import Row

MOST_LABELS = 12


def said_value(found: FrontierView, move: Move) -> str:
    return numbers.in_words(move.cell, METRICS[found.metric])


def timeline_of(found: FrontierView, names: Mapping[str, str], title: str, today: date) -> Element:
    metric = METRICS[found.metric]
    ends = [end for move in found.moves for end in _ends(move)]
    axis = make_axis(metric, [entry.value for entry in found.dated], ends, words=axis_words(metric))
    days = [move.on for move in found.moves]
    x = date_axis(days, today)
    events = [
        Event(
            on=move.on,
            value=move.value,
            low=move.cell.low,
            high=move.cell.high,
            label=names[str(move.row.id)] if index >= len(found.moves) - MOST_LABELS else "",
            title="\n".join(
                (move.on.isoformat(), f"{names[str(move.row.id)]}, {move.row.device_name}", said_value(found, move))
            ),
            href=f"/entries/{move.row.id}/",
            kind=move.kind,
            open=bool(move.cell.provenance and move.cell.provenance.value in {"estimated", "predicted"}),
        )
        for index, move in enumerate(found.moves)
    ]
    without = [(move.on, move.value) for move in found.moves_without]
    return timeline(x, axis, events, without, title)


def fronts_svg(found: FrontierView) -> SafeString:
    """The board's plot with the front as it was on each date over it."""
    view, rows = found.board.view, found.board.board_rows
    chart = chart_of(rows, rows, Selection(view.x, view.y, view.xs, view.ys, intervals=False), "")
    root = draw(chart.plot, ChartWords(_("Fronts by date"), better=_("better")))
    fronts = []
    for front in dated_fronts(found):
        pairs = [(_span(row, view.x), _span(row, view.y)) for row in front.rows]
        plot = arrange(chart.plot.x, chart.plot.y, [], pairs, intervals=False)
        fronts.append((front.on.isoformat(), _with_drop(plot)))
    overlay(root, fronts)
    return drawn(root)


def _with_drop(plot: Plot) -> tuple[tuple[float, float], ...]:
    """The front's corners, down to the edge at its strict end: before it, nothing was attainable."""
    drop = tuple((part.x2, part.y2) for part in plot.extensions[1:])
    return drop + plot.front if plot.x.metric.direction == "lower" else plot.front + drop


def _span(row: Row, key: str) -> Span:
    cell = row.cells.get(key)
    return Span(cell.value if cell else None)


def _ends(move: Move) -> tuple[float | None, float | None]:
    return move.cell.low, move.cell.high
