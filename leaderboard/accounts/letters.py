"""Sends the mails about accounts. Each is a row until the mail server took it, or its time is over."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.forms import PasswordResetForm
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leaderboard.accounts.mail_watch import note_not_sent, note_sent
from leaderboard.accounts.mailbox import Claim, account_now, confirm_link
from leaderboard.accounts.models import AccountMail, User
from leaderboard.accounts.passwords import link_of
from leaderboard.mail import NotSent, send, spoken

log = logging.getLogger(__name__)
Kind = AccountMail.Kind
Words = str | Promise


@dataclass(frozen=True, slots=True)
class Letter:
    subject: Words
    paragraphs: tuple[Words, ...]
    good_for: timedelta
    """Whoever waits for a link has asked again or gone; that a password was changed stays news."""


_LETTERS: Mapping[Kind, Letter] = {
    Kind.FORGOTTEN: Letter(
        _("Perwatt: a new password"),
        (
            _("Somebody asked for a new password for %(name)s. This link sets one, once, within %(minutes)s minutes:"),
            "%(link)s",
            _("If that was not you, nothing has to be done: the password stays as it is."),
        ),
        timedelta(hours=1),
    ),
    Kind.CHANGED: Letter(
        _("Perwatt: your password was changed"),
        (
            _("The password of %(name)s was changed on %(day)s at %(time)s UTC. Other browsers were signed out by it."),
            _("API tokens stay good until they are revoked: %(site)s/account/tokens/"),
            _("If that was not you, set another one: %(site)s/account/forgotten/"),
        ),
        timedelta(days=1),
    ),
    Kind.CONFIRM: Letter(
        _("Perwatt: is this your address?"),
        (
            _("%(name)s asked for mail to this address. This link says that it is theirs, within %(minutes)s minutes:"),
            "%(link)s",
            _("If that was not you, nothing has to be done: there will be no more mail."),
        ),
        timedelta(hours=1),
    ),
    Kind.MOVED: Letter(
        _("Perwatt: your mail address was changed"),
        (
            _(
                "The account of %(name)s left this mail address on %(day)s at %(time)s UTC; "
                "this is the last mail to it."
            ),
            _("If that was not you, tell whoever runs %(site)s/"),
        ),
        timedelta(days=1),
    ),
}
HELD = timedelta(minutes=5)
MOST_AT_ONCE = 50


def send_due(*, now: datetime) -> int:
    """Send what waits and return how many mails went; nothing where no mail is set up."""
    if not settings.MAIL:
        return 0
    _drop_old(now=now)
    _look_for_owners()
    sent = 0
    for row in _free(now=now).filter(user__is_active=True).select_related("user").order_by("pk")[:MOST_AT_ONCE]:
        if row.user is None or not _take(row, row.user, now=now):
            continue
        try:
            _send(row, row.user)
        except NotSent as error:
            note_not_sent(error, now=now)
            if error.again:
                AccountMail.objects.filter(pk=row.pk).update(held_until=None)
            else:
                row.delete()
            if not error.others:
                break
        else:
            row.delete()
            note_sent()
            sent += 1
    return sent


def _take(row: AccountMail, user: User, *, now: datetime) -> bool:
    """Hold it for this worker. False where another was faster, or where it is not to go any more."""
    if not _is_meant(row, user):
        row.delete()
        return False
    return _free(now=now).filter(pk=row.pk).update(held_until=now + HELD) == 1


def _is_meant(row: AccountMail, user: User) -> bool:
    """A mail that waited must not give to somebody what the account has left since: links are made when it goes."""
    if row.kind == Kind.FORGOTTEN:
        return row.address == user.email
    return row.kind != Kind.CONFIRM or row.account_was in ("", account_now(user))


def _free(*, now: datetime) -> QuerySet[AccountMail]:
    return AccountMail.objects.filter(Q(held_until=None) | Q(held_until__lte=now))


def _drop_old(*, now: datetime) -> None:
    old = Q()
    for kind, letter in _LETTERS.items():
        old |= Q(kind=kind, asked_at__lte=now - letter.good_for)
    dropped = AccountMail.objects.filter(old).delete()[0]
    if dropped:
        log.warning("%s mails about accounts could not be sent in their time and are given up", dropped)


def _look_for_owners() -> None:
    """Put a mail to each owner in the place of an address that somebody wrote down; most often that is none or one."""
    for row in AccountMail.objects.filter(user=None).order_by("pk")[:MOST_AT_ONCE]:
        # Django's choice: active, with a password, and not an address that only looks like theirs.
        owners = [user for user in PasswordResetForm().get_users(row.address) if isinstance(user, User)]
        with transaction.atomic():
            if AccountMail.objects.filter(pk=row.pk).delete()[0] == 1:
                # To the address as it is kept, not as it was written down.
                mails = [
                    AccountMail(
                        kind=row.kind, address=user.email, user=user, asked_at=row.asked_at, language=row.language
                    )
                    for user in owners
                ]
                AccountMail.objects.bulk_create(mails)


def _send(row: AccountMail, user: User) -> None:
    letter = _LETTERS[Kind(row.kind)]
    values = {
        "name": user.username,
        "day": f"{row.asked_at:%Y-%m-%d}",
        "time": f"{row.asked_at:%H:%M}",
        "minutes": settings.PASSWORD_RESET_TIMEOUT // 60,
        "site": settings.MAIL_ORIGIN,
        "link": settings.MAIL_ORIGIN + _path(row, user),
    }
    with spoken(row.language):
        paragraphs = [str(paragraph) % values for paragraph in letter.paragraphs]
        subject = str(letter.subject)
    send(to=row.address, subject=subject, paragraphs=paragraphs, name=f"account.{row.pk}.{row.kind}")


def _path(row: AccountMail, user: User) -> str:
    if row.kind == Kind.FORGOTTEN:
        return link_of(user)
    return confirm_link(Claim(user, row.address)) if row.kind == Kind.CONFIRM else "/"
