"""Direct labels that collide with nothing: greedy, most important first, each in the first free place around it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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


WIDE = Frame(900, 380, 12)
NARROW = Frame(290, 240, 5)


@dataclass(frozen=True, slots=True)
class Label:
    """Text beside the point at (x, y), moved by (dx, dy) px."""

    id: str
    text: str
    x: float
    y: float
    dx: float
    dy: float
    anchor: Anchor


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


def _first_free(mark: Placed, plot: Plot, frame: Frame, taken: Iterable[_Box]) -> Label | None:
    for dx, dy, anchor in _offsets(plot):
        label = Label(mark.point.id, mark.point.label, mark.x or 0.0, mark.y or 0.0, dx, dy, anchor)
        box = _label_box(label, frame)
        inside = box.left >= 0 and box.right <= frame.width and box.top >= 0 and box.bottom <= frame.height
        if inside and not any(box.hits(other) for other in taken):
            return label
    return None


def _offsets(plot: Plot) -> Sequence[tuple[float, float, Anchor]]:
    """Nothing lies between the front and the better corner, so the side towards it comes first."""
    across, up = plot.better
    near: Anchor = "end" if across == "left" else "start"
    far: Anchor = "start" if across == "left" else "end"
    side = -GAP_PX if across == "left" else GAP_PX
    above, below = -GAP_PX, GAP_PX + FONT_PX * 0.75
    first, last = (above, below) if up == "top" else (below, above)
    level = FONT_PX * 0.35
    return (
        (side, first * 0.6, near), (0, first * 1.3, "middle"), (side, level, near), (-side, last * 0.8, far),
        (-side, level, far), (-side, first * 0.6, far), (0, last * 1.2, "middle"), (side, last * 0.8, near),
        (side * 2, first * 2.4, near), (-side * 2, last * 2.2, far),
    )  # fmt: skip


def _label_box(label: Label, frame: Frame) -> _Box:
    width = len(label.text) * CHARACTER_PX
    x, y = label.x * frame.width + label.dx, label.y * frame.height + label.dy
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[label.anchor]
    return _Box(left - PADDING_PX, y - FONT_PX - PADDING_PX, left + width + PADDING_PX, y + PADDING_PX)
