"""The limits of a view in a figure: a line where the limit is, and hatching over what fails it."""

from collections.abc import Sequence

from frontend.charts.axis import Axis
from frontend.charts.scatter import Guide, Plot
from frontend.figures.look import FAINT, GRID
from frontend.figures.marks import Trace

BEYOND = 2.0
"""How many times the axis's length the hatching goes past either end, so that a pan does not show where it stops."""


def guide_traces(plot: Plot) -> list[Trace]:
    """Return two traces for each limit that anything drawn could fail: the area, and its edge."""
    return [trace for guide in plot.guides if _bites(guide) for trace in _traces(plot, guide)]


def _bites(guide: Guide) -> bool:
    return guide.at > 0 if guide.fails == "low" else guide.at < 1


def _traces(plot: Plot, guide: Guide) -> list[Trace]:
    across = guide.axis == "x"
    # A guide counts from the top left, an axis from its low end.
    at, to_low = (guide.at, guide.fails == "low") if across else (1 - guide.at, guide.fails == "high")
    own, other = (plot.x, plot.y) if across else (plot.y, plot.x)
    edge, far = _shown(own, at), _shown(own, -BEYOND if to_low else 1 + BEYOND)
    low, high = _shown(other, -BEYOND), _shown(other, 1 + BEYOND)
    area = _trace([edge, edge, far, far], [low, high, high, low], across=across)
    line = _trace([edge, edge], [low, high], across=across)
    pattern = {"shape": "/", "fgcolor": GRID, "size": 8, "solidity": 0.15}
    return [
        {**area, "fill": "toself", "fillpattern": pattern, "line": {"width": 0}, "meta": "fails"},
        {**line, "line": {"color": FAINT, "width": 1}, "meta": "guide"},
    ]


def _shown(axis: Axis, fraction: float) -> float:
    return axis.value(fraction) * axis.factor


def _trace(along: Sequence[float], over: Sequence[float], *, across: bool) -> Trace:
    x, y = (along, over) if across else (over, along)
    return {"type": "scatter", "mode": "lines", "x": list(x), "y": list(y), "hoverinfo": "skip"}
