"""A view of a board as JSON and as CSV: the same rows, values and order as its table, whatever the page."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from math import isinf
from typing import Any

from leaderboard.boards.cells import to_wire
from leaderboard.boards.columns import shown as shown_columns
from leaderboard.boards.rows import BoardView, Cell, Row
from leaderboard.metrics.registry import METRICS

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_CELL_PARTS = ("low", "high", "provenance", "scope", "n", "missing_reason")


def to_json(view: BoardView) -> bytes:
    """Return `{board, view, entries}`; an infinite value is `null` with `infinite: true`.

    Metrics are the view's columns, in their order; `cols=all` is every one that the board is scored by.
    """
    shown = _metrics_of(view)
    entries = [_entry(row, shown) | {"status": _status(row, view)} | _of_view(row, view) for row in view.rows]
    content = {"board": view.slug, "view": _view(view), **_source(view), "entries": entries}
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def to_csv(view: BoardView) -> str:
    """Return one line per entry; an infinite number is `inf`, a missing one empty beside its `_missing_reason`.

    Who an entry is and where it stands is always there; metrics are the view's columns.
    """
    shown = _metrics_of(view)
    lines = ([*_identity(row, _status(row, view)), *_metrics(row.cells, shown)] for row in view.rows)
    return written([[*_identity_columns(), *_metric_columns(shown)], *lines])


def written(lines: Iterable[Sequence[str]]) -> str:
    """Return the lines as CSV (RFC 4180)."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(lines)
    return out.getvalue()


def _metrics_of(view: BoardView) -> list[str]:
    """Return the metrics among the view's columns, in their order."""
    return [column for column in shown_columns(view.view, view.grammar) if column in METRICS]


def _view(shown: BoardView) -> dict[str, Any]:
    view = shown.view
    names = ("device", "device_class", "vendor", "precision", "runtime", "batch", "organisation", "model")
    filters = {name: list(getattr(view, name)) for name in names}
    return {
        "query": shown.query,
        "benchmark": shown.benchmark,
        "items": shown.n_items or None,
        "revision": shown.revision,
        "rank_metric": shown.rank_metric,
        "x": view.x,
        "y": view.y,
        "scope": view.scope,
        "src": list(view.src),
        "estimated_energy": shown.estimated,
        "sort": list(view.sort),
        "q": view.q,
        **filters,
        "min": dict(view.minimum),
        "max": dict(view.maximum),
        "group": view.group,
        "columns": list(view.columns),
        "frozen": shown.frozen_at is not None,
        "total": shown.total,
        "shown": len(shown.rows),
        "ignored": [{"key": note.key, "value": note.value, "reason": str(note.reason)} for note in shown.notes],
    }


def _source(shown: BoardView) -> dict[str, Any]:
    """Of a board of reported results, who published them."""
    if shown.reported is None:
        return {}
    dates = {name: getattr(shown.reported, name).isoformat() for name in ("published_on", "loaded_at")}
    return {"reported": asdict(shown.reported) | dates}


def _of_view(row: Row, shown: BoardView) -> dict[str, Any]:
    """What is said of an entry only because the view asks for it."""
    found: dict[str, Any] = {}
    if shown.best_of:
        found["best_of"] = shown.best_of[str(row.id)]
    if shown.view.front_in_view:
        found["front_in_view"] = str(row.id) in shown.view_front
    return found


def _status(row: Row, shown: BoardView) -> str:
    """What the entry is now: a frozen view keeps its rows, not what became of them."""
    return shown.since.get(str(row.id), "published") if shown.frozen_at else row.status


def _entry(row: Row, metrics: Iterable[str]) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "model": row.model,
        "model_name": row.model_name,
        "organisation": row.organisation_name or None,
        "device": row.device,
        "config": {
            "runtime": row.config.runtime,
            "batch": row.config.batch,
            "threads": row.config.threads,
            "precision": row.config.precision,
        },
        "published_at": row.published_at.isoformat(),
        "stable": row.stable,
        "guard": row.guard,
        "rank": row.rank,
        "rank_low": row.rank_low,
        "rank_high": row.rank_high,
        "band": row.band,
        "front": row.front,
        "front_probability": row.front_probability,
        "metrics": {metric: to_wire(row.cells[metric]) for metric in metrics if metric in row.cells},
    }


def _identity_columns() -> tuple[str, ...]:
    return (
        *(
            "id",
            "model",
            "model_name",
            "organisation",
            "device",
            "runtime",
            "batch",
            "threads",
            "precision",
            "published_at",
        ),
        *("stable", "guard", "status", "rank", "rank_low", "rank_high", "band", "front", "front_probability"),
    )


def _identity(row: Row, status: str) -> list[str]:
    config = row.config
    return [
        str(row.id),
        *(safe_text(text) for text in (row.model, row.model_name, row.organisation_name, row.device, config.runtime)),
        _number(config.batch),
        _number(config.threads),
        safe_text(config.precision),
        row.published_at.isoformat(),
        {True: "true", False: "false", None: ""}[row.stable],
        safe_text(row.guard),
        status,
        *(_number(number) for number in (row.rank, row.rank_low, row.rank_high, row.band)),
        row.front,
        _number(row.front_probability),
    ]


def _metric_columns(metrics: Iterable[str]) -> list[str]:
    return [column for metric in metrics for column in (metric, *(f"{metric}_{part}" for part in _CELL_PARTS))]


def _metrics(cells: Mapping[str, Cell], metrics: Iterable[str]) -> list[str]:
    fields: list[str] = []
    for metric in metrics:
        cell = cells.get(metric)
        if cell is None:
            fields += [""] * (1 + len(_CELL_PARTS))
            continue
        fields += [
            *(_number(number) for number in (cell.value, cell.low, cell.high)),
            cell.provenance or "",
            cell.scope or "",
            str(cell.n),
            cell.missing_reason or "",
        ]
    return fields


def _number(number: float | None) -> str:
    if number is None:
        return ""
    return "inf" if isinf(number) else repr(number)


def safe_text(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: names come from strangers."""
    return f"'{text}" if text.lstrip().startswith(_FORMULA_STARTS) or text.startswith(_FORMULA_STARTS) else text
