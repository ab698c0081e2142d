"""Power over time from 0 W: the mean as a line, smallest to largest as a band, windows as bands behind, gaps as gaps.

Everything but the words is a share of the plot, so that it is as wide as its place on the page.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from xml.etree.ElementTree import Element

from frontend.charts.elements import layer, percent, pixels, svg, units
from frontend.charts.ticks import round_ticks

CHARACTER = 0.022
"""The share of the narrowest plot that a character of a band's name takes; names that meet are left to the table."""
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


@dataclass(frozen=True, slots=True)
class Shared:
    """What several plots have in common: watts at the top, and the moment that is 0 s, in the time of the plot."""

    top: float
    zero: float


def trace(
    lines: Sequence[TraceLine],
    bands: Sequence[Band],
    span: tuple[float, float],
    words: TraceWords,
    shared: Shared | None = None,
) -> Element:
    """Return the plot area; its axis labels, band names and marks overflow into the padding around it."""
    root = svg(None, "svg", class_="trace-plot", role="img", aria_label=words.name, overflow="visible")
    top = shared.top if shared else top_of(lines)
    _bands(root, bands, span)
    _grid(root, top, words.watts)
    for index, line in enumerate(lines):
        _line(root, line, index, span, top)
    _flags(root, bands, span)
    _seconds(root, span, words, shared.zero if shared else span[0])
    return root


def _seconds(root: Element, span: tuple[float, float], words: TraceWords, zero: float) -> None:
    here = _place(zero, span)
    if here:
        svg(root, "line", class_="zero", x1=percent(here), x2=percent(here), y2="100%")
    for seconds in round_ticks(span[0] - zero, span[1] - zero):
        svg(root, "text", words.seconds(seconds), class_="tick", x=percent(_place(seconds + zero, span)), y="100%",
            dy="16", text_anchor="middle")  # fmt: skip


def top_of(lines: Sequence[TraceLine]) -> float:
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
    for name, left in _names(bands, span):
        svg(group, "text", name, class_="name", x=percent(left), dx="3", y="-5")


def _names(bands: Sequence[Band], span: tuple[float, float]) -> list[tuple[str, float]]:
    """Names and places of groups of neighbours from left to right; what was counted is named before the rest."""
    groups = [(name, list(same)) for name, same in groupby(bands, key=lambda band: band.group or band.name)]
    groups.sort(key=lambda group: not group[1][0].counted)
    found: list[tuple[str, float]] = []
    for name, members in groups:
        left = _place(members[0].start, span)
        end = left + CHARACTER * len(name)
        if end < 1 and all(end < at or left > at + CHARACTER * len(other) for other, at in found):
            found.append((name, left))
    return sorted(found, key=lambda one: one[1])


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
