"""From a board's rows to its Pareto plot: which cells are drawn, what each point is called and says."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from frontend import numbers
from frontend.charts.axis import make_axis
from frontend.charts.draw import ChartWords, draw
from frontend.charts.elements import written
from frontend.charts.ink import Frame, as_file
from frontend.charts.labels import WIDE, place_labels
from frontend.charts.scatter import Fill, Plot, Point, Span, arrange
from frontend.present import words
from leaderboard.boards.rows import BoardView, Cell, Row
from leaderboard.metrics.registry import METRICS
from leaderboard.protocol import Provenance


@dataclass(frozen=True, slots=True)
class Chart:
    """A plot with the words around it."""

    plot: Plot
    name: str
    labelled: int
    on_front: int

    def inline(self) -> str:
        return written(draw(self.plot, ChartWords(self.name, _("better"))))

    def as_file(self, title: str, caption: Sequence[str]) -> str:
        return as_file(draw(self.plot, ChartWords(self.name, _("better"))), Frame(title, caption))


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
    silent: bool = False
    """Dominated points that are not compared say nothing: there are so many that they are counted, not drawn."""


def board_chart(view: BoardView, name: str, *, silent: bool = False) -> Chart:
    state = view.view
    selection = Selection(state.x, state.y, state.xs, state.ys, state.ci, state.highlight, state.compared, silent)
    return chart_of(view.rows, view.board_rows, selection, name)


def chart_of(rows: Sequence[Row], board: Sequence[Row], selection: Selection, name: str) -> Chart:
    """Return the plot of `rows` in the frame, and with the front, of the whole `board`."""
    x_metric, y_metric = METRICS[selection.x], METRICS[selection.y]
    pairs = [(_span(row, selection.x), _span(row, selection.y)) for row in board]
    x = make_axis(x_metric, *_values([pair[0] for pair in pairs]), wanted=selection.xs)
    y = make_axis(y_metric, *_values([pair[1] for pair in pairs]), wanted=selection.ys)
    names = names_of(rows)
    points = [_point(row, selection, names) for row in rows]
    plot = arrange(x, y, points, pairs, intervals=selection.intervals)
    labelled = sum(1 for label in place_labels(plot, WIDE) if label.id in {p.id for p in points if p.front == "on"})
    return Chart(plot, name, labelled, sum(1 for row in rows if row.front == "on"))


def names_of(rows: Sequence[Row]) -> Mapping[str, str]:
    """The shortest name that tells each row from the others: model, then device or configuration as needed."""
    twins: dict[str, set[tuple[str, ...]]] = {}
    for row in rows:
        twins.setdefault(row.model_name, set()).add(_parts(row))
    return {str(row.id): " ".join((row.model_name, *_differing(row, twins[row.model_name]))) for row in rows}


def _parts(row: Row) -> tuple[str, ...]:
    return row.config.precision, f"b{row.config.batch}", f"t{row.config.threads}", row.device


def _differing(row: Row, twins: Collection[tuple[str, ...]]) -> list[str]:
    differs = [len(set(column)) > 1 for column in zip(*twins, strict=True)]
    return [part for part, shown in zip(_parts(row), differs, strict=True) if shown]


def _values(spans: Sequence[Span]) -> tuple[list[float | None], list[float | None]]:
    return [span.value for span in spans], [end for span in spans for end in (span.low, span.high)]


def _span(row: Row, key: str) -> Span:
    cell = row.cells.get(key)
    if cell is None or cell.value is None:
        return Span(None, why=words.missing(cell.missing_reason if cell else None))
    return Span(cell.value, cell.low, cell.high)


def _point(row: Row, selection: Selection, names: Mapping[str, str]) -> Point:
    identity = str(row.id)
    return Point(
        id=identity,
        href=f"/entries/{identity}/",
        label=names[identity],
        title=_title(row, selection) if _speaks(row, selection) else "",
        x=_span(row, selection.x),
        y=_span(row, selection.y),
        front=row.front,
        fill=_fill(row, selection),
        highlighted=identity in selection.highlighted,
    )


def _speaks(row: Row, selection: Selection) -> bool:
    return not selection.silent or row.front != "dominated" or str(row.id) in selection.compared + selection.highlighted


def _fill(row: Row, selection: Selection) -> Fill:
    sources = {row.cells[key].provenance for key in (selection.x, selection.y) if key in row.cells}
    if Provenance.REPORTED in sources:
        return "dot"
    return "open" if {Provenance.ESTIMATED, Provenance.PREDICTED} & sources else "solid"


def _title(row: Row, selection: Selection) -> str:
    """What the tooltip says and a screen reader reads: the lines of the card."""
    lines = [f"{row.model_name}, {row.device_name}", f"{row.config.precision}, {words.config_words(row.config)}"]
    lines += [_said(row, key) for key in (selection.y, selection.x)]
    front = str(words.FRONT_WORDS[row.front])
    if row.front_probability is not None and row.front != "unplaced":
        front = _("%(front)s in %(share)s of the resamples") % {
            "front": front if row.front != "dominated" else _("on the front"),
            "share": numbers.with_unit(numbers.fixed(row.front_probability * 100, 0), "%"),
        }
    return "\n".join([*lines, front])


def _said(row: Row, key: str) -> str:
    cell = row.cells.get(key)
    said = f"{METRICS[key].name}: {_value(cell, key)}"
    if cell is None or cell.value is None or cell.provenance is None:
        return said
    if not cell.scope:
        return said
    return f"{said}, {str(words.PROVENANCE_NAMES[cell.provenance]).lower()}, {words.SCOPE_NAMES[cell.scope]}"


def _value(cell: Cell | None, key: str) -> str:
    if cell is None or cell.value is None:
        return words.missing(cell.missing_reason if cell else None)
    return f"{numbers.INFINITE} {_('never correct')}" if cell.infinite else numbers.in_words(cell, METRICS[key])
