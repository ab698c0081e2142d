"""The traces of a figure: a point for each entry, the front as a stepped line, and the ring around what is chosen.

Only `scatter`: under a content security policy without `unsafe-eval`, `scattergl` draws nothing and says nothing.
"""

import html
import math
from collections.abc import Iterable, Sequence
from typing import Any

from frontend.charts.axis import Axis
from frontend.charts.scatter import Placed, Plot, Span
from frontend.figures.look import FRONT, GROUND, INK, Group, Look, ink_of

SIZE = {"on": 12, "contested": 10, "dominated": 7, "unplaced": 7}
RING = {"on": 22, "contested": 20, "dominated": 18, "unplaced": 18}

Trace = dict[str, Any]


def plain(text: str) -> str:
    """Text that Plotly shows as it is: names come from strangers, and it reads some tags."""
    return html.escape(text, quote=False)


def front_traces(plot: Plot) -> list[Trace]:
    """The stepped line through the front, and its dotted ends up to the edges of the plot."""
    if not plot.front_values:
        # An axis that no trace uses is not drawn, and the other one then stands beside the gutter.
        return [_line(plot, [None])]
    shape = "hv" if plot.x.metric.direction == "lower" else "vh"
    first, last = plot.front_values[0], plot.front_values[-1]
    lenient, strict = (last, first) if shape == "hv" else (first, last)
    beyond_x = plot.x.high if shape == "hv" else plot.x.low
    beyond_y = plot.y.high if plot.y.metric.direction == "lower" else plot.y.low
    ends = [(strict[0], beyond_y), strict, None, lenient, (beyond_x, lenient[1])]
    line = {"color": FRONT, "width": 2, "shape": shape}
    return [
        {**_line(plot, ends), "line": {"color": FRONT, "width": 1.75, "dash": "dot"}},
        {**_line(plot, plot.front_values), "line": line, "name": "front", "meta": "front"},
    ]


def _line(plot: Plot, points: Iterable[tuple[float, float] | None]) -> Trace:
    pairs = list(points)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [None if pair is None else pair[0] * plot.x.factor for pair in pairs],
        "y": [None if pair is None else pair[1] * plot.y.factor for pair in pairs],
        "hoverinfo": "skip",
    }


def group_traces(plot: Plot, placed: Sequence[Placed], look: Look, stacked: str) -> list[Trace]:
    """One trace for each group and, where some of its points have no place, one more in each gutter.

    `stacked` has a `%d` for how many points stand at one place.
    """
    found = []
    for group in look.groups:
        mine = [mark for mark in placed if look.group_of[mark.point.id] == group.key]
        for gutter in ((False, False), (True, False), (False, True), (True, True)):
            marks = [mark for mark in mine if (mark.x is None, mark.y is None) == gutter]
            if marks:
                found.append(_points(plot, marks, group, gutter) | {"text": [_said(mark, stacked) for mark in marks]})
    return found


def _points(plot: Plot, marks: Sequence[Placed], group: Group, gutter: tuple[bool, bool]) -> Trace:
    inks = [ink_of(mark.point.fill, group.colour) for mark in marks]
    symbols = [f"{group.shape}-dot" if mark.point.fill == "dot" else group.shape for mark in marks]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": plain(group.label),
        "meta": group.key,
        "x": [_coordinate(plot.x, mark.point.x, aside=gutter[0]) for mark in marks],
        "y": [_coordinate(plot.y, mark.point.y, aside=gutter[1]) for mark in marks],
        "xaxis": "x2" if gutter[0] else "x",
        "yaxis": "y2" if gutter[1] else "y",
        "ids": [mark.point.id for mark in marks],
        "customdata": [
            [mark.point.id, mark.point.front, _finite(mark.point.x), _finite(mark.point.y)] for mark in marks
        ],
        "hovertemplate": "%{text}<extra></extra>",
        "cliponaxis": gutter == (False, False),
        "marker": {
            "symbol": symbols,
            "size": [SIZE[mark.point.front] for mark in marks],
            "color": [ink.fill for ink in inks],
            "opacity": 1,
            "line": {"color": [ink.line for ink in inks], "width": [ink.width for ink in inks]},
        },
    }


def _coordinate(axis: Axis, span: Span, *, aside: bool) -> float:
    return 0.5 if aside or span.value is None else span.value * axis.factor


def _finite(span: Span) -> float | None:
    return None if span.value is None or math.isinf(span.value) else span.value


def _said(mark: Placed, stacked: str) -> str:
    twins = [stacked % mark.stack] if mark.stack > 1 else []
    return "<br>".join(plain(line) for line in (*mark.point.title.split("\n"), *twins))


def ring_trace(plot: Plot, look: Look) -> list[Trace]:
    """A ring around each chosen point, with a gap."""
    marks = [
        mark
        for mark in plot.placed
        if mark.x is not None and mark.y is not None and (mark.point.id in look.chosen or mark.point.highlighted)
    ]
    if not marks:
        return []
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "meta": "ring",
            "x": [_coordinate(plot.x, mark.point.x, aside=False) for mark in marks],
            "y": [_coordinate(plot.y, mark.point.y, aside=False) for mark in marks],
            "ids": [f"ring-{mark.point.id}" for mark in marks],
            "hoverinfo": "skip",
            "marker": {
                "symbol": "circle-open",
                "size": [RING[mark.point.front] for mark in marks],
                "color": INK,
                "opacity": 1,
                "line": {"width": 3, "color": GROUND},
            },
        }
    ]
