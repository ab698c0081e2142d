"""Sends the mails about accounts. Each is a row until the mail server took it, or its time is over."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.forms import PasswordResetForm
from django.db import transaction
from django.db.models import Q, QuerySet

from leaderboard.accounts.mailbox import Claim, confirm_link
from leaderboard.accounts.models import AccountMail, User
from leaderboard.accounts.passwords import link_of
from leaderboard.mail import NotSent, send

log = logging.getLogger(__name__)
Kind = AccountMail.Kind
Words = tuple[str, tuple[str, ...]]
# Whoever waits for a link has asked again or gone; that a password was changed stays news.
GOOD_FOR = {Kind.FORGOTTEN: timedelta(hours=1), Kind.CONFIRM: timedelta(hours=1), Kind.CHANGED: timedelta(days=1)}
GOOD_FOR[Kind.MOVED] = GOOD_FOR[Kind.CHANGED]
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
        if row.user is None or _free(now=now).filter(pk=row.pk).update(held_until=now + HELD) != 1:
            continue  # another worker was faster
        try:
            _send(row, row.user)
        except NotSent as error:
            if error.again:
                AccountMail.objects.filter(pk=row.pk).update(held_until=None)
            else:
                row.delete()
            if not error.others:
                break
        else:
            row.delete()
            sent += 1
    return sent


def _free(*, now: datetime) -> QuerySet[AccountMail]:
    return AccountMail.objects.filter(Q(held_until=None) | Q(held_until__lte=now))


def _drop_old(*, now: datetime) -> None:
    old = Q()
    for kind, good_for in GOOD_FOR.items():
        old |= Q(kind=kind, asked_at__lte=now - good_for)
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
                    AccountMail(kind=row.kind, address=user.email, user=user, asked_at=row.asked_at) for user in owners
                ]
                AccountMail.objects.bulk_create(mails)


def _send(row: AccountMail, user: User) -> None:
    subject, paragraphs = _WORDS[Kind(row.kind)](row, user)
    send(to=row.address, subject=subject, paragraphs=paragraphs, name=f"account.{row.pk}.{row.kind}")


def _forgotten(_row: AccountMail, user: User) -> Words:
    minutes = settings.PASSWORD_RESET_TIMEOUT // 60
    return "Perwatt: a new password", (
        f"Somebody asked for a new password for {user.username}. This link sets one, once, within {minutes} minutes:",
        f"{settings.MAIL_ORIGIN}{link_of(user)}",
        "If that was not you, nothing has to be done: the password stays as it is.",
    )


def _changed(row: AccountMail, user: User) -> Words:
    when = f"on {row.asked_at:%Y-%m-%d} at {row.asked_at:%H:%M} UTC"
    return "Perwatt: your password was changed", (
        f"The password of {user.username} was changed {when}. Other browsers were signed out by it.",
        f"API tokens stay good until they are revoked: {settings.MAIL_ORIGIN}/account/tokens/",
        f"If that was not you, set another one: {settings.MAIL_ORIGIN}/account/forgotten/",
    )


def _confirm(row: AccountMail, user: User) -> Words:
    minutes = settings.PASSWORD_RESET_TIMEOUT // 60
    return "Perwatt: is this your address?", (
        f"{user.username} asked for mail to this address. This link says that it is theirs, within {minutes} minutes:",
        f"{settings.MAIL_ORIGIN}{confirm_link(Claim(user, row.address))}",
        "If that was not you, nothing has to be done: there will be no more mail.",
    )


def _moved(row: AccountMail, user: User) -> Words:
    when = f"on {row.asked_at:%Y-%m-%d} at {row.asked_at:%H:%M} UTC"
    return "Perwatt: your mail address was changed", (
        f"The account of {user.username} left this mail address {when}; this is the last mail to it.",
        f"If that was not you, tell whoever runs {settings.MAIL_ORIGIN}/",
    )


_WORDS: Mapping[Kind, Callable[[AccountMail, User], Words]] = {
    Kind.FORGOTTEN: _forgotten,
    Kind.CHANGED: _changed,
    Kind.CONFIRM: _confirm,
    Kind.MOVED: _moved,
}
