"""How often something may be tried. Counted in the database: several processes serve one site.

A count ends by itself at a time that no further try moves, so nobody is kept out for good.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.crypto import salted_hmac

from leaderboard.accounts.models import Tally

_KEPT = timedelta(hours=1)
_FORGOTTEN_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` tries `within` a time from the first."""

    name: str
    most: int
    within: timedelta


# Of a name from one address; of an address; of a name from anywhere. Four times the first stay below the third, so it
# takes several addresses to keep a name's count full.
SIGN_IN_PAIR = Limit("sign in: name and address", 10, timedelta(minutes=15))
SIGN_IN_ADDRESS = Limit("sign in: address", 50, timedelta(minutes=15))
SIGN_IN_NAME = Limit("sign in: name", 100, timedelta(hours=1))
# Of a browser that has signed in with the name before; it has a count of its own, and none of the three.
SIGN_IN_BROWSER = Limit("sign in: browser", 10, timedelta(minutes=15))
SIGN_UP_ADDRESS = Limit("sign up: address", 40, timedelta(hours=1))
SIGN_UP_NAME = Limit("sign up: name", 40, timedelta(hours=1))
LINK_ADDRESS = Limit("link: address", 30, timedelta(minutes=15))
# Of mails that somebody asks for, from one address, and to one mailbox whoever it belongs to.
MAIL_ADDRESS = Limit("mail: address", 20, timedelta(hours=1))
MAIL_BOX = Limit("mail: box", 5, timedelta(hours=1))
# Of calls that change something, by token.
CALLS = Limit("calls: account", 120, timedelta(minutes=1))
PASSWORD = Limit("password: account", 10, timedelta(minutes=15))

Count = tuple[Limit, str]
"""A limit, and whose tries are counted."""


class TooMany(Exception):
    """There were enough tries; `until` says when there is room again."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


def take(counts: Sequence[Count], *, now: datetime) -> None:
    """Count one try against each, or none. Raises TooMany.

    Callers name the kinds of limits in one order, so that two of them never wait for each other.
    """
    with transaction.atomic():
        made = [_take(limit, whose, now=now) for limit, whose in counts]
    if any(made):
        _forget(now=now)


def give_back(counts: Sequence[Count]) -> None:
    """Take back one try: it was a right one."""
    keys = [_key(limit, whose) for limit, whose in counts]
    Tally.objects.filter(key__in=keys, tries__gt=0).update(tries=F("tries") - 1)


def room(limit: Limit, whose: str, *, now: datetime) -> tuple[int, datetime | None]:
    """Return how many tries are left, and until when those that were count; None where there were none."""
    row = Tally.objects.filter(key=_key(limit, whose), until__gt=now).first()
    return (limit.most, None) if row is None else (max(0, limit.most - row.tries), row.until)


def _take(limit: Limit, whose: str, *, now: datetime) -> bool:
    """Return whether a tally was made for it."""
    rows = Tally.objects.filter(key=_key(limit, whose))
    if _counted(rows, limit, now=now):
        return False
    values = {"tries": 1, "until": now + limit.within}
    if rows.filter(until__lte=now).update(**values):
        return False
    row, made = Tally.objects.get_or_create(key=_key(limit, whose), defaults=values)
    # Between the questions somebody else may have made it, or begun it anew.
    if not made and not _counted(rows, limit, now=now):
        raise TooMany(row.until)
    return made


def _counted(rows: QuerySet[Tally], limit: Limit, *, now: datetime) -> bool:
    return rows.filter(until__gt=now, tries__lt=limit.most).update(tries=F("tries") + 1) == 1


def _forget(*, now: datetime) -> None:
    """Delete tallies that ended a while ago, and wait for nobody who is at one."""
    with transaction.atomic():
        old = Tally.objects.select_for_update(skip_locked=True).filter(until__lt=now - _KEPT)
        Tally.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:_FORGOTTEN_AT_ONCE])).delete()


def _key(limit: Limit, whose: str) -> str:
    """Return a digest that only this server makes: names and addresses are not kept."""
    return salted_hmac("leaderboard.accounts.limits", f"{limit.name}\n{whose}", algorithm="sha256").hexdigest()
