"""What the pages about accounts say: who may have one, whom to ask, and where a person's own pages are."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from frontend.present.words import Words
from leaderboard.accounts.models import ApiToken, Right, User
from leaderboard.accounts.signing_up import InvitationState, sign_up_policy

RIGHT_WORDS: Mapping[str, Words] = {
    Right.READ: _("read: my jobs and their logs"),
    Right.SUBMIT: _("submit: upload models and ask for measurements"),
    Right.MANAGE: _("manage: cancel jobs, and all else that changes something"),
}
INVITATION_WORDS: Mapping[str, Words] = {
    InvitationState.OPEN: _("open"),
    InvitationState.USED: _("used"),
    InvitationState.EXPIRED: _("expired"),
    InvitationState.REVOKED: _("revoked"),
    InvitationState.VOID: _("void: who made it is no longer staff"),
}
OWN_PAGES: tuple[tuple[str, Words, bool], ...] = (
    ("/account/", _("Account"), False),
    ("/account/tokens/", _("API tokens"), False),
    ("/account/password/", _("Password"), False),
    ("/account/mail/", _("Mail address"), False),
    ("/account/invitations/", _("Invitations"), True),
    ("/account/logout/", _("Sign out"), False),
)
"""Address, name, and whether it is for staff only."""


def own_pages(user: User, path: str) -> list[dict[str, Any]]:
    """Return the links between one's own pages; the one at `path` is current."""
    return [
        {"href": href, "name": name, "current": href == path}
        for href, name, for_staff in OWN_PAGES
        if user.is_staff or not for_staff
    ]


def token_rows(tokens: Iterable[ApiToken], *, now: datetime) -> list[dict[str, Any]]:
    """Return each token with what it may do in words, and whether its time has passed."""
    return [
        {
            "token": token,
            "rights": [RIGHT_WORDS[right] for right in RIGHT_WORDS if right in token.rights],
            "expired": token.expires_at is not None and token.expires_at <= now,
        }
        for token in tokens
    ]


def joining() -> dict[str, Any]:
    """Who may make an account, and whom the others ask."""
    return {"policy": sign_up_policy().value, "contact": contact(settings.CONTACT)}


def contact(text: str) -> dict[str, str]:
    """Return a text and where it leads: a mail address or a page; empty where it is only words."""
    if text.startswith(("https://", "http://")):
        return {"text": text, "href": text}
    name, at, host = text.partition("@")
    is_mail = bool(name and at and "." in host) and not set(text) & set(" <>\"'?&,;:/")
    return {"text": text, "href": f"mailto:{text}" if is_mail else ""}
