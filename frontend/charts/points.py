"""The points of a Pareto plot as SVG: links with a mark each, whose shape, size and fill say what it is."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from xml.etree.ElementTree import Element

from frontend.charts.elements import percent, pixels, svg
from frontend.charts.scatter import Placed, Point

RADIUS = {"on": 6.0, "contested": 6.0, "dominated": 3.5, "unplaced": 3.5}
CONTESTED = 5.0
HIT_RADIUS = "12"
CROWDED = 0.1
"""Of the plot's size: nearer to each other than this, counts of stacks in a gutter would lie on top of each other."""
GUTTER_PX = 15
"""Distance of a gutter's middle from the plot's edge."""
OUTLINES: Mapping[str, Sequence[tuple[float, float]]] = {
    "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    "diamond": ((0, -1), (1, 0), (0, 1), (-1, 0)),
    "triangle-up": ((0, -1.1), (1.1, 0.85), (-1.1, 0.85)),
    "triangle-down": ((0, 1.1), (1.1, -0.85), (-1.1, -0.85)),
    "cross": (
        (-0.4, -1.1), (0.4, -1.1), (0.4, -0.4), (1.1, -0.4), (1.1, 0.4), (0.4, 0.4),
        (0.4, 1.1), (-0.4, 1.1), (-0.4, 0.4), (-1.1, 0.4), (-1.1, -0.4), (-0.4, -0.4),
    ),
}  # fmt: skip
"""Corners around the middle, in radii; what is not here is a circle."""


def draw_points(root: Element, placed: Sequence[Placed]) -> None:
    group = svg(root, "g", class_="points")
    # Front marks last, so that nothing dominated lies on top of them; the page's order stays within each kind.
    order, crowded = {"on": 2, "contested": 1}, _crowded(placed)
    for mark in sorted(placed, key=lambda mark: order.get(mark.point.front, 0)):
        _mark(group, mark, counts=mark.stack > 1 and (mark.x, mark.y) not in crowded)


def _crowded(placed: Sequence[Placed]) -> set[tuple[float | None, float | None]]:
    """Return the places in a gutter that are so near to another one that the counts of both could not be read."""
    found: set[tuple[float | None, float | None]] = set()
    for aside in ((True, False), (False, True)):
        places = {(mark.x, mark.y) for mark in placed if (mark.x is None, mark.y is None) == aside}
        for one, other in pairwise(sorted(places, key=_along)):
            if _along(other) - _along(one) < CROWDED:
                found |= {one, other}
    return found


def _along(place: tuple[float | None, float | None]) -> float:
    return (place[1] if place[0] is None else place[0]) or 0.0


def _mark(group: Element, mark: Placed, *, counts: bool) -> None:
    point = mark.point
    kinds = [point.front, point.fill, *(["hl"] if point.highlighted else []), *(["bare"] if point.bare else [])]
    if point.hue:
        kinds.append(point.hue)
    link = svg(group, "a", href=point.href, class_=" ".join(["pt", *kinds]))
    svg(link, "title", point.title)
    x, y = percent(1.0 if mark.x is None else mark.x), percent(1.0 if mark.y is None else mark.y)
    move = gutter_shift(mark)
    place = svg(link, "g", transform=move) if move else link
    if not point.bare:
        svg(place, "circle", class_="hit", cx=x, cy=y, r=HIT_RADIUS)
    _shape(place, point, x, y)
    if point.fill == "dot":
        svg(place, "circle", class_="core", cx=x, cy=y, r="1.8")
    if counts:
        # In the strip at the right edge there is room below the mark alone.
        side = {"dx": "8", "dy": "12"} if mark.x is not None else {"dy": "16", "text_anchor": "middle"}
        svg(place, "text", f"×{mark.stack}", class_="stack", x=x, y=y, **side)


def gutter_shift(mark: Placed) -> str:
    if mark.x is not None and mark.y is not None:
        return ""
    return f"translate({GUTTER_PX if mark.x is None else 0} {GUTTER_PX if mark.y is None else 0})"


def _shape(place: Element, point: Point, x: str, y: str) -> None:
    radius = RADIUS[point.front]
    if point.shape and point.front == "contested":
        radius = CONTESTED  # which no shape of its own tells there
    shape = point.shape or ("diamond" if point.front == "contested" else "circle")
    if shape == "circle":
        svg(place, "circle", class_="mark", cx=x, cy=y, r=pixels(radius))
        return
    at = svg(place, "svg", x=x, y=y, overflow="visible")
    svg(at, "path", class_="mark", d=outline(shape, radius))


def outline(shape: str, radius: float) -> str:
    """The path of a shape around its middle."""
    if shape == "circle":
        half = f"a{radius:g} {radius:g} 0 1 0"
        return f"M-{radius:g} 0{half} {2 * radius:g} 0{half} -{2 * radius:g} 0Z"
    corners = (f"{_number(radius * across)} {_number(radius * down)}" for across, down in OUTLINES[shape])
    return f"M{'L'.join(corners)}Z"


def _number(length: float) -> str:
    return f"{round(length, 2):g}"
