"""Everything a model's page shows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from frontend import numbers
from frontend.present import words
from frontend.present.ladder import ladders_of
from frontend.present.links import joined, submit_url
from frontend.present.model_filters import ModelView, filters_context
from frontend.present.plot import Selection, chart_of
from frontend.present.registry import METRICS
from frontend.present.tables import plain_table
from leaderboard.boards.details import BoardRows
from leaderboard.boards.model_selectors import ModelFile, ModelPage, Place
from leaderboard.boards.rows import Row
from leaderboard.submissions.names import organisation_of

MOST_DEVICES = 12
MOST_IN_CELL = 3
MOST_IN_LEAD = 3


@dataclass(frozen=True, slots=True)
class CellEntry:
    """`figures` are quality and what the board ranks by, each with its name; the first is the link's text."""

    href: str
    figures: tuple[tuple[str, str], ...]
    config: str
    title: str


@dataclass(frozen=True, slots=True)
class MatrixCell:
    board: Place
    entries: tuple[CellEntry, ...]
    more: int
    hidden: int
    """Entries that the address leaves out: they were measured all the same."""
    request_href: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    device: Place
    cells: tuple[MatrixCell, ...]


@dataclass(frozen=True, slots=True)
class Best:
    """The configuration of a device that stands highest on a board."""

    board: str
    board_title: str
    by: str
    device: str
    device_name: str
    config: str
    href: str
    value: str
    rank: str
    of: int


def model_context(view: ModelView) -> Mapping[str, Any]:
    model = view.model
    devices = _shown_devices(model)
    return {
        **filters_context(view),
        "model": model,
        "of_organisation": f"/models/?{joined([('org', organisation_of(model.slug))])}" if model.organisation else "",
        "files": [_file(file) for file in model.files],
        "measured": _measured(model),
        "matrix": [_matrix_row(device, view) for device in devices],
        "left_out": len(model.devices) - len(devices),
        "boards": [_part(part, model) for part in model.boards],
        "ladders": [found for part in model.boards for found in ladders_of(part)],
        "best": [found for part in model.boards for found in _best(part)],
        "submit_href": submit_url(model.slug),
    }


def _measured(model: ModelPage) -> str:
    """How much there is, and the best of each board in a sentence."""
    devices = {row.device for part in model.boards for row in part.rows}
    rows = sum(len(part.rows) for part in model.boards)
    if not rows:
        return ""
    said = _("%(entries)s on %(devices)s.") % {
        "entries": numbers.counted(rows, _("entry"), _("entries")),
        "devices": numbers.counted(len(devices), _("device"), _("devices")),
    }
    return " ".join([said, *filter(None, map(_best_of, model.boards[:MOST_IN_LEAD]))])


def _best_of(part: BoardRows) -> str:
    metric = METRICS[part.y]
    found = [row.cells[part.y] for row in part.rows if part.y in row.cells]
    values = {cell.value: cell for cell in found if cell.value is not None and not cell.infinite}
    if not values:
        return ""
    lower = metric.direction == "lower"
    said = _("%(board)s: %(metric)s down to %(value)s") if lower else _("%(board)s: %(metric)s up to %(value)s")
    text = said % {
        "board": part.title,
        "metric": words.metric_phrase(metric.name),
        "value": numbers.in_words(values[(min if lower else max)(values)], metric),
    }
    ranks = [row.rank for row in part.rows if row.rank is not None]
    if not ranks:
        return _("%s, no rank.") % text
    by = words.metric_phrase(METRICS[part.rank_metric].name)
    return _("%(text)s, rank %(rank)d by %(by)s.") % {"text": text, "rank": min(ranks), "by": by}


def model_json(view: ModelView) -> dict[str, Any]:
    model = view.model
    return {
        "query": view.shown.query,
        "ignored": [{"key": note.key, "value": note.value, "reason": str(note.reason)} for note in view.shown.notes],
        "slug": model.slug,
        "name": model.name,
        "organisation": model.organisation or None,
        "family": model.family or None,
        "files": [asdict(file) for file in model.files],
        "boards": [
            {
                "board": part.slug,
                "scope": part.scope,
                "entries": [
                    {
                        "id": str(row.id),
                        "device": row.device,
                        "config": asdict(row.config),
                        "rank": row.rank,
                        "front": row.front,
                        "status": row.status,
                    }
                    for row in part.rows
                ],
            }
            for part in model.boards
        ],
        "not_measured": [
            {"board": cell.board.slug, "device": row.device.slug}
            for row in (_matrix_row(device, view) for device in model.devices)
            for cell in row.cells
            if not cell.entries and not cell.hidden
        ],
    }


def _shown_devices(model: ModelPage) -> Sequence[Place]:
    """Those that measured it first; of the others as many as a page can hold."""
    measured = {row.device for part in model.boards for row in part.rows}
    found = sorted(model.devices, key=lambda device: device.slug not in measured)
    return found[: max(MOST_DEVICES, len(measured))]


def _matrix_row(device: Place, view: ModelView) -> MatrixRow:
    return MatrixRow(device, tuple(_cell(device, board, view) for board in view.model.fitting))


def _cell(device: Place, board: Place, view: ModelView) -> MatrixCell:
    part = next((part for part in view.model.boards if part.slug == board.slug), None)
    rows = [row for row in part.rows if row.device == device.slug] if part else []
    return MatrixCell(
        board=board,
        entries=tuple(_cell_entry(row, part.y, part.rank_metric) for row in rows[:MOST_IN_CELL]) if part else (),
        more=max(0, len(rows) - MOST_IN_CELL),
        hidden=view.model.measured.get((board.slug, device.slug), 0) - len(rows),
        request_href=submit_url(view.model.slug, board.slug, device.slug),
    )


def _cell_entry(row: Row, quality: str, metric: str) -> CellEntry:
    keys = dict.fromkeys((quality, metric))
    figures = tuple((METRICS[key].name, _figure(row, key)) for key in keys)
    return CellEntry(f"/entries/{row.id}/", figures, words.config_short(row.config), words.config_line(row.config))


def _figure(row: Row, key: str) -> str:
    """The value with its interval; a dash with its reason where there is none."""
    cell = row.cells.get(key)
    if cell is None or cell.value is None:
        return f"{numbers.ABSENT} {words.missing(cell.missing_reason if cell else None)}"
    return _("never correct") if cell.infinite else numbers.in_words(cell, METRICS[key])


def _part(part: BoardRows, model: ModelPage) -> Mapping[str, Any]:
    """The board's front with this model's entries ringed, and the model's rows as a table."""
    own = {row.id for row in part.rows}
    drawn = (*(row for row in model.fronts.get(part.slug, ()) if row.id not in own), *part.rows)
    x, y = METRICS[part.x], METRICS[part.y]
    title = _("%(y)s against %(x)s") % {"y": y.name, "x": words.metric_phrase(x.name)}
    highlighted = tuple(str(identity) for identity in own)
    chart = chart_of(drawn, drawn, Selection(part.x, part.y, highlighted=highlighted), title)
    heading = f"{_('Estimated energy')}. " if part.estimated else ""
    return {
        "part": part,
        "chart": chart,
        "svg": chart.inline(),
        "caption": [_("The board's front; this model's entries are ringed.")],
        "table": plain_table(part, heading + _("By rank on the whole board")),
    }


def _best(part: BoardRows) -> Iterator[Best]:
    """Rows come in the order of rank, so that the first of each device is its best."""
    by_device: dict[str, list[Row]] = {}
    for row in part.rows:
        by_device.setdefault(row.device, []).append(row)
    for rows in by_device.values():
        row, cell = rows[0], rows[0].cells.get(part.rank_metric)
        if row.rank is None or cell is None or cell.value is None:
            continue
        yield Best(
            board=part.slug,
            board_title=part.title,
            by=words.metric_phrase(METRICS[part.rank_metric].name),
            device=row.device,
            device_name=row.device_name,
            config=words.config_line(row.config),
            href=f"/entries/{row.id}/",
            value=numbers.in_words(cell, METRICS[part.rank_metric]),
            rank=str(row.rank),
            of=len(rows),
        )


def _file(file: ModelFile) -> Mapping[str, Any]:
    return {
        "file": file,
        "size": numbers.bytes_in_words(file.size_bytes) if file.size_bytes else "",
        "parameters": numbers.fixed(file.parameters, 0) if file.parameters else "",
    }
