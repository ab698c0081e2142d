"""Many points as few hexagons: what is dominated is counted, so that a board of thousands stays a drawing."""

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from frontend.charts.axis import Axis
from frontend.charts.scatter import Placed, Plot

MOST_POINTS = 400
WIDTH, HEIGHT, CELL = 900.0, 360.0, 28.0
"""The nominal plot that the hexagons are even on, and their width, in px."""
LEAST_PX, MOST_PX = 7.0, 26.0
NARROW_SCALE = 0.4
"""What is left of their width on a phone, where the plot has a third of its width; the page's styles say it too."""


@dataclass(frozen=True, slots=True)
class Hexagon:
    """How many points lie nearest to (x, y), in fractions from the top left; its area goes by their number."""

    x: float
    y: float
    width_px: float
    marks: tuple[Placed, ...]

    @property
    def count(self) -> int:
        return len(self.marks)

    def title(self, x: Axis, y: Axis, words: str) -> str:
        """How many, in `words` with a `%d`, and the values that they lie between."""
        up = [mark.point.y.value or 0.0 for mark in self.marks]
        across = [mark.point.x.value or 0.0 for mark in self.marks]
        return "\n".join((words % self.count, y.range(min(up), max(up)), x.range(min(across), max(across))))


def split(plot: Plot, chosen: Collection[str] = ()) -> tuple[list[Placed], list[Placed]]:
    """Return the points that are drawn one by one, and those that are counted."""
    if len(plot.placed) <= MOST_POINTS:
        return list(plot.placed), []
    counted = [mark for mark in plot.placed if _is_one_of_many(mark, chosen)]
    return [mark for mark in plot.placed if not _is_one_of_many(mark, chosen)], counted


def hexagons(marks: Iterable[Placed]) -> tuple[Hexagon, ...]:
    cells: dict[tuple[float, float], list[Placed]] = {}
    for mark in marks:
        cells.setdefault(_cell(mark.x or 0.0, mark.y or 0.0), []).append(mark)
    most = max(map(len, cells.values()), default=1)
    return tuple(
        Hexagon(x, y, LEAST_PX + (MOST_PX - LEAST_PX) * math.sqrt(len(inside) / most), tuple(inside))
        for (x, y), inside in cells.items()
    )


def _is_one_of_many(mark: Placed, chosen: Collection[str]) -> bool:
    point = mark.point
    alone = point.front in {"on", "contested"} or point.highlighted or point.id in chosen
    return not alone and mark.x is not None and mark.y is not None


def _cell(x: float, y: float) -> tuple[float, float]:
    """The centre of the nearest hexagon, in fractions: hexagons are two rectangular grids, half a cell apart."""
    across, down = x * WIDTH / CELL, y * HEIGHT / (CELL * math.sqrt(3))
    grids = [(round(across), round(down)), (math.floor(across) + 0.5, math.floor(down) + 0.5)]
    u, v = min(grids, key=lambda at: (across - at[0]) ** 2 + 3 * (down - at[1]) ** 2)
    return u * CELL / WIDTH, v * CELL * math.sqrt(3) / HEIGHT
