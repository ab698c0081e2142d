"""A window on a board's plot: what lies in it, and the ways to the rows in view and back to the whole board."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontend.charts.axis import Axis, make_axis
from frontend.charts.scatter import Plot, Point, Span
from frontend.present.links import neighbour
from leaderboard.boards.rows import BoardView

Window = tuple[float, float, float, float]
"""From x to x, from y to y, in the metrics' own units: the `zoom` of an address."""


def is_inside(x: Axis, y: Axis, point: Point) -> bool:
    """Whether a point is drawn: what has no place on an axis stands in that axis's gutter."""
    places = (x.place(point.x.value), y.place(point.y.value))
    return all(place is None or 0 <= place <= 1 for place in places)


def outside_words(count: int) -> tuple[str, ...]:
    text = ngettext("%d entry lies outside this window.", "%d entries lie outside this window.", count)
    return (text % count,) if count else ()


def windows(view: BoardView, plot: Plot) -> tuple[tuple[str, str], ...]:
    """Return address and words: from a window back to the whole board, from fewer rows than all to where they are."""
    if view.view.zoom:
        return ((neighbour(view, zoom=None), _("Show the whole board")),)
    if len(view.rows) == len(view.board_rows) or not any(None not in (mark.x, mark.y) for mark in plot.placed):
        return ()
    spans = [(mark.point.x, mark.point.y) for mark in plot.placed]
    fit = (*_ends(plot.x, [x for x, _y in spans]), *_ends(plot.y, [y for _x, y in spans]))
    return ((neighbour(view, zoom=fit), _("Fit to view")),)


def _ends(axis: Axis, spans: Sequence[Span]) -> tuple[float, float]:
    values = [span.value for span in spans]
    ends = [end for span in spans for end in (span.low, span.high)]
    around = make_axis(axis.metric, values, ends, wanted="log" if axis.log else "lin")
    return float(f"{around.low:.4g}"), float(f"{around.high:.4g}")
