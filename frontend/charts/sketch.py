"""A front without axes: its shape alone, for a card."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from frontend.charts.elements import layer, percent, svg, units
from frontend.charts.scatter import Plot


def sketch(plot: Plot) -> Element:
    """The stepped line with its points; decoration beside a sentence that says the same."""
    root = svg(None, "svg", aria_hidden="true", overflow="visible")
    lines = layer(root)
    svg(lines, "path", class_="frame", d="M0 0V1000H1000")
    beyond = [f"M{units(part.x1)} {units(part.y1)}L{units(part.x2)} {units(part.y2)}" for part in plot.extensions]
    svg(lines, "path", class_="beyond", d="".join(beyond))
    svg(lines, "polyline", points=_points(plot.front))
    for mark in plot.placed:
        if mark.x is not None and mark.y is not None:
            svg(root, "circle", cx=percent(mark.x), cy=percent(mark.y), r="4")
    return root


def _points(front: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{units(x)},{units(y)}" for x, y in front)
