"""Room for names in a plot: each in the first free place around its mark; where one finds none, another moves aside.

All in px of the plot. A name hits no mark, line or other name; the line to its mark no mark, name or other such line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from frontend.charts.places import Better, Box, Boxes, Spot, Taken, as_array, first_free
from frontend.charts.wording import on_two_lines

PADDING_PX = 6.0
ABOVE_PX = 5.0
"""How far a name may stand out of the frame's top, where nothing else is written."""
OWN_PX = 0.5
"""The box around a mark's own middle is no obstacle."""


@dataclass(frozen=True, slots=True)
class Named:
    """What of a mark its label is made of; x and y are shares of the plot."""

    id: str
    label: str
    name: str
    x: float
    y: float
    ring: float = 0.0
    """How far a ring around it stands out of it, in px."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What is in the way: of names and lines to them, of names alone, of names elsewhere free, of names but nearer."""

    solid: tuple[Box, ...]
    counted: tuple[Box, ...]
    faint: tuple[Box, ...]
    thin: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Put:
    """A name in its place; `covers` where it may lie on dominated marks, because there was no other place."""

    mark: Named
    text: str
    at: Boxes
    spot: Spot
    covers: bool


class Room:
    """A plot's ground and the names that have been put there."""

    def __init__(self, ground: Ground, better: Better, size: tuple[float, float]) -> None:
        self.solid, self.counted = as_array(ground.solid), as_array(ground.counted)
        self.faint, self.thin = as_array(ground.faint), as_array(ground.thin)
        self.better, self.size = better, size
        self.puts: dict[str, Put] = {}

    @property
    def covering(self) -> int:
        return sum(put.covers for put in self.puts.values())

    def fill(self, marks: Sequence[Named], said: Mapping[str, str], most: int) -> None:
        """Put as many of the names as find a place, the first ones first."""
        for mark in marks:
            if len(self.puts) < most:
                self.put(mark, said[mark.label])

    def rearrange(self, marks: Sequence[Named], said: Mapping[str, str], most: int) -> None:
        """Put more names by moving, for each, one that stands."""
        for mark in marks:
            if len(self.puts) >= most:
                return
            if mark.id not in self.puts:
                self._make_way(mark, said[mark.label])

    def put(self, mark: Named, text: str) -> bool:
        at = np.array((mark.x * self.size[0], mark.y * self.size[1]) * 2)
        for ground in (np.vstack((self.solid, self.faint)), self.solid)[: 2 if len(self.faint) else 1]:
            spot = self._spot(mark, text, at, ground)
            if spot:
                self.puts[mark.id] = Put(mark, text, at, spot, covers=ground is self.solid and len(self.faint) > 0)
                return True
        return False

    def _make_way(self, mark: Named, text: str) -> None:
        for other in list(self.puts.values()):
            del self.puts[other.mark.id]
            if self.put(mark, text):
                if self.put(other.mark, other.text):
                    return
                del self.puts[mark.id]
            self.puts[other.mark.id] = other

    def _spot(self, mark: Named, text: str, at: Boxes, ground: Boxes) -> Spot | None:
        """Return the cheapest, on one line or on two. What it is compared with is moved so that the mark is at 0."""
        stand = list(self.puts.values())
        solid = np.vstack((ground, *(np.array(put.spot.box) + put.at for put in stand))) - at
        thin = np.vstack((self.thin, *(put.spot.along() + put.at for put in stand))) - at
        lines = np.vstack((np.empty((0, 4)), *(put.spot.line() + put.at for put in stand))) - at
        others = solid[np.abs(solid[:, :2] + solid[:, 2:]).max(axis=1, initial=0) > OWN_PX]
        padded = np.vstack((others, self.counted - at, thin)) + np.array(
            (-PADDING_PX, -PADDING_PX, PADDING_PX, PADDING_PX)
        )
        width, height = self.size
        room = (-at[0], -at[1] - ABOVE_PX, width - at[0], height - at[1])
        taken = Taken(padded, others, lines)
        ways = dict.fromkeys(((text,), on_two_lines(text)))
        spots = [first_free(way, self.better, mark.ring, taken, room) for way in ways]
        return min((spot for spot in spots if spot), key=lambda spot: spot.cost, default=None)
