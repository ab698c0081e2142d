"""What one point of a Pareto plot says of itself: in its card, and by how it is filled."""

from django.utils.translation import gettext as _

from frontend import numbers
from frontend.charts.scatter import Fill
from frontend.present import words
from frontend.present.registry import METRICS
from leaderboard.boards.rows import Cell, Row
from leaderboard.protocol import Provenance


def fill_of(row: Row, x: str, y: str) -> Fill:
    """`x` and `y` are the metrics of the axes."""
    sources = {row.cells[key].provenance for key in (x, y) if key in row.cells}
    if Provenance.REPORTED in sources:
        return "dot"
    return "open" if {Provenance.ESTIMATED, Provenance.PREDICTED} & sources else "solid"


def title_of(row: Row, x: str, y: str, beaten: str) -> str:
    """What the tooltip says and a screen reader reads: the lines of the card, the last by what it is `beaten`."""
    lines = [f"{row.model_name}, {row.device_name}", words.config_line(row.config)]
    lines += [_said(row, key) for key in (y, x)]
    front = str(words.FRONT_WORDS[row.front])
    if row.front == "on" and fill_of(row, x, y) == "dot":
        front = _("on the front by its reported values")
    elif row.front_probability is not None and row.front != "unplaced":
        front = _("%(front)s in %(share)s of the resamples") % {
            "front": front if row.front != "dominated" else _("on the front"),
            "share": numbers.with_unit(numbers.fixed(row.front_probability * 100, 0), "%"),
        }
    return "\n".join([*lines, front, *([beaten] if beaten else [])])


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
