"""Direct labels that collide with nothing: greedy, most important first, each in the first free place around it.

A place is beside the mark, or at the end of a line to it. Names are cut only as far as gives more of them a place.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from frontend.charts.hexagons import NARROW_SCALE, hexagons, split
from frontend.charts.places import Anchor, Better, Box, Spot
from frontend.charts.points import RADIUS
from frontend.charts.room import Ground, Named, Room
from frontend.charts.scatter import Placed, Plot
from frontend.charts.wording import shortened

LINE_PX = -2.0
"""To lines and whiskers 4 px are enough."""
RING_PX = 11.5
"""The ring around a highlighted mark, from its middle."""
STACK: Box = (8.0, 3.0, 26.0, 13.0)
"""What the count of a stack takes beside its mark."""
LENGTHS = (60, 28, 20, 12)
"""Characters that names are cut to where that gives more of them a place."""
MOST_TRIED = 60
"""Of a front of hundreds no more than this are tried: few find a place."""
MOST_MOVED = 20
"""For no more than this is another name moved."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A nominal size that labels are placed for, how many there is room for, and what the arrow in its corner takes."""

    width: float
    height: float
    most: int
    better: tuple[float, float] = (72.0, 40.0)
    hexagons: float = 1.0
    """What is left of their width."""


WIDE = Frame(880, 290, 12)
MEDIUM = Frame(600, 290, 10)
"""Between a phone and a screen, and beside something else on a screen."""
NARROW = Frame(240, 182, 5, (0.0, 0.0), NARROW_SCALE)
"""A phone, as narrow as it comes, where the arrow stands below the plot."""
SMALL = Frame(400, 250, 6)
"""Beside a text: on the home page."""


def frames(wide: Frame = WIDE) -> Mapping[str, Frame]:
    """The sizes that a page draws its names for, by their classes; `wide` is that of a screen."""
    screens = {"wide": wide, "medium": MEDIUM} if wide.width > MEDIUM.width else {"wide medium": wide}
    return {**screens, "narrow": NARROW}


@dataclass(frozen=True, slots=True)
class Label:
    """Text beside the point at (x, y), moved by (dx, dy) px; `leader` is the path of a line to it when it is far.

    `lines` is what is written, where `text` is the whole name; dy is the first line's, `middle` that of all of them.
    """

    id: str
    text: str
    lines: tuple[str, ...]
    x: float
    y: float
    dx: float
    dy: float
    middle: float
    anchor: Anchor
    leader: str = ""

    @property
    def is_cut(self) -> bool:
        return "".join(self.lines).replace(" ", "") != self.text.replace(" ", "")


def place_labels(plot: Plot, frame: Frame) -> tuple[Label, ...]:
    """Return the labels that fit. Order: highlighted, then the front from its ends to its middle."""
    first, marks = _by_priority(plot)
    named = tuple(_named(mark) for mark in marks)
    return _best(named, len(first), _ground(plot, frame), plot.better, frame)


# A page counts its labels before it draws them, and is drawn again for the next reader.
@lru_cache(maxsize=64)
def _best(marks: tuple[Named, ...], first: int, ground: Ground, better: Better, frame: Frame) -> tuple[Label, ...]:
    """Return the labels of most of the `first` marks, then of most marks, with as much of their names as gives that."""
    names = {mark.label for mark in marks}
    leading = {mark.id for mark in marks[:first]}
    size = frame.width, frame.height
    best, score = Room(ground, better, size), (0, 0, 0)
    for length in LENGTHS:
        said = shortened(names, length)
        room = Room(ground, better, size)
        room.fill(marks, said, frame.most)
        if len(room.puts) < min(frame.most, len(marks)):
            room.rearrange(marks[:MOST_MOVED], said, frame.most)
        reached = len(leading & set(room.puts)), len(room.puts), -room.covering
        if reached > score:
            best, score = room, reached
        if len(room.puts) == min(frame.most, len(marks)) and not room.covering:
            break
    return tuple(_label(put.mark, put.spot) for put in best.puts.values())


def _by_priority(plot: Plot) -> tuple[Sequence[Placed], Sequence[Placed]]:
    """Return the points that come first, and all, in order."""
    drawn = [mark for mark in plot.placed if _is_inside(mark)]
    chosen = [mark for mark in drawn if mark.point.highlighted]
    front = sorted((mark for mark in drawn if mark.point.front == "on"), key=lambda mark: (mark.x or 0, mark.y or 0))
    inwards = [mark for pair in zip(front, reversed(front), strict=True) for mark in pair][: len(front)]
    contested = [mark for mark in drawn if mark.point.front == "contested"]
    # A point and its stacked twins share one label.
    seen: dict[tuple[str, float | None, float | None], Placed] = {}
    for mark in (*chosen, *inwards, *contested):
        seen.setdefault((mark.point.label, mark.x, mark.y), mark)
    ends = {mark.point.id for mark in (*chosen, *inwards[:2])}
    found = list(seen.values())[:MOST_TRIED]
    return [mark for mark in found if mark.point.id in ends], found


def _is_inside(mark: Placed) -> bool:
    return mark.x is not None and mark.y is not None


def _named(mark: Placed) -> Named:
    ring = RING_PX - RADIUS[mark.point.front] if mark.point.highlighted else 0.0
    return Named(mark.point.id, mark.point.label, mark.point.name, mark.x or 0.0, mark.y or 0.0, ring)


def _label(mark: Named, spot: Spot) -> Label:
    return Label(
        mark.id, mark.name or mark.label, spot.lines, mark.x, mark.y, spot.dx, spot.first_line,
        (spot.box[1] + spot.box[3]) / 2, spot.anchor, spot.leader,
    )  # fmt: skip


def _at(mark: Placed, frame: Frame) -> tuple[float, float]:
    return (mark.x or 0.0) * frame.width, (mark.y or 0.0) * frame.height


def _ground(plot: Plot, frame: Frame) -> Ground:
    alone, counted = split(plot)
    marks = [mark for mark in alone if _is_inside(mark)]
    faint = [mark for mark in marks if mark.point.front == "dominated" and not mark.point.highlighted]
    solid = [mark for mark in marks if mark.point.front != "dominated" or mark.point.highlighted]
    own, faint_own = (tuple(box for mark in some for box in _boxes(mark, frame)) for some in (solid, faint))
    many = tuple(_hexagons(counted, frame))
    arrow, thin = _arrow(plot, frame), tuple(_lines(plot, frame))
    if frame.hexagons < 1:
        # On a phone they are no larger than a dominated mark.
        return Ground((*own, arrow), (), (*faint_own, *many), thin)
    return Ground((*own, arrow), many, faint_own, thin)


def _boxes(mark: Placed, frame: Frame) -> Iterable[Box]:
    """Of a mark and of the count of its stack."""
    x, y = _at(mark, frame)
    half = RING_PX if mark.point.highlighted else RADIUS[mark.point.front]
    yield x - half, y - half, x + half, y + half
    if mark.stack > 1:
        left, top, right, bottom = STACK
        yield x + left, y + top, x + right, y + bottom


def _hexagons(counted: Iterable[Placed], frame: Frame) -> Iterable[Box]:
    for hexagon in hexagons(counted):
        x, y, half = hexagon.x * frame.width, hexagon.y * frame.height, hexagon.width_px / 2 * frame.hexagons
        yield x - half, y - half, x + half, y + half


def _arrow(plot: Plot, frame: Frame) -> Box:
    across, up = plot.better
    width, height = frame.better
    left, top = 0.0 if across == "left" else frame.width - width, 0.0 if up == "top" else frame.height - height
    return left, top, left + width, top + height


def _lines(plot: Plot, frame: Frame) -> Iterable[Box]:
    steps = [(*start, *end) for start, end in pairwise(plot.front)]
    parts = [*plot.extensions, *(part for mark in plot.placed for part in mark.whiskers)]
    for x1, y1, x2, y2 in (*steps, *((part.x1, part.y1, part.x2, part.y2) for part in parts)):
        left, right = sorted((x1 * frame.width, x2 * frame.width))
        top, bottom = sorted((y1 * frame.height, y2 * frame.height))
        yield left - LINE_PX, top - LINE_PX, right + LINE_PX, bottom + LINE_PX
