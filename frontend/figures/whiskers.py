"""The 95 % intervals of a figure: lines with ends for what is on the front or chosen, and heads where one runs off."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

from frontend.charts.axis import Axis
from frontend.charts.scatter import Placed, Plot, Span
from frontend.figures.look import FAINT
from frontend.figures.marks import Trace

HEAD_PX = 8


def whisker_traces(plot: Plot, placed: Sequence[Placed]) -> list[Trace]:
    """Traces of their own: in the points' traces Plotly would end the others' absent intervals with a cap too."""
    shown = [mark for mark in placed if mark.whiskers]
    if not shown:
        return []
    spans = [(mark.point.x, mark.point.y) for mark in shown]
    bars = {
        **_scatter("none", "intervals", [(x.value or 0.0, y.value or 0.0) for x, y in spans], plot),
        "error_x": _bars(plot.x, [x for x, _ in spans]),
        "error_y": _bars(plot.y, [y for _, y in spans]),
    }
    return [bars, *_head_trace(plot, spans)]


def _scatter(mode: str, meta: str, points: Sequence[tuple[float, float]], plot: Plot) -> Trace:
    return {
        "type": "scatter",
        "mode": mode,
        "meta": meta,
        "x": [x * plot.x.factor for x, _ in points],
        "y": [y * plot.y.factor for _, y in points],
        "hoverinfo": "skip",
    }


def _bars(axis: Axis, spans: Sequence[Span]) -> dict[str, Any]:
    ends = [_reach(axis, span) for span in spans]
    return {
        "type": "data",
        "symmetric": False,
        "arrayminus": [low for low, _ in ends],
        "array": [high for _, high in ends],
        "color": FAINT,
        "thickness": 1,
        "width": 3,
    }


def _reach(axis: Axis, span: Span) -> tuple[float, float]:
    """How far the interval goes down and up; one that runs on to zero or infinity ends at the edge of the plot."""
    if span.value is None or span.low is None or span.high is None:
        return 0.0, 0.0
    low = axis.low if axis.log and span.low <= 0 else span.low
    high = axis.high if math.isinf(span.high) else span.high
    return max(0.0, span.value - low) * axis.factor, max(0.0, high - span.value) * axis.factor


def _head_trace(plot: Plot, spans: Sequence[tuple[Span, Span]]) -> list[Trace]:
    """At the edges of the whole plot, pointing out of it."""
    heads = [
        *((end, y.value or 0.0, f"triangle-{('left', 'right')[up]}") for x, y in spans for end, up in _off(plot.x, x)),
        *((x.value or 0.0, end, f"triangle-{('down', 'up')[up]}") for x, y in spans for end, up in _off(plot.y, y)),
    ]
    if not heads:
        return []
    marker = {"symbol": [symbol for *_, symbol in heads], "size": HEAD_PX, "color": FAINT, "opacity": 1}
    return [{**_scatter("markers", "heads", [(x, y) for x, y, _ in heads], plot), "marker": marker}]


def _off(axis: Axis, span: Span) -> Iterator[tuple[float, bool]]:
    """The edges that an interval crosses, each with whether it is the upper one."""
    if span.low is not None and span.low < axis.low:
        yield axis.low, False
    if span.high is not None and span.high > axis.high:
        yield axis.high, True
