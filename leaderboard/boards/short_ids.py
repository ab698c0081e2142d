"""The short form of an entry's id: its first 48 bits, as commits are abbreviated. Addresses take either form."""

from collections.abc import Collection, Iterable
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q

from leaderboard.accounts.models import User
from leaderboard.boards.models import Entry, ReportedEntry

LENGTH = 13
"""Characters of `1b4e28ba-2fa1`: among a hundred thousand entries two begin alike with a chance of 2 in 100,000."""
_REST = str(UUID(int=0))[LENGTH:]


def short_id(identity: UUID | str) -> str:
    return str(identity)[:LENGTH]


def in_full(word: str, ids: Collection[str]) -> str:
    """Return the one of `ids` that the word is short for; the word itself where that is none or several."""
    found = [] if len(word) != LENGTH or word in ids else [one for one in ids if one.startswith(word)]
    return found[0] if len(found) == 1 else word


def entries_called(words: Iterable[str], *, user: User | None = None) -> tuple[str, ...]:
    """Return the ids of entries that `user` may see, and of reported results, of which any of the words is the short
    form; two queries.
    """
    spans = [span for word in dict.fromkeys(words) if (span := _span(word))]
    if not spans:
        return ()
    any_of = reduce(or_, (Q(uuid__range=span) for span in spans))
    return tuple(
        str(one)
        for rows in (Entry.objects.visible_to(user), ReportedEntry.objects.all())
        for one in rows.filter(any_of).values_list("uuid", flat=True)
    )


def _span(word: str) -> tuple[UUID, UUID] | None:
    """The lowest and the highest id that begin with it; None where none can."""
    try:
        low, high = UUID(word + _REST), UUID(word + _REST.replace("0", "f"))
    except ValueError:
        return None
    return (low, high) if short_id(low) == word else None
