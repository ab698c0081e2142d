"""Whether the mail server takes mail: what the workers that send it have last seen."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from leaderboard.accounts.models import MailTrouble
from leaderboard.mail import NotSent

_NAME = "mail"
KNOWN_FOR = timedelta(days=1)
"""What nobody has tried for longer than any mail waits is not known to be wrong still."""


@dataclass(frozen=True, slots=True)
class MailLate:
    """Nothing has gone since then; the last try was at `tried_at`."""

    since: datetime
    tried_at: datetime


def note_sent() -> None:
    MailTrouble.objects.filter(name=_NAME).delete()


def note_not_sent(error: NotSent, *, now: datetime) -> None:
    """Note a trouble of the server; one of a single letter holds up nothing else."""
    if error.others:
        return
    trouble, fresh = MailTrouble.objects.get_or_create(name=_NAME, defaults={"since": now, "tried_at": now})
    if not fresh:
        MailTrouble.objects.filter(pk=trouble.pk).update(tried_at=now)


def mail_late(*, now: datetime) -> MailLate | None:
    """Return since when mail waits; None while it goes, and where none is set up. At most one query."""
    if not settings.MAIL:
        return None
    row = MailTrouble.objects.filter(name=_NAME, tried_at__gte=now - KNOWN_FOR).first()
    return MailLate(row.since, row.tried_at) if row else None
