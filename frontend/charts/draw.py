"""A Pareto plot as SVG: grid, front, whiskers, marks, labels, gutters. Colours come from the classes (`ink.py`)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from frontend.charts.elements import anchor_under, layer, percent, pixels, svg, units
from frontend.charts.hexagons import Hexagon, hexagons, split
from frontend.charts.labels import WIDE, Frame, Label, frames, place_labels
from frontend.charts.places import LINE_PX
from frontend.charts.points import GUTTER_PX, draw_points, gutter_shift
from frontend.charts.scatter import Edge, Gutter, Plot, Segment

NARROW_TITLE = 48
"""Characters that a line below the plot has room for on a phone."""
NARROW_GAP = 0.14
"""Of a plot's width: what two labels below a narrow one need between them; where there is less, one is left out."""


@dataclass(frozen=True, slots=True)
class ChartWords:
    """The words in the plot that are not its data; the page translates them."""

    name: str
    better: str = "better"
    counted: str = "%d dominated entries"
    nothing: str = "No entry has a value on both axes."


def draw(plot: Plot, words: ChartWords, wide: Frame = WIDE) -> Element:
    """Return the plot area as an `<svg>` without a size; what stands around it overflows into its padding.

    `wide` is the size that names are placed for on a screen.
    """
    root = svg(None, "svg", class_="plot", role="group", aria_label=words.name, overflow="visible")
    _grid(root, plot)
    _guides(root, plot)
    _lines(root, plot)
    _axes(root, plot)
    _better(root, plot, words.better)
    _gutters(root, plot)
    alone, counted = split(plot)
    _hexagons(root, plot, hexagons(counted), words.counted)
    draw_points(root, alone)
    for name, frame in frames(wide).items():
        _labels(root, place_labels(plot, frame), name)
    _signs(root, plot)
    if plot.placed and all(None in (mark.x, mark.y) for mark in plot.placed):
        svg(root, "text", words.nothing, class_="nothing", x="50%", y="50%", text_anchor="middle", aria_hidden="true")
    return root


def _grid(root: Element, plot: Plot) -> None:
    grid = layer(root, class_="grid")
    minor = [f"M{units(place)} 0V1000" for place in plot.x.minor if 0 < place < 1]
    minor += [f"M0 {units(1 - place)}H1000" for place in plot.y.minor if 0 < place < 1]
    major = [f"M{units(tick.place)} 0V1000" for tick in plot.x.ticks]
    major += [f"M0 {units(1 - tick.place)}H1000" for tick in plot.y.ticks]
    svg(grid, "path", class_="minor", d="".join(minor))
    svg(grid, "path", class_="major", d="".join(major))
    svg(grid, "path", class_="frame", d="M0 0V1000H1000")


def _guides(root: Element, plot: Plot) -> None:
    """What fails a limit is hatched, and a line says where the limit is."""
    if not plot.guides:
        return
    group = svg(root, "g", class_="guides")
    hatch = svg(svg(group, "defs"), "pattern", id="hatch", width="6", height="6", patternUnits="userSpaceOnUse",
                patternTransform="rotate(45)")  # fmt: skip
    svg(hatch, "path", class_="hatch", d="M0 0V6")
    for guide in plot.guides:
        at, rest = percent(guide.at), percent(1 - guide.at)
        start, length = ("0", at) if guide.fails == "low" else (at, rest)
        if guide.axis == "x":
            svg(group, "rect", x=start, y="0", width=length, height="100%", fill="url(#hatch)")
            svg(group, "line", class_="guide", x1=at, x2=at, y1="0", y2="100%")
        else:
            svg(group, "rect", x="0", y=start, width="100%", height=length, fill="url(#hatch)")
            svg(group, "line", class_="guide", x1="0", x2="100%", y1=at, y2=at)


def _lines(root: Element, plot: Plot) -> None:
    lines = layer(root, class_="lines")
    if plot.band:
        svg(lines, "polygon", class_="band", points=_corners(plot.band))
    if plot.front:
        svg(lines, "path", class_="beyond", d="".join(stroke(segment) for segment in plot.extensions))
        svg(lines, "polyline", class_="front", points=_corners(plot.front))
    for outline in plot.regions:
        svg(lines, "polygon", class_="region", points=_corners(outline))
    whiskers = [segment for mark in plot.placed for segment in mark.whiskers]
    if whiskers:
        svg(lines, "path", class_="whiskers", d="".join(stroke(segment) for segment in whiskers))
    for segment in whiskers:
        for edge in segment.arrows:
            _arrow(root, segment, edge)


def _corners(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{units(x)},{units(y)}" for x, y in points)


def stroke(segment: Segment) -> str:
    """The line as a path of a layer."""
    return f"M{units(segment.x1)} {units(segment.y1)}L{units(segment.x2)} {units(segment.y2)}"


def _arrow(root: Element, segment: Segment, edge: Edge) -> None:
    tip, turn = {
        "left": ((0.0, segment.y1), 180), "right": ((1.0, segment.y1), 0),
        "top": ((segment.x1, 0.0), -90), "bottom": ((segment.x1, 1.0), 90),
    }[edge]  # fmt: skip
    place = svg(root, "svg", x=percent(tip[0]), y=percent(tip[1]), overflow="visible", class_="arrow")
    svg(place, "path", d="M0 0L-6 -3V3Z", transform=f"rotate({turn})")


def _axes(root: Element, plot: Plot) -> None:
    below = GUTTER_PX * 2 if plot.y_gutter else 0
    axis = svg(root, "g", class_="axis", aria_hidden="true")
    last = -1.0
    for tick in plot.x.ticks:
        crowded = tick.place - last < NARROW_GAP
        last = last if crowded else tick.place
        only = {"class_": "wide"} if crowded else {}
        at = {"x": percent(tick.place), "y": "100%", "dy": pixels(17 + below)}
        svg(axis, "text", tick.label, **only, **at, text_anchor=anchor_under(tick.place))
    for tick in plot.y.ticks:
        svg(axis, "text", tick.label, x="0", dx="-8", y=percent(1 - tick.place), dy="4", text_anchor="end")
    # On a phone a long title takes two lines: the vertical one grows up, away from the plot.
    across, up = broken(plot.x.title), broken(plot.y.title)
    for words, frame, first in ((plot.x.title, "wide", 36), *((line, "narrow", 36 + 13 * i) for i, line in across)):
        svg(axis, "text", words, class_=f"title {frame}", x="100%", y="100%", dy=pixels(first + below),
            text_anchor="end")  # fmt: skip
    last = len(up) - 1
    for words, frame, first in (
        (plot.y.title, "wide", -14),
        *((line, "narrow", -14 - 13 * (last - i)) for i, line in up),
    ):
        svg(axis, "text", words, class_=f"title y {frame}", x="0", dx="-44", y="0", dy=pixels(first),
            text_anchor="start")  # fmt: skip


def broken(title: str) -> Sequence[tuple[int, str]]:
    """Return the lines of a title on a phone, numbered: the direction goes to a second one where it does not fit."""
    name, _, direction = title.rpartition(", ")
    return tuple(enumerate([title] if len(title) <= NARROW_TITLE else [f"{name},", direction]))


def _better(root: Element, plot: Plot, word: str) -> None:
    """The arrow into the good corner; its word says what it means."""
    across, up = plot.better
    corner = svg(root, "svg", class_="better wide", aria_hidden="true", overflow="visible",
                 x="0" if across == "left" else "100%", y="0" if up == "top" else "100%")  # fmt: skip
    right, down = (1 if across == "left" else -1), (1 if up == "top" else -1)
    svg(corner, "path", d=f"M{24 * right} {24 * down}L{8 * right} {8 * down}M{8 * right} {16 * down}V{8 * down}"
        f"H{16 * right}")  # fmt: skip
    svg(corner, "text", word, x=str(30 * right), y=str(28 * down + (4 if down == 1 else 2)),
        text_anchor="start" if right == 1 else "end")  # fmt: skip
    # On a phone a corner is where marks are: the arrow stands beside the title below instead.
    beside = svg(root, "svg", class_="better narrow", aria_hidden="true", overflow="visible", x="0", y="100%")
    tip_x, tip_y = (-36 if across == "left" else -20), (24 if up == "top" else 40)
    svg(beside, "path", d=f"M{-56 - tip_x} {64 - tip_y}L{tip_x} {tip_y}M{tip_x} {tip_y + 7 * down}V{tip_y}"
        f"H{tip_x + 7 * right}")  # fmt: skip


def _hexagons(root: Element, plot: Plot, found: Sequence[Hexagon], words: str) -> None:
    group = svg(root, "g", class_="hexagons") if found else root
    for hexagon in found:
        at = svg(group, "svg", x=percent(hexagon.x), y=percent(hexagon.y), overflow="visible")
        tall, wide = hexagon.width_px / math.sqrt(3), hexagon.width_px / 2
        corners = [(0, -tall), (wide, -tall / 2), (wide, tall / 2), (0, tall), (-wide, tall / 2), (-wide, -tall / 2)]
        path = "L".join(f"{pixels(across)} {pixels(down)}" for across, down in corners)
        shape = svg(at, "path", class_="hexagon", d=f"M{path}Z")
        svg(shape, "title", hexagon.title(plot.x, plot.y, words))


def _gutters(root: Element, plot: Plot) -> None:
    if plot.x_gutter:
        strip = svg(root, "svg", class_="gutter", x="100%", height="100%", width="1", overflow="visible")
        svg(strip, "rect", x="4", y="0", width=pixels(GUTTER_PX * 2 - 8), height="100%")
        _gutter_words(strip, plot.x_gutter, x=pixels(GUTTER_PX * 2 - 4), y="0", dy="-14", text_anchor="end")
    if plot.y_gutter:
        strip = svg(root, "svg", class_="gutter", y="100%", width="100%", height="1", overflow="visible")
        svg(strip, "rect", x="0", y="4", width="100%", height=pixels(GUTTER_PX * 2 - 8))
        _gutter_words(strip, plot.y_gutter, x="6", y=pixels(GUTTER_PX + 4))


def _gutter_words(strip: Element, gutter: Gutter, **place: str) -> None:
    """Beside a narrow plot there is room for the number and the kind, not for the reason."""
    svg(strip, "text", gutter.label, class_="wide", **place)
    svg(strip, "text", gutter.label.split(":", maxsplit=1)[0], class_="narrow", **place)


def _signs(root: Element, plot: Plot) -> None:
    """Over everything: a sign has no other place to go to, and is short enough for its ring."""
    signed = [mark for mark in plot.placed if mark.point.sign]
    group = svg(root, "g", class_="signs", aria_hidden="true") if signed else root
    for mark in signed:
        x, y = percent(1.0 if mark.x is None else mark.x), percent(1.0 if mark.y is None else mark.y)
        move = gutter_shift(mark)
        place = svg(group, "g", transform=move) if move else group
        svg(place, "text", mark.point.sign, x=x, y=y, dy="4", text_anchor="middle")


def _labels(root: Element, labels: Sequence[Label], frame: str) -> None:
    group = svg(root, "g", class_=f"labels {frame}", aria_hidden="true")
    for label in labels:
        place = svg(group, "svg", x=percent(label.x), y=percent(label.y), overflow="visible")
        if label.leader:
            svg(place, "path", class_="leader", d=label.leader)
        _written(place, label)


def _written(place: Element, label: Label) -> None:
    """A name on its lines; one that is cut says the whole where it is pointed at."""
    first, *more = label.lines
    x = pixels(label.dx)
    text = svg(place, "text", "" if label.is_cut else first, x=x, y=pixels(label.dy), text_anchor=label.anchor)
    if label.is_cut:
        # The styles let the pointer through a name.
        svg(svg(text, "tspan", first, pointer_events="all"), "title", label.text)
    for line in more:
        svg(text, "tspan", line, x=x, dy=pixels(LINE_PX))
