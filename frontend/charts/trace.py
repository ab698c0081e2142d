"""Power over time from 0 W: the mean as a line, smallest to largest as a band, windows as bands behind, gaps as gaps.

Everything but the words is a share of the plot, so that it is as wide as its place on the page.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from xml.etree.ElementTree import Element

from frontend.charts.elements import layer, percent, pixels, svg, units

LABEL_FROM = 0.12
"""A group of bands narrower than this share of the plot has no word of its own; the table has them all."""
MOST_TICKS = 4


@dataclass(frozen=True, slots=True)
class Moment:
    at: float
    low: float
    mean: float
    high: float


@dataclass(frozen=True, slots=True)
class TraceLine:
    """`runs` are stretches without a gap. The first line of a plot is the chief one."""

    name: str
    runs: Sequence[Sequence[Moment]]


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of time with a name; one that is `counted` went into the figures. `flag` says what disturbed it."""

    start: float
    end: float
    name: str
    counted: bool = False
    flag: str = ""
    group: str = ""
    """What neighbours of one kind are called together, above the plot."""


@dataclass(frozen=True, slots=True)
class TraceWords:
    name: str
    watts: Callable[[float], str]
    seconds: Callable[[float], str]


def trace(lines: Sequence[TraceLine], bands: Sequence[Band], span: tuple[float, float], words: TraceWords) -> Element:
    """Return the plot area; its axis labels, band names and marks overflow into the padding around it."""
    root = svg(None, "svg", class_="trace-plot", role="img", aria_label=words.name, overflow="visible")
    top = _top(lines)
    _bands(root, bands, span)
    _grid(root, top, words.watts)
    for index, line in enumerate(lines):
        _line(root, line, index, span, top)
    _flags(root, bands, span)
    for index, at in enumerate(span):
        anchor = "end" if index else "start"
        svg(root, "text", words.seconds(at - span[0]), class_="tick", x=percent(index), y="100%", dy="16",
            text_anchor=anchor)  # fmt: skip
    return root


def _top(lines: Sequence[TraceLine]) -> float:
    highest = max((one.high for line in lines for run in line.runs for one in run), default=0.0)
    return highest * 1.08 if highest > 0 else 1.0


def _place(at: float, span: tuple[float, float]) -> float:
    width = span[1] - span[0]
    return min(1.0, max(0.0, (at - span[0]) / width)) if width > 0 else 0.0


def _bands(root: Element, bands: Sequence[Band], span: tuple[float, float]) -> None:
    group = svg(root, "g", class_="bands")
    for band in bands:
        left, right = _place(band.start, span), _place(band.end, span)
        kind = "counted" if band.counted else "aside"
        rect = svg(group, "rect", class_=kind, x=percent(left), width=percent(max(0.0, right - left)), height="100%")
        svg(rect, "title", f"{band.name}{f': {band.flag}' if band.flag else ''}")
    for name, together in groupby(bands, key=lambda band: band.group or band.name):
        members = list(together)
        left, right = _place(members[0].start, span), _place(members[-1].end, span)
        if right - left >= LABEL_FROM:
            svg(group, "text", name, class_="name", x=percent(left), dx="3", y="-5")


def _grid(root: Element, top: float, label: Callable[[float], str]) -> None:
    ticks = watt_ticks(top)
    lines = "".join(f"M0 {units(1 - tick / top)}H1000" for tick in ticks)
    grid = layer(root, class_="grid")
    svg(grid, "path", class_="major", d=lines)
    svg(grid, "path", class_="frame", d="M0 0V1000H1000")
    for tick in ticks:
        svg(root, "text", label(tick), class_="tick", x="0", dx="-6", y=percent(1 - tick / top), dy="4",
            text_anchor="end")  # fmt: skip


def watt_ticks(top: float) -> tuple[float, ...]:
    """Round values from 0 to at most `top`."""
    rough = top / MOST_TICKS
    decade = 10.0 ** math.floor(math.log10(rough))
    step = next(decade * factor for factor in (1, 2, 5, 10) if decade * factor >= rough)
    return tuple(step * index for index in range(math.floor(top / step) + 1))


def _line(root: Element, line: TraceLine, index: int, span: tuple[float, float], top: float) -> None:
    group = layer(root, class_=f"power p{index + 1}")
    spread, mean = [], []
    for run in line.runs:
        places = [(units(_place(one.at, span)), one) for one in run]
        if any(one.high > one.low for one in run):
            above = "L".join(f"{x} {units(1 - one.high / top)}" for x, one in places)
            below = "L".join(f"{x} {units(1 - one.low / top)}" for x, one in reversed(places))
            spread.append(f"M{above}L{below}Z")
        # A run of one bin is a point: a stroke of no length with round caps shows it.
        path = "L".join(f"{x} {units(1 - one.mean / top)}" for x, one in places)
        mean.append(f"M{path}" if len(places) > 1 else f"M{path}h0")
    if spread:
        svg(group, "path", class_="spread", d="".join(spread))
    svg(group, "path", class_="mean", d="".join(mean))


def _flags(root: Element, bands: Sequence[Band], span: tuple[float, float]) -> None:
    for band in bands:
        if band.flag:
            at = svg(root, "svg", class_="flag", x=percent(_place((band.start + band.end) / 2, span)), y="0",
                     overflow="visible")  # fmt: skip
            mark = svg(at, "path", d=f"M0 {pixels(4)}L6 15H-6Z")
            svg(mark, "title", f"{band.name}: {band.flag}")
