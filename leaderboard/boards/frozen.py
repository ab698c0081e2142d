"""A board as it was at one revision: kept once, on request, and never changed, so that a citation finds its numbers."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Sum

from leaderboard.boards.models import Board, BoardEntry, BoardSnapshot, Entry
from leaderboard.boards.rows import Row
from leaderboard.boards.stored import PLACE, stored_row
from leaderboard.protocol import Scope

MOST_ROWS = 20_000
"""Rows of all scopes up to which a board is copied while the reader waits."""

MOST_BYTES = 512 * 1024**2
"""What all copies may take in the database: a stranger may ask for one of each revision."""

_BOARD = ("title", "rank_metric", "x", "y", "scope", "scopes")
_ATTEMPTS = 3


class TooLarge(Exception):
    """The copy is not made; the message says why."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """What a snapshot holds. `rows` are those of one scope, by their place in it."""

    made_at: datetime
    rows: Mapping[int, Row]


def freeze(*, board: Board, now: datetime) -> int:
    """Keep the board's rows as they are now and return their revision. Keeping a revision twice changes nothing."""
    for _ in range(_ATTEMPTS):
        current = Board.objects.get(pk=board.pk)
        if BoardSnapshot.objects.filter(board=current, revision=current.revision).exists():
            return current.revision
        content = _content(current)
        # A rebuild may have replaced some of the rows while they were read.
        if Board.objects.filter(pk=current.pk, revision=current.revision).exists():
            _keep(current, content, now=now)
            return current.revision
    raise TooLarge("The board changes faster than it can be copied. Try again in a moment.")


def thawed(board: Board, revision: int, scope_of: Any) -> Frozen | None:
    """Give the board, in memory, what it had at a revision, and return its rows in the scope that `scope_of` chooses.

    None where nobody has kept that revision: the board is left as it is.
    """
    found = BoardSnapshot.objects.filter(board=board, revision=revision).first()
    if found is None:
        return None
    content = json.loads(zlib.decompress(bytes(found.content)))
    for name, value in content["board"].items():
        setattr(board, name, value)
    board.revision = revision
    board.updated_at = datetime.fromisoformat(content["updated_at"]) if content["updated_at"] else None
    scope: Scope | None = scope_of(board)
    rows = content["rows"].get(scope or "", [])
    return Frozen(found.made_at, {index: stored_row(*values) for index, values in enumerate(rows)})


def no_longer_published(board: Board) -> dict[str, str]:
    """Return, by id, the status of the benchmark's entries that are not published any more."""
    left = Entry.objects.filter(benchmark=board.benchmark_id).exclude(status=Entry.Status.PUBLISHED)
    return {str(uuid): status for uuid, status in left.values_list("uuid", "status")}


def _content(board: Board) -> bytes:
    stored = BoardEntry.objects.filter(board=board)
    if stored.count() > MOST_ROWS:
        raise TooLarge(f"A board of more than {MOST_ROWS} rows is not copied. Its JSON is the copy to keep.")
    rows: dict[str, list[Any]] = {}
    for scope, *values in stored.order_by("entry_id").values_list("scope", "identity", "cells", *PLACE):
        rows.setdefault(scope, []).append(values)
    content = {
        "board": {name: getattr(board, name) for name in _BOARD},
        "updated_at": board.updated_at.isoformat() if board.updated_at else None,
        "rows": rows,
    }
    return zlib.compress(json.dumps(content, separators=(",", ":")).encode())


def _keep(board: Board, content: bytes, *, now: datetime) -> None:
    kept = BoardSnapshot.objects.aggregate(Sum("size"))["size__sum"] or 0
    if kept + len(content) > MOST_BYTES:
        raise TooLarge("The room for citable copies is used up. Ask the operator, or keep the view's JSON.")
    try:
        with transaction.atomic():
            BoardSnapshot.objects.create(
                board=board, revision=board.revision, made_at=now, size=len(content), content=content
            )
    except IntegrityError:
        return  # somebody else has kept the same revision meanwhile
