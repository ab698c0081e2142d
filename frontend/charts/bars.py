"""Small plots of one entry: its latencies as a histogram, its repeats as dots, its phases as a band."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from frontend.charts.elements import layer, percent, svg, units

MOST_BARS = 60


@dataclass(frozen=True, slots=True)
class Bar:
    """Counts between two values."""

    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class Mark:
    value: float
    label: str


def bins(low: float, bins_per_decade: int, counts: Mapping[int, int], most: int = MOST_BARS) -> tuple[Bar, ...]:
    """Join neighbouring bins of a log-spaced histogram until at most `most` span everything that was seen."""
    if not counts:
        return ()
    first, last = min(counts), max(counts)
    together = math.ceil((last - first + 1) / most)
    edges = range(first, last + 1, together)
    return tuple(
        Bar(
            low * 10 ** (edge / bins_per_decade),
            low * 10 ** ((edge + together) / bins_per_decade),
            sum(counts.get(index, 0) for index in range(edge, edge + together)),
        )
        for edge in edges
    )


def histogram(bars: Sequence[Bar], marks: Sequence[Mark], name: str, label: Callable[[float], str]) -> Element:
    """Bars from zero on a logarithmic axis, with labelled lines at `marks`."""
    root = svg(None, "svg", class_="small-plot", role="img", aria_label=name, overflow="visible")
    if not bars:
        return root
    low, high = math.log(bars[0].low), math.log(bars[-1].high)
    tallest = max(bar.count for bar in bars) or 1

    def place(value: float) -> float:
        return min(1.0, max(0.0, (math.log(value) - low) / (high - low)))

    group = layer(root, class_="bars")
    path = "".join(
        f"M{units(place(bar.low))} 1000V{units(1 - bar.count / tallest)}H{units(place(bar.high))}V1000Z"
        for bar in bars
        if bar.count
    )
    svg(group, "path", class_="bar", d=path)
    svg(group, "path", class_="frame", d="M0 1000H1000")
    for row, mark in enumerate(marks):
        at = percent(place(mark.value))
        svg(root, "line", class_="at", x1=at, x2=at, y1=str(-6 - 14 * (len(marks) - 1 - row)), y2="100%")
        svg(root, "text", mark.label, class_="at", x=at, dx="4", y=str(-8 - 14 * (len(marks) - 1 - row)))
    for index, value in enumerate((bars[0].low, bars[-1].high)):
        anchor = "end" if index else "start"
        svg(root, "text", label(value), class_="tick", x=percent(index), y="100%", dy="16", text_anchor=anchor)
    return root


def dots(values: Sequence[float], middle: float | None, name: str, label: Callable[[float], str]) -> Element:
    """Each repeat's value over its number, from zero, with the headline as a line."""
    root = svg(None, "svg", class_="small-plot", role="img", aria_label=name, overflow="visible")
    if not values:
        return root
    top = max(values) * 1.1
    svg(layer(root), "path", class_="frame", d="M0 1000H1000")
    if middle is not None:
        at = percent(1 - middle / top)
        svg(root, "line", class_="at", x1="0", x2="100%", y1=at, y2=at)
        svg(root, "text", label(middle), class_="at", x="100%", y=at, dy="-4", text_anchor="end")
    for index, value in enumerate(values):
        x = percent((index + 0.5) / len(values))
        svg(root, "circle", class_="dot", cx=x, cy=percent(1 - value / top), r="3.5")
        svg(root, "text", str(index + 1), class_="tick", x=x, y="100%", dy="16", text_anchor="middle")
    return root
