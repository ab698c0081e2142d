"""From a board's rows to its Pareto plot: which cells are drawn, what each point is called and says."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

import numpy as np
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from frontend.charts.axis import Axis, make_axis, windowed
from frontend.charts.draw import ChartWords, draw
from frontend.charts.hexagons import MOST_POINTS
from frontend.charts.ink import Sheet, as_file
from frontend.charts.labels import WIDE, Frame, frames, place_labels
from frontend.charts.scatter import Fill, Plot, Point, Span, arrange, guides_of
from frontend.present import words
from frontend.present.axes import axis_words
from frontend.present.drawn import drawn
from frontend.present.hues import Key, coloured
from frontend.present.plot_limits import written_limits
from frontend.present.plot_regions import with_regions
from frontend.present.plot_window import Window, is_inside, outside_words, windows
from frontend.present.point_words import fill_of, title_of
from frontend.present.registry import METRICS
from frontend.present.row_names import names_of
from leaderboard.boards.rows import BoardView, Row
from leaderboard.boards.short_ids import short_id
from leaderboard.metrics.pareto.dominators import dominators

MANY_POINTS = 100
"""From here on a page's dominated points say no more than their names, until they are asked."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A plot with the words around it."""

    plot: Plot
    name: str
    labelled: Mapping[str, int]
    """How many of the front have their name beside them, in a `wide`, a `medium` and a `narrow` plot."""
    on_front: int
    limits: str = ""
    """The limits that can be set on its axes, as the script reads them (`written_limits`)."""
    asides: tuple[str, ...] = ()
    """What else has to be known to read it, in sentences."""
    ways: tuple[tuple[str, str], ...] = ()
    """Links to other windows on the same points: address and words."""
    keys: tuple[Key, ...] = ()
    """The legend of a category; without any, colour and shape tell membership."""

    @property
    def kinds(self) -> frozenset[str]:
        """Which memberships there are, of which the legend speaks."""
        return frozenset(mark.point.front for mark in self.plot.placed)

    @property
    def fills(self) -> frozenset[Fill]:
        """What their values are: measured, estimated or reported."""
        return frozenset(mark.point.fill for mark in self.plot.placed)

    def inline(self, wide: Frame = WIDE) -> SafeString:
        return drawn(self._drawn(wide))

    def as_file(self, title: str, caption: Sequence[str]) -> str:
        keys = [(key.hue, key.path, key.label) for key in self.keys]
        return as_file(self._drawn(WIDE), Sheet(title, caption, keys))

    def _drawn(self, wide: Frame) -> Element:
        said = ChartWords(self.name, _("better"), _("%d dominated entries"), _("No entry has a value on both axes."))
        return draw(self.plot, said, wide)


@dataclass(frozen=True, slots=True)
class Selection:
    """What of some rows is drawn."""

    x: str
    y: str
    xs: str | None = None
    ys: str | None = None
    intervals: bool = True
    highlighted: tuple[str, ...] = ()
    compared: tuple[str, ...] = ()
    minimum: Mapping[str, float] = field(default_factory=dict)
    maximum: Mapping[str, float] = field(default_factory=dict)
    explains: bool = False
    """Whether a dominated point says by what: worth its bytes where it can be asked."""
    brief: bool = False
    """Whether a dominated one among many says its name alone: half of a page would be what hardly anybody asks."""
    window: Window | None = None


def _selection(view: BoardView, *, brief: bool, window: Window | None) -> Selection:
    state = view.view
    return Selection(
        state.x, state.y, state.xs, state.ys, state.ci, state.highlight, state.compared, state.minimum, state.maximum,
        explains=True, brief=brief, window=window,
    )  # fmt: skip


def says_its_name_alone(view: BoardView) -> set[str]:
    """Return the points that say no more than their names where the chart is brief, by id."""
    return {str(row.id) for row in view.rows} - _speaking(view.rows, _selection(view, brief=True, window=None))


def board_chart(view: BoardView, name: str, *, whole: bool = False, brief: bool = False) -> Chart:
    """`whole`: all of the axes, whatever window the address has. `brief`: as `Selection` has it."""
    selection = _selection(view, brief=brief, window=None if whole else view.view.zoom)
    chart = chart_of(view.rows, view.board_rows, selection, name)
    plot, said = with_regions(view, chart.plot)
    # Without its whiskers a point may have room for a name.
    labels = _labels_of(plot) if said else (chart.labelled, chart.on_front)
    plot, keys = coloured(view, plot)
    return Chart(plot, name, *labels, chart.limits, (*chart.asides, *said), windows(view, plot), keys)


def chart_of(rows: Sequence[Row], board: Sequence[Row], selection: Selection, name: str) -> Chart:
    """Return the plot of `rows` in the frame, and with the front, of the whole `board`."""
    x_metric, y_metric = METRICS[selection.x], METRICS[selection.y]
    pairs = [(_span(row, selection.x), _span(row, selection.y)) for row in board]
    x = make_axis(x_metric, *_values([pair[0] for pair in pairs]), wanted=selection.xs, words=axis_words(x_metric))
    y = make_axis(y_metric, *_values([pair[1] for pair in pairs]), wanted=selection.ys, words=axis_words(y_metric))
    if selection.window:
        x, y = windowed(x, *selection.window[:2]), windowed(y, *selection.window[2:])
    names = names_of(rows)
    labels = names_of([row for row in rows if row.front in {"on", "contested"} or _is_chosen(row, selection)])
    speaking = _speaking(rows, selection)
    asked = [row for row in rows if str(row.id) in speaking]
    beaten = _beaten(asked, board, pairs, x, y) if selection.explains and len(rows) <= MOST_POINTS else {}
    everything = [_point(row, selection, names, beaten, speaks=str(row.id) in speaking) for row in rows]
    points = [replace(one, label=labels.get(one.id, one.name)) for one in everything if is_inside(x, y, one)]
    plot = arrange(x, y, points, pairs, intervals=selection.intervals)
    plot = replace(plot, guides=guides_of(x, y, selection.minimum, selection.maximum))
    limits = written_limits(x, y, selection.minimum, selection.maximum) if selection.explains else ""
    return Chart(plot, name, *_labels_of(plot), limits, outside_words(len(everything) - len(points)))


def _labels_of(plot: Plot) -> tuple[Mapping[str, int], int]:
    """How many of the front have their name beside them, by the plot's size, and how many there are."""
    front = {mark.point.id for mark in plot.placed if mark.point.front == "on"}
    counts = {name: sum(label.id in front for label in place_labels(plot, frame)) for name, frame in frames().items()}
    return counts, len(front)


def _beaten(
    rows: Sequence[Row], board: Sequence[Row], pairs: Sequence[tuple[Span, Span]], x: Axis, y: Axis
) -> Mapping[str, str]:
    """Return, by id, how many of the whole board dominate a row, and the nearest of them as the plot shows it."""
    if len(board) > MOST_POINTS:
        return {}
    points = np.array([(_near(x, across), _near(y, up)) for across, up in pairs])
    places = {str(row.id): index for index, row in enumerate(board)}
    found = {}
    for row in rows:
        if row.front != "dominated" or str(row.id) not in places:
            continue
        by = dominators(points, (x.metric.direction, y.metric.direction), places[str(row.id)])
        if by.nearest is not None:
            said = {"count": by.count, "nearest": board[by.nearest].model_name}
            found[str(row.id)] = _("dominated by %(count)d, nearest: %(nearest)s") % said
    return found


def _near(axis: Axis, span: Span) -> float:
    """The value as far along as it is drawn; not a number where it has no place."""
    place = axis.place(span.value)
    return math.nan if place is None else place


def _values(spans: Sequence[Span]) -> tuple[list[float | None], list[float | None]]:
    return [span.value for span in spans], [end for span in spans for end in (span.low, span.high)]


def _span(row: Row, key: str) -> Span:
    cell = row.cells.get(key)
    if cell is None or cell.value is None:
        return Span(None, why=words.missing(cell.missing_reason if cell else None))
    return Span(cell.value, cell.low, cell.high)


def _point(
    row: Row, selection: Selection, names: Mapping[str, str], beaten: Mapping[str, str], *, speaks: bool
) -> Point:
    identity = str(row.id)
    return Point(
        id=identity,
        href=f"/entries/{short_id(identity)}/",
        label="",
        title=title_of(row, selection.x, selection.y, beaten.get(identity, "")) if speaks else names[identity],
        x=_span(row, selection.x),
        y=_span(row, selection.y),
        front=row.front,
        fill=fill_of(row, selection.x, selection.y),
        highlighted=_is_chosen(row, selection),
        bare=not speaks,
        name=names[identity],
    )


def _speaking(rows: Sequence[Row], selection: Selection) -> frozenset[str]:
    """Return the points that say all that is known of them: among many, dominated ones do not."""
    few = MANY_POINTS if selection.brief else MOST_POINTS
    return frozenset(
        str(row.id) for row in rows if len(rows) <= few or row.front != "dominated" or _is_chosen(row, selection)
    )


def _is_chosen(row: Row, selection: Selection) -> bool:
    return str(row.id) in selection.highlighted + selection.compared
