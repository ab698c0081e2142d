"""New passwords: the link of whoever forgot theirs, and the mail that says that one was changed."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from leaderboard.accounts.models import AccountMail, User
from leaderboard.queue.broker import TaskName, ring


def ask_for_link(*, address: str, now: datetime, language: str = "") -> None:
    """Have a link mailed to whoever has this address, in a `language` that the site has, or else in its first.

    Whether anybody has it is looked up where the mail is sent, so that no answer and no time tells.
    """
    AccountMail.objects.create(kind=AccountMail.Kind.FORGOTTEN, address=address, asked_at=now, language=language)
    ring(TaskName.MAIL)


def link_of(user: User) -> str:
    """Return the address of a page that sets a new password: once, in time, and while the old one is the same."""
    uid = urlsafe_base64_encode(str(user.pk).encode())
    return f"/account/new-password/{uid}.{default_token_generator.make_token(user)}/"


def user_of_link(secret: str) -> User | None:
    """Return the active user behind a link that is still good."""
    uid, _, token = secret.partition(".")
    try:
        pk = int(urlsafe_base64_decode(uid))
    except ValueError:
        return None
    user = User.objects.filter(pk=pk, is_active=True).first() if 0 < pk < 2**63 else None
    return user if user is not None and default_token_generator.check_token(user, token) else None


def set_password(*, user: User, now: datetime, instead_of: str | None = None, language: str = "") -> bool:
    """Keep the password that `user` was given, and have its owner told.

    False where it no longer stands `instead_of` the hash that the link was made for: somebody was faster.
    """
    rows = User.objects.filter(pk=user.pk)
    rows = rows if instead_of is None else rows.filter(password=instead_of)
    with transaction.atomic():
        if rows.update(password=user.password) != 1:
            return False
        if settings.MAIL and user.email:
            AccountMail.objects.create(
                kind=AccountMail.Kind.CHANGED, address=user.email, user=user, asked_at=now, language=language
            )
            ring(TaskName.MAIL)
    return True
