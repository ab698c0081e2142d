"""`/submit/?job=&model=&board=&device=`: what other pages already know of the wish."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from leaderboard.accounts.models import User
from leaderboard.boards.address_values import note
from leaderboard.boards.lookup import find_board
from leaderboard.boards.models import Board
from leaderboard.boards.rows import Note
from leaderboard.devices.selectors import is_device
from leaderboard.runs.retrying import body_of
from leaderboard.runs.selectors import find_job
from leaderboard.submissions.selectors import newest_of_model

KEYS = ("job", "model", "board", "device")  # what stands later says more


@dataclass(frozen=True)
class Prefilled:
    """`body` is the start of a submission; `carried` goes with the form until there is a draft."""

    body: Mapping[str, Any]
    notes: tuple[Note, ...]
    carried: Mapping[str, str]


def prefilled(query: Mapping[str, str], *, by: User) -> Prefilled:
    """Return what the address says and `by` may know of; what is not known is named and left out."""
    asked = {key: str(query[key])[:200] for key in KEYS if query.get(key)}
    parts: Mapping[str, Callable[[str], dict[str, Any] | None]] = {
        "job": partial(_job, by),
        "model": partial(newest_of_model, user=by),
        "board": _board,
        "device": _device,
    }
    body: dict[str, Any] = {}
    carried = {}
    notes: list[Note] = []
    for key, value in asked.items():
        # No name has a zero byte, and PostgreSQL would not even look for one.
        found = None if "\0" in value else parts[key](value)
        if found is None:
            note(notes, key, value, _("Nothing here is called so; it was left out."))
        else:
            if key == "device":
                body.pop("device_class", None)
            body |= found
            carried[key] = value
    return Prefilled(body, tuple(notes), carried)


def _job(by: User, text: str) -> dict[str, Any] | None:
    """What was asked for before, to be changed; whoever may read a job may read that."""
    try:
        found = find_job(UUID(text), user=by)
    except ValueError:
        return None
    return None if found is None else body_of(found)


def _board(slug: str) -> dict[str, Any] | None:
    try:
        board, _public = find_board(slug)
    except (Board.DoesNotExist, ValueError):
        return None
    return {"benchmark": board.benchmark.slug}


def _device(slug: str) -> dict[str, Any] | None:
    return {"device": slug} if is_device(slug) else None
