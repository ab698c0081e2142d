"""The mail address of an account: kept once somebody who reads its mail said so."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.db import transaction

from leaderboard.accounts.models import AccountMail, User, digest
from leaderboard.queue.broker import TaskName, ring

_SALT = "leaderboard.accounts.mailbox"


@dataclass(frozen=True, slots=True)
class Claim:
    """An address that somebody wants their account to have."""

    user: User
    address: str


def ask_to_confirm(*, by: User, address: str, now: datetime, language: str = "") -> None:
    """Have a link mailed to an address that is to become the account's."""
    AccountMail.objects.create(
        kind=AccountMail.Kind.CONFIRM,
        address=address,
        user=by,
        asked_at=now,
        language=language,
        account_was=account_now(by),
    )
    ring(TaskName.MAIL)


def confirm_link(claim: Claim) -> str:
    """Return the address of a page that keeps the claim: in time, and while address and password are the same."""
    secret = signing.dumps([claim.user.pk, claim.address, account_now(claim.user)], salt=_SALT)
    return f"/account/mail/{secret}/"


def claim_of_link(secret: str) -> Claim | None:
    try:
        pk, address, before = signing.loads(secret, salt=_SALT, max_age=settings.PASSWORD_RESET_TIMEOUT)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    return Claim(user, address) if user is not None and account_now(user) == before else None


def keep_address(claim: Claim, *, now: datetime, language: str = "") -> bool:
    """Keep it, or none where it is empty, and tell the address before it. False for the slower of two."""
    user = claim.user
    with transaction.atomic():
        if User.objects.filter(pk=user.pk, email=user.email).update(email=claim.address) != 1:
            return False
        if settings.MAIL and user.email:
            AccountMail.objects.create(
                kind=AccountMail.Kind.MOVED, address=user.email, user=user, asked_at=now, language=language
            )
            ring(TaskName.MAIL)
    return True


def account_now(user: User) -> str:
    """Return a digest that changes with the address and with the password."""
    return digest(f"{user.email}\n{user.password}")
