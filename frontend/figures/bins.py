"""The hexagons of a plot of many points, as a trace."""

from collections.abc import Sequence

from frontend.charts.hexagons import hexagons
from frontend.charts.scatter import Placed, Plot
from frontend.figures.look import GROUND, OTHER
from frontend.figures.marks import Trace, plain


def hexagon_trace(plot: Plot, marks: Sequence[Placed], hover: str) -> list[Trace]:
    """One hexagon for each cell with a point in it. `hover` has a `%d` for their number."""
    found = hexagons(marks)
    if not found:
        return []
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "meta": "counts",
            "x": [plot.x.value(hexagon.x) * plot.x.factor for hexagon in found],
            "y": [plot.y.value(1 - hexagon.y) * plot.y.factor for hexagon in found],
            "text": [plain(hexagon.title(plot.x, plot.y, hover)).replace("\n", "<br>") for hexagon in found],
            "customdata": [hexagon.count for hexagon in found],
            "hovertemplate": "%{text}<extra></extra>",
            "marker": {
                "symbol": "hexagon",
                "size": [hexagon.width_px for hexagon in found],
                "color": OTHER,
                "opacity": 1,
                "line": {"color": GROUND, "width": 1},
            },
        }
    ]
