"""Entries that a reader may want to compare: the newest, and those like the one that is chosen already."""

from uuid import UUID

from django.db.models import Q

from leaderboard.boards.details import BoardRows
from leaderboard.boards.models import BoardEntry
from leaderboard.boards.newest import newest_entries
from leaderboard.boards.rows import Row
from leaderboard.boards.stored import rows_by_board

RECENT = 8
NEAR = 4
SIMILAR = 8

Offer = tuple[BoardRows, Row]


def recent(but: tuple[UUID, ...] = ()) -> tuple[Offer, ...]:
    found = [offer for offer in newest_entries(RECENT + len(but)) if offer[1].id not in but]
    return tuple(found[:RECENT])


def similar(chosen: UUID) -> tuple[Offer, ...]:
    """The same model's other entries, then the nearest in rank, all on the board of the chosen one."""
    own = BoardEntry.objects.filter(entry__uuid=chosen).order_by("pk").values("board", "rank", "identity").first()
    if own is None:
        return ()
    model, rank = own["identity"]["model"], own["rank"] or 0
    like = Q(entry__submission__model_slug=model) | Q(rank__gte=rank - NEAR, rank__lte=rank + NEAR)
    wanted = BoardEntry.objects.filter(like, board=own["board"]).values("entry")
    offers = [
        (part, row)
        for part in rows_by_board(board=own["board"], entry__in=wanted)
        for row in part.rows
        if row.id != chosen
    ]
    return tuple(sorted(offers, key=lambda offer: offer[1].model != model)[:SIMILAR])
