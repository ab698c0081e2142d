"""What resamples say of a figure, as the board's SVG draws it: joint regions of points, and the front's band."""

from frontend.charts.axis import Axis
from frontend.charts.scatter import Outline, Plot
from frontend.figures.look import FRONT, INK
from frontend.figures.marks import Trace

TINT = 0.12


def band_traces(plot: Plot) -> list[Trace]:
    """A tint and its outline: Plotly would make the colour of a tint of its own, which follows no theme."""
    if not plot.band:
        return []
    tint = {"fill": "toself", "fillcolor": FRONT, "opacity": TINT, "line": {"color": FRONT, "width": 0}}
    return [
        {**_closed(plot, plot.band), **tint, "meta": "band"},
        {**_closed(plot, plot.band), "line": {"color": FRONT, "width": 0.75}, "meta": "band-outline"},
    ]


def region_traces(plot: Plot) -> list[Trace]:
    return [
        {**_closed(plot, outline), "line": {"color": INK, "width": 1}, "meta": "region"} for outline in plot.regions
    ]


def _closed(plot: Plot, outline: Outline) -> Trace:
    corners = (*outline, outline[0])
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [_shown(plot.x, across) for across, _ in corners],
        "y": [_shown(plot.y, 1 - down) for _, down in corners],
        "hoverinfo": "skip",
    }


def _shown(axis: Axis, fraction: float) -> float:
    return axis.value(fraction) * axis.factor
