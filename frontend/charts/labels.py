"""Direct labels that collide with nothing: greedy, most important first, each in the first free place around it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from frontend.charts.scatter import Placed, Plot

Anchor = Literal["start", "middle", "end"]

FONT_PX = 12.0
CHARACTER_PX = 6.7
"""Mean advance of a system sans at 12 px; a little generous, so that real text stays inside its box."""
GAP_PX = 9.0
PADDING_PX = 3.0
"""Around each box; two labels are therefore at least 6 px apart."""
MARK_PX = 8.0


@dataclass(frozen=True, slots=True)
class Frame:
    """A nominal size that labels are placed for, and how many there is room for."""

    width: float
    height: float
    most: int


WIDE = Frame(900, 290, 12)
NARROW = Frame(290, 182, 5)
SMALL = Frame(400, 250, 6)
"""Beside a text: on the home page."""
BETTER_PX = (82.0, 40.0)
"""What the arrow into the better corner takes."""
LINE_PX = 2.0


@dataclass(frozen=True, slots=True)
class Label:
    """Text beside the point at (x, y), moved by (dx, dy) px; `leader` is the path of a line to it when it is far."""

    id: str
    text: str
    x: float
    y: float
    dx: float
    dy: float
    anchor: Anchor
    leader: str = ""


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def hits(self, other: "_Box") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def place_labels(plot: Plot, frame: Frame) -> tuple[Label, ...]:
    """Return the labels that fit. Order: highlighted, the ends of the front, then by nearness to the better corner."""
    taken = [_mark_box(mark, frame) for mark in plot.placed if mark.x is not None and mark.y is not None]
    taken += [*_line_boxes(plot, frame), _better_box(plot, frame)]
    found: list[Label] = []
    for mark in _by_priority(plot):
        if len(found) == frame.most:
            break
        label = _first_free(mark, plot, frame, taken)
        if label is not None:
            found.append(label)
            taken.append(_label_box(label, frame))
    return tuple(found)


def _by_priority(plot: Plot) -> Sequence[Placed]:
    drawn = [mark for mark in plot.placed if mark.x is not None and mark.y is not None]
    chosen = [mark for mark in drawn if mark.point.highlighted]
    front = sorted((mark for mark in drawn if mark.point.front == "on"), key=lambda mark: (mark.x or 0, mark.y or 0))
    ends = [front[0], front[-1]] if front else []
    contested = [mark for mark in drawn if mark.point.front == "contested"]
    # A point and its stacked twins share one label.
    seen: dict[tuple[str, float | None, float | None], Placed] = {}
    for mark in (*chosen, *ends, *front, *contested):
        seen.setdefault((mark.point.label, mark.x, mark.y), mark)
    return list(seen.values())


def _mark_box(mark: Placed, frame: Frame) -> _Box:
    x, y = (mark.x or 0.0) * frame.width, (mark.y or 0.0) * frame.height
    half = MARK_PX if mark.point.front in {"on", "contested"} else MARK_PX / 2
    return _Box(x - half, y - half, x + half, y + half)


def _line_boxes(plot: Plot, frame: Frame) -> Iterable[_Box]:
    steps = [(*start, *end) for start, end in pairwise(plot.front)]
    parts = [*plot.extensions, *(part for mark in plot.placed for part in mark.whiskers)]
    for x1, y1, x2, y2 in (*steps, *((part.x1, part.y1, part.x2, part.y2) for part in parts)):
        left, right = sorted((x1 * frame.width, x2 * frame.width))
        top, bottom = sorted((y1 * frame.height, y2 * frame.height))
        yield _Box(left - LINE_PX, top - LINE_PX, right + LINE_PX, bottom + LINE_PX)


def _better_box(plot: Plot, frame: Frame) -> _Box:
    across, up = plot.better
    width, height = BETTER_PX
    left = 0.0 if across == "left" else frame.width - width
    top = 0.0 if up == "top" else frame.height - height
    return _Box(left, top, left + width, top + height)


def _first_free(mark: Placed, plot: Plot, frame: Frame, taken: Sequence[_Box]) -> Label | None:
    places = [
        Label(mark.point.id, mark.point.label, mark.x or 0.0, mark.y or 0.0, dx, dy, anchor, leader)
        for dx, dy, anchor, leader in _offsets(plot)
    ]
    boxes = [_label_box(label, frame) for label in places]
    # Of thousands of marks, few are near.
    around = _Box(
        min(box.left for box in boxes), min(box.top for box in boxes),
        max(box.right for box in boxes), max(box.bottom for box in boxes),
    )  # fmt: skip
    near = [other for other in taken if around.hits(other)]
    for label, box in zip(places, boxes, strict=True):
        inside = box.left >= 0 and box.right <= frame.width and box.top >= 0 and box.bottom <= frame.height
        if inside and not any(box.hits(other) for other in near):
            return label
    return None


def _offsets(plot: Plot) -> Iterator[tuple[float, float, Anchor, str]]:
    """Places around a mark, best first: nothing lies between the front and the better corner, so that side leads."""
    across, up = plot.better
    near, far, side = _sides(across)
    above, below, level = -GAP_PX, GAP_PX + FONT_PX * 0.75, FONT_PX * 0.35
    first, last = (above, below) if up == "top" else (below, above)
    yield side, first * 0.7, near, ""
    yield 0, first * 1.2, "middle", ""
    yield side, level, near, ""
    yield -side, last * 0.8, far, ""
    yield 0, last * 1.2, "middle", ""
    yield -side, level, far, ""
    yield -side, first * 0.7, far, ""
    yield side, last * 0.8, near, ""
    for reach in (26.0, 42.0, 58.0):
        for sign in (-1, 1) if up == "top" else (1, -1):
            line = f"M0 {sign * MARK_PX:g}V{sign * reach:g}"
            y = sign * reach + (FONT_PX * 0.9 if sign > 0 else -3)
            yield 0, y, "middle", line
            yield -6 if side > 0 else 6, y, far, line
            yield 6 if side > 0 else -6, y, near, line


def _sides(across: str) -> tuple[Anchor, Anchor, float]:
    return ("end", "start", -GAP_PX) if across == "left" else ("start", "end", GAP_PX)


def _label_box(label: Label, frame: Frame) -> _Box:
    width = len(label.text) * CHARACTER_PX
    x, y = label.x * frame.width + label.dx, label.y * frame.height + label.dy
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[label.anchor]
    return _Box(left - PADDING_PX, y - FONT_PX - PADDING_PX, left + width + PADDING_PX, y + PADDING_PX)
