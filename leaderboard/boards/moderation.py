"""What staff decide about a published entry. Each decision is a row of its history, with a reason that readers see."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from leaderboard.accounts.models import User
from leaderboard.boards.models import Board, Entry, EntryChange
from leaderboard.boards.rebuild import rebuild_board

Status = Entry.Status
Kind = EntryChange.Kind

_FROM: Mapping[Kind, tuple[Status, ...]] = {
    Kind.UNDER_REVIEW: (Status.PUBLISHED,),
    Kind.RESTORED: (Status.UNDER_REVIEW, Status.SUPERSEDED, Status.RETRACTED),
    Kind.RETRACTED: (Status.PUBLISHED, Status.UNDER_REVIEW, Status.SUPERSEDED),
    Kind.SUPERSEDED: (Status.PUBLISHED, Status.UNDER_REVIEW),
}
_TO: Mapping[Kind, Status] = {
    Kind.UNDER_REVIEW: Status.UNDER_REVIEW,
    Kind.RESTORED: Status.PUBLISHED,
    Kind.RETRACTED: Status.RETRACTED,
    Kind.SUPERSEDED: Status.SUPERSEDED,
}


class CannotModerate(Exception):
    """A decision that the entry's status, or what it names, does not allow; the message says why."""


def decisions_for(status: str) -> tuple[Kind, ...]:
    """Return what can be decided about an entry of this status."""
    return tuple(kind for kind, before in _FROM.items() if status in before)


def put_under_review(*, entry: Entry, reason: str, by: User, now: datetime) -> EntryChange:
    """It stays on its boards with a badge. Raises CannotModerate."""
    return _decide(EntryChange(entry=entry, kind=Kind.UNDER_REVIEW, reason=reason, by=by, at=now))


def restore(*, entry: Entry, reason: str, by: User, now: datetime) -> EntryChange:
    """Publish it again, whatever was decided before. Raises CannotModerate."""
    return _decide(EntryChange(entry=entry, kind=Kind.RESTORED, reason=reason, by=by, at=now))


def retract(*, entry: Entry, reason: str, successor: Entry | None = None, by: User, now: datetime) -> EntryChange:
    """Take it off its boards; its page stays. Raises CannotModerate."""
    change = EntryChange(entry=entry, kind=Kind.RETRACTED, reason=reason, successor=successor, by=by, at=now)
    return _decide(change)


def supersede(*, entry: Entry, successor: Entry, reason: str, by: User, now: datetime) -> EntryChange:
    """Let another entry of its benchmark stand in its place. Raises CannotModerate."""
    change = EntryChange(entry=entry, kind=Kind.SUPERSEDED, reason=reason, successor=successor, by=by, at=now)
    return _decide(change)


def _decide(change: EntryChange) -> EntryChange:
    """Status, history and boards change together or not at all."""
    kind, entry = Kind(change.kind), change.entry
    change.reason = change.reason.strip()
    if not change.reason:
        raise CannotModerate("A decision needs a reason; readers see it.")
    if change.successor is not None:
        _check_successor(entry, change.successor)
    with transaction.atomic():
        moved = Entry.objects.filter(pk=entry.pk, status__in=_FROM[kind]).update(status=_TO[kind])
        if moved != 1:
            entry.refresh_from_db(fields=["status"])
            raise CannotModerate(f"The entry is {entry.status.replace('_', ' ')}, so this cannot be decided about it.")
        change.save(force_insert=True)
        for board in Board.objects.filter(benchmark=entry.benchmark_id):
            rebuild_board(board=board, now=change.at)
    entry.refresh_from_db(fields=["status"])
    return change


def _check_successor(entry: Entry, successor: Entry) -> None:
    if successor.pk == entry.pk:
        raise CannotModerate("An entry cannot be its own successor.")
    if successor.benchmark_id != entry.benchmark_id:
        raise CannotModerate("The successor was measured on another benchmark, or on another version of it.")
    if successor.status not in Entry.ON_BOARDS:
        raise CannotModerate(f"The successor is {successor.status} itself.")
