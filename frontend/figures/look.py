"""What colour and shape tell: the groups that points belong to, and which points are chosen.

Colours are names of the stylesheet's tokens (`--front`): the page puts the theme's values in when it draws.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from frontend.charts.scatter import Fill

FRONT, OTHER, GROUND, SURFACE, INK, FAINT, EDGE, GRID = (
    "--front", "--c0", "--bg", "--surface", "--text", "--muted", "--control", "--line",
)  # fmt: skip

SHAPES: tuple[tuple[str, str], ...] = (
    ("--c1", "circle"), ("--c2", "square"), ("--c3", "diamond"),
    ("--c4", "triangle-up"), ("--c5", "cross"), ("--c6", "triangle-down"),
)  # fmt: skip
"""The hue and the shape of each place among the categories; both say the same, so that neither is needed."""


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    label: str
    colour: str
    shape: str


@dataclass(frozen=True, slots=True)
class Look:
    """`group_of` has the key of each point's group; `chosen` the points with a ring; `window` the zoom."""

    groups: tuple[Group, ...]
    group_of: Mapping[str, str]
    chosen: tuple[str, ...] = ()
    window: tuple[float, float, float, float] | None = None
    revision: str = ""
    """While it stays the same, Plotly keeps what the reader did to the plot."""


@dataclass(frozen=True, slots=True)
class Ink:
    """The colours of one mark: a measured one is filled, an estimated one open, a reported one open with a dot."""

    fill: str
    line: str
    width: float


def ink_of(fill: Fill, colour: str) -> Ink:
    return Ink(colour, GROUND, 1.0) if fill == "solid" else Ink(GROUND, colour, 2.0)
