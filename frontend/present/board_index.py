"""The list of boards as data: what its cards say."""

from collections.abc import Iterable, Sequence
from typing import Any

from leaderboard.boards.details import BoardCard
from leaderboard.boards.exports import safe_text

COLUMNS = (
    "slug", "title", "url", "reported", "entries", "devices", "rank_metric", "scope", "estimated_energy", "front",
    "updated_at",
)  # fmt: skip


def records_of(measured: Iterable[BoardCard], reported: Iterable[BoardCard]) -> list[dict[str, Any]]:
    """Boards of what was measured here, then those of what somebody else has published."""
    return [
        *(_record(board, reported=False) for board in measured),
        *(_record(board, reported=True) for board in reported),
    ]


def csv_lines(records: Iterable[dict[str, Any]]) -> list[Sequence[str]]:
    return [COLUMNS, *([_field(record[column]) for column in COLUMNS] for record in records)]


def _record(board: BoardCard, *, reported: bool) -> dict[str, Any]:
    return {
        "slug": board.slug,
        "title": board.title,
        "description": board.description,
        "url": f"/boards/{board.slug}/",
        "reported": reported,
        "entries": board.entries,
        "devices": board.devices,
        "rank_metric": board.rank_metric,
        "scope": board.scope,
        "estimated_energy": board.estimated,
        "front": list(board.front),
        "updated_at": board.updated_at.isoformat() if board.updated_at else None,
    }


def _field(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return safe_text("; ".join(value))
    return "" if value is None else safe_text(str(value))
