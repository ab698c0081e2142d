"""Where a text can stand around a mark: beside it, or at the end of a line to it, the better corner's side first."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Anchor = Literal["start", "middle", "end"]
Better = tuple[Literal["left", "right"], Literal["top", "bottom"]]
Box = tuple[float, float, float, float]
"""Left, top, right and bottom in px."""
Boxes = NDArray[np.float64]
"""One a row."""

CHARACTER_PX, NARROW_PX, WIDE_PX = 7.2, 4.2, 11.0
"""Advances in a wide system sans at 12 px, so that real text stays inside its box."""
NARROW, WIDE = frozenset("fijlrtI .,:;|'()[]/-"), frozenset("mwMW@%…")
ASCENT_PX, DESCENT_PX, LINE_PX = 9.0, 3.0, 14.0
MARK_PX = 8.0
"""Where a line begins, from the mark's middle."""
NEAR_PX = 10.0
REACHES = (NEAR_PX, 24.0, 34.0, 46.0, 60.0, 76.0, 94.0, 114.0, 136.0, 160.0, 186.0)
DIRECTIONS = 16
TURN_COST = 14.0
"""What a radian away from the better corner weighs against px of a line: nothing lies between it and the front."""
TWO_LINES_COST = 6.0
NEAR_BONUS = 100.0
"""A place beside the mark is better than any at the end of a line."""
ASIDE_COST = 0.2
"""Above or below a mark, in its middle is a little better."""
STEP_PX = 3.0


@dataclass(frozen=True, slots=True)
class Spot:
    """Lines of text with one edge, or one corner, at (x, y) px from the mark's middle."""

    lines: tuple[str, ...]
    x: float
    y: float
    box: Box
    anchor: Anchor
    cost: float
    ring: float = 0.0
    """How far the ring around its mark stands out of it."""

    @property
    def dx(self) -> float:
        return {"start": self.box[0], "middle": (self.box[0] + self.box[2]) / 2, "end": self.box[2]}[self.anchor]

    @property
    def first_line(self) -> float:
        return self.box[1] + ASCENT_PX

    @property
    def is_far(self) -> bool:
        return math.hypot(self.x, self.y) > NEAR_PX + self.ring + 1

    @property
    def leader(self) -> str:
        if not self.is_far:
            return ""
        start = (MARK_PX + self.ring) / math.hypot(self.x, self.y)
        return f"M{self.x * start:.1f} {self.y * start:.1f}L{self.x:.1f} {self.y:.1f}"

    def line(self) -> Boxes:
        """From end to end, in one row; none where the text stands beside its mark."""
        return np.array([[0.0, 0.0, self.x, self.y]]) if self.is_far else np.empty((0, 4))

    def along(self) -> Boxes:
        """The line, as points without a size; those next to its own mark are left out."""
        length = math.hypot(self.x, self.y)
        shares = (
            np.arange(MARK_PX * 1.6 + self.ring, length - STEP_PX, STEP_PX) / length if self.is_far else np.empty(0)
        )
        x, y = shares * self.x, shares * self.y
        return np.column_stack((x, y, x, y))


@dataclass(frozen=True, slots=True)
class Taken:
    """What is in the way: of a text, of the line to it, and the other lines, from end to end; relative to the mark."""

    text: Boxes
    line: Boxes
    others: Boxes


def first_free(lines: tuple[str, ...], better: Better, ring: float, taken: Taken, room: Box) -> Spot | None:
    """Return the cheapest spot whose text and line hit nothing that is `taken`, all in `room`.

    Boxes of texts are as wide as these are, without padding.
    """
    x, y, sides, cost = _around(better, ring)
    width, height = max(map(width_px, lines)), ASCENT_PX + DESCENT_PX + LINE_PX * (len(lines) - 1)
    across, down = x + (sides[0] - 1) * width / 2, y + (sides[1] - 1) * height / 2
    boxes = np.column_stack((across, down, across + width, down + height))
    inside = (boxes[:, :2] >= room[:2]).all(axis=1) & (boxes[:, 2:] <= room[2:]).all(axis=1)
    fits = np.flatnonzero(inside)
    for at in fits[~hit(boxes[fits], taken.text)]:
        anchor: Anchor = "start" if sides[0][at] == 1 else "end" if sides[0][at] == -1 else "middle"
        left, top, right, bottom = (float(edge) for edge in boxes[at])
        price = float(cost[at]) + TWO_LINES_COST * (len(lines) - 1)
        spot = Spot(lines, float(x[at]), float(y[at]), (left, top, right, bottom), anchor, price, ring)
        if not spot.is_far or not (hit(spot.along(), taken.line).any() or crosses((spot.x, spot.y), taken.others)):
            return spot
    return None


def hit(boxes: Boxes, others: Boxes) -> NDArray[np.bool_]:
    """Whether each of some boxes overlaps one of others."""
    if not len(boxes):
        return np.zeros(0, dtype=np.bool_)
    # Of hundreds, few are near.
    least, most = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    near = others[((others[:, :2] < most) & (others[:, 2:] > least)).all(axis=1)]
    left, top, right, bottom = (boxes[:, [edge]] for edge in range(4))
    overlaps = (left < near[:, 2]) & (near[:, 0] < right) & (top < near[:, 3]) & (near[:, 1] < bottom)
    return np.asarray(overlaps.any(axis=1))


def width_px(text: str) -> float:
    """Return about how wide a text is."""
    return sum(NARROW_PX if sign in NARROW else WIDE_PX if sign in WIDE else CHARACTER_PX for sign in text)


def crosses(end: tuple[float, float], lines: Boxes) -> bool:
    """Whether a line from 0 to `end` crosses one of others."""
    x, y = end
    x1, y1, x2, y2 = lines.T
    own_side = (x * y1 - y * x1) * (x * y2 - y * x2) < 0
    across, down = x2 - x1, y2 - y1
    other_side = (down * x1 - across * y1) * (across * (y - y1) - down * (x - x1)) < 0
    return bool((own_side & other_side).any())


def as_array(boxes: Iterable[Sequence[float]]) -> Boxes:
    return np.array(list(boxes), dtype=np.float64).reshape(-1, 4)


@cache
def _around(better: Better, ring: float) -> tuple[Boxes, Boxes, Boxes, Boxes]:
    """Points around a mark, cheapest first: their x and y, which way a text there goes from them, and their cost.

    Above and below, a text can also stand to one side of the point.
    """
    good = math.atan2(-1 if better[1] == "top" else 1, -1 if better[0] == "left" else 1)
    turns = [turn * 2 * math.pi / DIRECTIONS for turn in range(DIRECTIONS)]
    found = [
        _spot(reach, ring, turn, side, good) for reach in REACHES for turn in turns for side in _sides(math.cos(turn))
    ]
    cost, x, y, *sides = np.array(sorted(found)).T
    return x, y, np.array(sides), cost


def _sides(across: float) -> Sequence[float]:
    return (-0.8, 0.0, 0.8) if abs(across) < 0.5 else (math.copysign(1, across),)


def _spot(reach: float, ring: float, turn: float, side: float, good: float) -> tuple[float, ...]:
    away = abs((turn - good + math.pi) % (2 * math.pi) - math.pi)
    cost = reach + TURN_COST * away - (NEAR_BONUS if reach == NEAR_PX else 0)
    cos, sin = math.cos(turn), math.sin(turn)
    cost += 0 if side in {-1, 0, 1} else ASIDE_COST
    return cost, (reach + ring) * cos, (reach + ring) * sin, side, min(1.0, max(-1.0, 2 * sin))
