"""A control chart: one quantity over time, each of its baselines with centre and limits, and lines where one ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from xml.etree.ElementTree import Element

from frontend.charts.elements import percent, svg

ROOM = 0.16
"""Share of the height that stays free above and below."""


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    value: float
    good: bool
    label: str


@dataclass(frozen=True, slots=True)
class Band:
    """Dots of one baseline, from `x1` to `x2` of the width."""

    dots: tuple[Dot, ...]
    x1: float
    x2: float
    centre: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Labels:
    """What is written at the newest baseline's lines, and at both ends of time."""

    centre: str
    low: str
    high: str
    first: str
    last: str


def control_chart(bands: Sequence[Band], breaks: Sequence[tuple[float, str]], labels: Labels, title: str) -> Element:
    """`breaks` are places in time with what happened there. Positions are percentages of the place on the page."""
    values = [number for band in bands for number in (band.low, band.high, *(dot.value for dot in band.dots))]
    low, high = min(values), max(values)
    span = (high - low) or abs(high) or 1.0

    def y(value: float) -> str:
        return percent(1 - ROOM - (1 - 2 * ROOM) * (value - low) / span)

    root = svg(None, "svg", class_="control", role="img", aria_label=title)
    for x, why in breaks:
        line = svg(root, "line", class_="break", x1=percent(x), x2=percent(x), y1="0", y2="100%")
        svg(line, "title", why)
    for band in bands:
        for name, value in (("limit", band.low), ("limit", band.high), ("centre", band.centre)):
            svg(root, "line", class_=name, x1=percent(band.x1), x2=percent(band.x2), y1=y(value), y2=y(value))
        for one, two in pairwise(band.dots):
            svg(root, "line", class_="path", x1=percent(one.x), x2=percent(two.x), y1=y(one.value), y2=y(two.value))
    for dot in (dot for band in bands for dot in band.dots):
        _mark(root, dot, y(dot.value))
    newest = bands[-1]
    above, below = "-4", "13"
    places = ((labels.high, newest.high, above), (labels.centre, newest.centre, above), (labels.low, newest.low, below))
    for text, value, dy in places:
        svg(root, "text", text, class_="at", x="99.5%", y=y(value), dy=dy, text_anchor="end")
    svg(root, "text", labels.first, x="0.5%", y="100%", dy="-4")
    svg(root, "text", labels.last, x="99.5%", y="100%", dy="-4", text_anchor="end")
    return root


def _mark(root: Element, dot: Dot, y: str) -> None:
    """A filled circle within the limits; a ring for a check that was not good."""
    mark = svg(root, "circle", class_="dot" if dot.good else "dot out", cx=percent(dot.x), cy=y, r="4")
    svg(mark, "title", dot.label)
