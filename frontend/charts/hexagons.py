"""Many points as few hexagons: what is dominated is counted, so that a board of thousands stays a drawing."""

import math
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from frontend.charts.scatter import Placed, Plot

MOST_POINTS = 400
WIDTH, HEIGHT, CELL = 900.0, 460.0, 28.0
"""The nominal plot that the hexagons are even on, and their width, in px."""
LEAST_PX, MOST_PX = 6.0, 28.0


@dataclass(frozen=True, slots=True)
class Hexagon:
    """How many points lie nearest to (x, y), in fractions from the top left; its area goes by their number."""

    x: float
    y: float
    count: int
    width_px: float


def split(plot: Plot, chosen: Collection[str] = ()) -> tuple[list[Placed], list[Placed]]:
    """Return the points that are drawn one by one, and those that are counted."""
    if len(plot.placed) <= MOST_POINTS:
        return list(plot.placed), []
    counted = [mark for mark in plot.placed if _is_one_of_many(mark, chosen)]
    return [mark for mark in plot.placed if not _is_one_of_many(mark, chosen)], counted


def hexagons(marks: Iterable[Placed]) -> tuple[Hexagon, ...]:
    cells = Counter(_cell(mark.x or 0.0, mark.y or 0.0) for mark in marks)
    most = max(cells.values(), default=1)
    return tuple(
        Hexagon(x, y, count, LEAST_PX + (MOST_PX - LEAST_PX) * math.sqrt(count / most))
        for (x, y), count in cells.items()
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
