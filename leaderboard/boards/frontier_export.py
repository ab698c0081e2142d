"""The frontier over time as JSON and as CSV."""

import json
from collections.abc import Mapping
from typing import Any

from leaderboard.boards.cells import to_wire
from leaderboard.boards.dated_fronts import DatedFront, dated_fronts
from leaderboard.boards.exports import safe_text, written
from leaderboard.boards.frontier import FrontierView
from leaderboard.boards.moves import Move
from leaderboard.metrics.registry import METRICS

_COLUMNS = ("on", "kind", "entry", "model", "family", "device", "value", "low", "high", "provenance", "scope", "n")

_FRONT_COLUMNS = ("entry", "model", "family", "device")


def to_json(found: FrontierView) -> bytes:
    """Return the whole view; every move carries its value as a board's cell does."""
    content = {
        "board": found.board.slug,
        "revision": found.board.revision,
        "metric": found.metric,
        "direction": METRICS[found.metric].direction,
        "scope": found.board.view.scope,
        "basis": found.basis,
        "conditions": [{"metric": item.metric, "bound": item.bound, "value": item.value} for item in found.conditions],
        "condition_assumed": found.assumed,
        "considered": len(found.dated),
        "undated": found.undated,
        "unvalued": found.unvalued,
        "moves": [_move_data(move) for move in found.moves],
        "without": found.without or None,
        "moves_without": [_move_data(move) for move in found.moves_without],
        "savings": [
            {
                "family": item.family,
                "entries": item.entries,
                "without": item.without,
                "low": item.left.low if item.left else None,
                "high": item.left.high if item.left else None,
                "share": item.share,
            }
            for item in found.savings
        ],
        "fronts": [_front_data(found, front) for front in dated_fronts(found)],
        "ignored": [{"key": note.key, "value": note.value, "reason": str(note.reason)} for note in found.notes],
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def to_csv(found: FrontierView) -> str:
    """Return one line per move; `line` tells the frontier from the one without a family."""
    lines = [["line", *_COLUMNS]]
    for line, moves in (("all", found.moves), (f"without {found.without}", found.moves_without)):
        for move in moves:
            fields = _move_data(move)
            lines.append([safe_text(line), *(_field(fields[name]) for name in _COLUMNS)])
    return written(lines)


def fronts_to_csv(found: FrontierView) -> str:
    """Return one line per entry on each dated front, with its values on the board's two axes."""
    x, y = found.board.view.x, found.board.view.y
    lines = [["front", "on", *_FRONT_COLUMNS, x, y]]
    for front in dated_fronts(found):
        for entry in _front_data(found, front)["entries"]:
            values = (entry["values"][axis]["value"] for axis in (x, y))
            own = (_field(entry[name]) for name in ("on", *_FRONT_COLUMNS))
            lines.append([front.on.isoformat(), *own, *map(_field, values)])
    return written(lines)


def _field(value: Any) -> str:
    if isinstance(value, float):
        return repr(value)
    return "" if value is None else safe_text(str(value))


def _front_data(found: FrontierView, front: DatedFront) -> dict[str, Any]:
    axes = (found.board.view.x, found.board.view.y)
    return {
        "on": front.on.isoformat(),
        "entries": [
            {
                "entry": str(row.id),
                "model": row.model,
                "family": row.family,
                "device": row.device,
                "on": found.dates[row.id].isoformat(),
                "values": {axis: to_wire(row.cells[axis]) for axis in axes},
            }
            for row in front.rows
        ],
    }


def _move_data(move: Move) -> Mapping[str, Any]:
    return {
        "on": move.on.isoformat(),
        "kind": move.kind,
        "entry": str(move.row.id),
        "model": move.row.model,
        "family": move.row.family,
        "device": move.row.device,
        **to_wire(move.cell),
    }
