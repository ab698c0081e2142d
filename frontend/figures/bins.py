"""Many points as few hexagons: what is dominated is counted, so that a board of thousands stays a drawing."""

import math
from collections import Counter
from collections.abc import Sequence

from frontend.charts.scatter import Placed, Plot
from frontend.figures.look import GROUND, OTHER, Look
from frontend.figures.marks import Trace

MOST_POINTS = 400
WIDTH, HEIGHT, CELL = 900.0, 460.0, 28.0
"""The nominal plot that the hexagons are even on, and their width, in px."""
LEAST_PX, MOST_PX = 6.0, 28.0


def split(plot: Plot, look: Look) -> tuple[list[Placed], list[Placed]]:
    """Return the points that are drawn one by one, and those that are counted."""
    if len(plot.placed) <= MOST_POINTS:
        return list(plot.placed), []
    counted = [mark for mark in plot.placed if _is_one_of_many(mark, look)]
    return [mark for mark in plot.placed if not _is_one_of_many(mark, look)], counted


def hexagon_trace(plot: Plot, marks: Sequence[Placed], hover: str) -> list[Trace]:
    """One hexagon for each cell with a point in it, its area by their number. `hover` has a `%d` for that."""
    if not marks:
        return []
    cells = Counter(_cell(mark.x or 0.0, mark.y or 0.0) for mark in marks)
    most = max(cells.values())
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "meta": "counts",
            "x": [plot.x.value(x) * plot.x.factor for x, _ in cells],
            "y": [plot.y.value(1 - y) * plot.y.factor for _, y in cells],
            "text": [hover % count for count in cells.values()],
            "customdata": list(cells.values()),
            "hovertemplate": "%{text}<extra></extra>",
            "marker": {
                "symbol": "hexagon",
                "size": [LEAST_PX + (MOST_PX - LEAST_PX) * math.sqrt(count / most) for count in cells.values()],
                "color": OTHER,
                "opacity": 1,
                "line": {"color": GROUND, "width": 1},
            },
        }
    ]


def _is_one_of_many(mark: Placed, look: Look) -> bool:
    point = mark.point
    alone = point.front in {"on", "contested"} or point.highlighted or point.id in look.chosen
    return not alone and mark.x is not None and mark.y is not None


def _cell(x: float, y: float) -> tuple[float, float]:
    """The centre of the nearest hexagon, in fractions: hexagons are two rectangular grids, half a cell apart."""
    across, down = x * WIDTH / CELL, y * HEIGHT / (CELL * math.sqrt(3))
    grids = [(round(across), round(down)), (math.floor(across) + 0.5, math.floor(down) + 0.5)]
    u, v = min(grids, key=lambda at: (across - at[0]) ** 2 + 3 * (down - at[1]) ** 2)
    return u * CELL / WIDTH, v * CELL * math.sqrt(3) / HEIGHT
