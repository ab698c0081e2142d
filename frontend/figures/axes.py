"""The axes of a figure, in the unit that a reader sees: `Axis.factor` times the metric's own."""

import math
from typing import Any

from frontend.charts.axis import Axis
from frontend.charts.scatter import Plot
from frontend.figures.look import EDGE, FAINT, GRID, SURFACE, Look

GUTTER = 0.05
"""Share of the plot that a strip for points without a place takes."""
GAP = 0.012


def axes_of(plot: Plot, look: Look) -> dict[str, Any]:
    """Return `xaxis` and `yaxis`, and with points in a gutter `xaxis2` (right) and `yaxis2` (below)."""
    across = look.window[:2] if look.window else None
    up = look.window[2:] if look.window else None
    right = 1 - GUTTER - GAP if plot.x_gutter else 1.0
    bottom = GUTTER + GAP if plot.y_gutter else 0.0
    found = {
        # The labels stand below the gutter.
        "xaxis": {**_axis(plot.x, across), "domain": [0, right], "anchor": "free", "position": 0},
        "yaxis": {**_axis(plot.y, up), "domain": [bottom, 1]},
    }
    if plot.x_gutter:
        found["xaxis2"] = _strip(1 - GUTTER, 1)
    if plot.y_gutter:
        found["yaxis2"] = _strip(0, GUTTER)
    return found


def coordinate(axis: Axis, value: float) -> float:
    """Where Plotly's ranges and annotations have a value: a logarithm on a logarithmic axis."""
    shown = value * axis.factor
    return math.log10(shown) if axis.log else shown


def range_of(axis: Axis, window: tuple[float, float] | None = None) -> list[float]:
    """The window, or all of the axis where there is none that can be drawn."""
    return [coordinate(axis, end) for end in _window(axis, window)]


def _window(axis: Axis, window: tuple[float, float] | None) -> tuple[float, float]:
    return (axis.low, axis.high) if window is None or (axis.log and window[0] <= 0) else window


def _axis(axis: Axis, window: tuple[float, float] | None) -> dict[str, Any]:
    ticks = axis.ticks_between(*_window(axis, window)) if axis.ticks else ()
    return {
        "type": "log" if axis.log else "linear",
        "range": range_of(axis, window),
        "autorange": False,
        "gridcolor": GRID,
        "zeroline": False,
        "showline": True,
        "linecolor": EDGE,
        "tickfont": {"color": FAINT, "size": 12},
        "tickvals": [value * axis.factor for value, _ in ticks],
        "ticktext": [label for _, label in ticks],
    }


def _strip(start: float, end: float) -> dict[str, Any]:
    return {
        "domain": [start, end], "range": [0, 1], "fixedrange": True, "showgrid": False, "zeroline": False,
        "showticklabels": False,
    }  # fmt: skip


def strips_of(plot: Plot) -> list[dict[str, Any]]:
    """The grounds of the gutters."""
    found = []
    if plot.x_gutter:
        found.append(_ground(1 - GUTTER, 1, 0, 1))
    if plot.y_gutter:
        found.append(_ground(0, 1, 0, GUTTER))
    return found


def _ground(x0: float, x1: float, y0: float, y1: float) -> dict[str, Any]:
    return {
        "type": "rect", "xref": "paper", "yref": "paper", "x0": x0, "x1": x1, "y0": y0, "y1": y1, "layer": "below",
        "fillcolor": SURFACE, "line": {"color": GRID, "width": 1},
    }  # fmt: skip
