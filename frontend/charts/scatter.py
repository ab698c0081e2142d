"""Where everything in a Pareto plot stands: a pure function of points, in fractions of the plot's width and height.

Nothing is dropped: a point that has no place on an axis (missing, infinite, not positive on a logarithm) stands in
the gutter of that axis, under a label that says why and how many.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from frontend.charts.axis import Axis, AxisWords
from leaderboard.boards.rows import Front
from leaderboard.metrics.pareto.line import step_line

Fill = Literal["solid", "open", "dot"]
"""Measured here, estimated, reported by somebody else."""
FARTHEST = 20.0
Edge = Literal["left", "right", "top", "bottom"]


@dataclass(frozen=True, slots=True)
class Span:
    """One coordinate of a point with its 95 % interval; `why` names a missing value's reason."""

    value: float | None
    low: float | None = None
    high: float | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    id: str
    href: str
    label: str
    """What tells it from the others that have their name in the plot."""
    title: str
    x: Span
    y: Span
    front: Front
    fill: Fill = "solid"
    highlighted: bool = False
    bare: bool = False
    """One of many: drawn by its mark alone."""
    hue: str = ""
    """The slot of its category's colour, `c0` to `c6`; without one its colour is its membership's."""
    shape: str = ""
    """Of its category; without one its shape is its membership's."""
    sign: str = ""
    """What it is called all over the page, in its ring."""
    name: str = ""
    """What tells it from all others, where that is more than its label."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A straight line in the plot; `arrows` are the edges at which its interval runs on."""

    x1: float
    y1: float
    x2: float
    y2: float
    arrows: tuple[Edge, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """A point at (x, y), both from the top left; None means the gutter of that axis."""

    point: Point
    x: float | None
    y: float | None
    whiskers: tuple[Segment, ...] = ()
    stack: int = 1


@dataclass(frozen=True, slots=True)
class Guide:
    """A limit on an axis, at a share of the width or of the height from the top left, and the side that fails it."""

    axis: Literal["x", "y"]
    at: float
    fails: Literal["low", "high"]


Outline = tuple[tuple[float, float], ...]
"""Corners in order, from the top left."""


@dataclass(frozen=True, slots=True)
class Gutter:
    count: int
    label: str


@dataclass(frozen=True, slots=True)
class Plot:
    x: Axis
    y: Axis
    placed: tuple[Placed, ...]
    x_gutter: Gutter | None
    y_gutter: Gutter | None
    front: tuple[tuple[float, float], ...]
    front_values: tuple[tuple[float, float], ...]
    """The points that the line goes through, from left to right, in the metrics' own units."""
    extensions: tuple[Segment, ...]
    better: tuple[Literal["left", "right"], Literal["top", "bottom"]]
    guides: tuple[Guide, ...] = ()
    regions: tuple[Outline, ...] = ()
    """The joint 95 % regions of highlighted points, which then have no whiskers."""
    band: Outline = ()
    """What the front could be: between 5 and 95 % of the resamples."""


def arrange(x: Axis, y: Axis, points: Sequence[Point], board: Iterable[tuple[Span, Span]], *, intervals: bool) -> Plot:
    """Return the plot of `points`; `board` holds the coordinates of every entry, which the front line is drawn for."""
    stacks = Counter((point.x.value, point.y.value) for point in points)
    placed = tuple(_place(x, y, point, stacks, intervals=intervals) for point in points)
    steps = _front_steps(x, y, list(board))
    front = tuple((_far(x, across), 1 - _far(y, up)) for across, up in steps)
    return Plot(
        x=x,
        y=y,
        placed=placed,
        x_gutter=_gutter(x, [mark.point.x for mark in placed if mark.x is None]),
        y_gutter=_gutter(y, [mark.point.y for mark in placed if mark.y is None]),
        front=front,
        # Between two of them stands the corner of the step.
        front_values=steps[::2],
        extensions=_extensions(x, y, front),
        better=(
            "left" if x.metric.direction == "lower" else "right",
            "bottom" if y.metric.direction == "lower" else "top",
        ),
    )


def guides_of(x: Axis, y: Axis, minimum: Mapping[str, float], maximum: Mapping[str, float]) -> tuple[Guide, ...]:
    """Return the limits that stand on one of the axes; one beyond its end shades all of it, or nothing."""
    found: list[Guide] = []
    for limits, fails in ((minimum, False), (maximum, True)):
        if x.metric.key in limits:
            found.append(Guide("x", x.clamp(limits[x.metric.key]), "high" if fails else "low"))
        if y.metric.key in limits:
            # From the top, where high values are.
            found.append(Guide("y", 1 - y.clamp(limits[y.metric.key]), "low" if fails else "high"))
    return tuple(found)


def _place(
    x: Axis, y: Axis, point: Point, stacks: Counter[tuple[float | None, float | None]], *, intervals: bool
) -> Placed:
    across, up = x.place(point.x.value), y.place(point.y.value)
    down = None if up is None else 1 - up
    stack = stacks[point.x.value, point.y.value]
    if across is None or down is None:
        return Placed(point, across, down, stack=stack)
    has_whiskers = intervals and (point.front in {"on", "contested"} or point.highlighted)
    whiskers = cross(x, y, point) if has_whiskers else ()
    return Placed(point, across, down, whiskers, stack)


def cross(x: Axis, y: Axis, point: Point) -> tuple[Segment, ...]:
    """Return the whiskers of a point that has a place on both axes."""
    across, up = x.place(point.x.value), y.place(point.y.value)
    if across is None or up is None:
        return ()
    down, found = 1 - up, []
    if point.x.low is not None and point.x.high is not None:
        left, right = x.clamp(point.x.low), x.clamp(point.x.high)
        found.append(Segment(left, down, right, down, _runs_on(x, point.x, "left", "right")))
    if point.y.low is not None and point.y.high is not None:
        bottom, top = 1 - y.clamp(point.y.low), 1 - y.clamp(point.y.high)
        found.append(Segment(across, bottom, across, top, _runs_on(y, point.y, "bottom", "top")))
    return tuple(found)


def _runs_on(axis: Axis, span: Span, low_edge: Edge, high_edge: Edge) -> tuple[Edge, ...]:
    """Return the edges that an interval crosses: to zero, to infinity, or farther than the axis goes."""
    low = (low_edge,) if span.low is not None and span.low < axis.low else ()
    high = (high_edge,) if span.high is not None and span.high > axis.high else ()
    return (*low, *high)


def _gutter(axis: Axis, spans: Sequence[Span]) -> Gutter | None:
    if not spans:
        return None
    kinds = Counter((_why_unplaced(axis.words, span), span.why) for span in spans)
    name = axis.words.name or axis.metric.name[0].lower() + axis.metric.name[1:]
    label = ", ".join(text.format(count=count, name=name, why=why) for (text, why), count in kinds.most_common())
    return Gutter(len(spans), label)


def _why_unplaced(words: AxisWords, span: Span) -> str:
    if span.value is None:
        return words.missing_why if span.why else words.missing
    return words.infinite if math.isinf(span.value) else words.not_positive


def _front_steps(x: Axis, y: Axis, board: Sequence[tuple[Span, Span]]) -> tuple[tuple[float, float], ...]:
    pairs = [
        (across.value, up.value)
        for across, up in board
        if across.value is not None and up.value is not None
        if x.place(across.value) is not None and y.place(up.value) is not None
    ]
    return step_line([a for a, _ in pairs], [b for _, b in pairs], x.metric.direction, y.metric.direction)


def _far(axis: Axis, value: float) -> float:
    """The place of a corner of the front, also beyond the ends of an axis that shows a part: the layer cuts it off."""
    return min(FARTHEST, max(-FARTHEST, axis.place(value) or 0.0))


def _extensions(x: Axis, y: Axis, front: Sequence[tuple[float, float]]) -> tuple[Segment, ...]:
    """Carry the front to the edges: beyond its last point nothing better is known, before its first nothing at all."""
    if not front:
        return ()
    lenient, strict = (front[-1], front[0]) if x.metric.direction == "lower" else (front[0], front[-1])
    side = 1.0 if x.metric.direction == "lower" else 0.0
    worst = 0.0 if y.metric.direction == "lower" else 1.0
    return (Segment(*lenient, side, lenient[1]), Segment(*strict, strict[0], worst))
