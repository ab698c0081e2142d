"""The interactive Pareto plot: a pure function of the same arrangement that the board's SVG is drawn from."""

from dataclasses import dataclass
from typing import Any

from frontend.charts.hexagons import split
from frontend.charts.scatter import Plot
from frontend.figures.axes import axes_of, range_of, strips_of
from frontend.figures.bins import hexagon_trace
from frontend.figures.guides import guide_traces
from frontend.figures.look import EDGE, GROUND, INK, Look
from frontend.figures.marks import front_traces, group_traces, ring_trace
from frontend.figures.notes import notes_of
from frontend.figures.regions import band_traces, region_traces
from frontend.figures.whiskers import whisker_traces


@dataclass(frozen=True, slots=True)
class FigureWords:
    """The words in the figure that are not its data; the page translates them. `counted` and `stacked` have a `%d`."""

    better: str = "better"
    counted: str = "%d dominated entries"
    nothing: str = "No entry has a value on both axes."
    stacked: str = "×%d at this place"


def pareto_figure(plot: Plot, look: Look, words: FigureWords, *, intervals: bool) -> dict[str, Any]:
    """Return `data` and `layout` for Plotly, with names of tokens where colours stand."""
    alone, counted = split(plot, look.chosen)
    return {
        "data": [
            *guide_traces(plot),
            *band_traces(plot),
            *hexagon_trace(plot, counted, words.counted),
            *front_traces(plot),
            *ring_trace(plot, look),
            *(whisker_traces(plot, alone) if intervals else ()),
            *region_traces(plot),
            *group_traces(plot, alone, look, words.stacked),
        ],
        "layout": _layout(plot, look, words),
    }


def _layout(plot: Plot, look: Look, words: FigureWords) -> dict[str, Any]:
    notes = notes_of(plot, words.better, words.nothing)
    return {
        **axes_of(plot, look),
        "annotations": notes["wide"],
        "shapes": strips_of(plot),
        "meta": {
            "notes": notes,
            "x": {"log": plot.x.log, "factor": plot.x.factor, "full": range_of(plot.x)},
            "y": {"log": plot.y.log, "factor": plot.y.factor, "full": range_of(plot.y)},
        },
        "paper_bgcolor": GROUND,
        "plot_bgcolor": GROUND,
        "font": {"color": INK, "family": "system-ui, sans-serif", "size": 12},
        "hoverlabel": {"bgcolor": GROUND, "bordercolor": EDGE, "font": {"color": INK, "size": 13}, "align": "left"},
        "hovermode": "closest",
        "hoverdistance": 20,
        "dragmode": "zoom",
        "showlegend": False,
        # A drawn area selects entries to be compared; what lies outside it does not pale, and keeps its contrast.
        "template": {"data": {"scatter": [{"unselected": {"marker": {"opacity": 1}}}]}},
        "margin": {"l": 56, "r": 36 if plot.x_gutter else 16, "t": 36, "b": 52},
        "modebar": {"orientation": "h", "bgcolor": GROUND, "color": EDGE, "activecolor": INK},
        "uirevision": look.revision,
    }
