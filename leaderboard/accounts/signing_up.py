"""How somebody comes by an account: by the policy of the installation, and by an invitation where it asks for one."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import IntegrityError, transaction

from leaderboard.accounts.models import Invitation, User, digest

GOOD_FOR = timedelta(days=7)


class SignUpPolicy(StrEnum):
    CLOSED = "closed"
    INVITED = "invited"
    OPEN = "open"


class InvitationState(StrEnum):
    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    REVOKED = "revoked"
    VOID = "void"


class MayNotInvite(Exception):
    """Nobody is invited; the message says why."""


class NotWelcome(Exception):
    """The policy, or the invitation, lets nobody in."""


class NameTaken(Exception):
    """Somebody has this name already."""


@dataclass(frozen=True, slots=True)
class InvitationView:
    pk: int
    whom: str
    made_by: str
    made_at: datetime
    expires_at: datetime
    state: InvitationState
    ended_at: datetime | None
    used_by: str


def sign_up_policy() -> SignUpPolicy:
    return SignUpPolicy(settings.SIGN_UP)


def require_inviter(user: User) -> None:
    """Raise MayNotInvite where nobody, or not this person, invites."""
    if sign_up_policy() == SignUpPolicy.CLOSED:
        raise MayNotInvite("Sign-up is closed on this server; PERWATT_SIGN_UP says who may join.")
    if not (user.is_staff and user.is_active):
        raise MayNotInvite("Only staff invites people.")


def invite(*, whom: str, by: User, now: datetime) -> str:
    """Return the secret part of a new link, good once and for seven days. Raises MayNotInvite."""
    require_inviter(by)
    token = secrets.token_urlsafe(32)
    Invitation.objects.create(whom=whom, token_hash=digest(token), made_by=by, made_at=now, expires_at=now + GOOD_FOR)
    return token


def revoke_invitation(*, pk: int, now: datetime) -> bool:
    """Revoke an invitation that nobody has used; false when there is none."""
    return Invitation.objects.filter(pk=pk, used_at=None, revoked_at=None).update(revoked_at=now) == 1


def good_invitation(token: str, *, now: datetime) -> InvitationView | None:
    """Return the invitation behind a link that would let somebody in now."""
    if sign_up_policy() == SignUpPolicy.CLOSED:
        return None
    found = Invitation.objects.good(now=now).filter(token_hash=digest(token)).select_related("made_by").first()
    return _view(found, "", now=now) if found else None


def invitations(*, now: datetime, most: int = 200) -> list[InvitationView]:
    """Return the newest invitations, whoever made them."""
    rows = Invitation.objects.select_related("made_by", "used_by").order_by("-made_at", "-pk")[:most]
    return [_view(row, row.used_by.username if row.used_by else "", now=now) for row in rows]


def inviter_of(user: User) -> str:
    """Return the name of whoever invited this person, empty for nobody."""
    names = Invitation.objects.filter(used_by=user).values_list("made_by__username", flat=True)
    return next(iter(names), "")


def sign_up(*, user: User, now: datetime, invitation: str = "") -> User:
    """Save an account that is new and ordinary, whatever else it says. Raises NotWelcome or NameTaken.

    An invitation that did not end in an account stays good.
    """
    user.is_staff = user.is_superuser = False
    user.date_joined = now
    try:
        with transaction.atomic():
            used = _use_up(invitation, now=now)
            user.save(force_insert=True)
            if used is not None:
                Invitation.objects.filter(pk=used).update(used_by=user)
    except IntegrityError:
        raise NameTaken(user.username) from None
    return user


def _use_up(token: str, *, now: datetime) -> int | None:
    """Return which invitation was used, None where the policy asks for none."""
    policy = sign_up_policy()
    if policy == SignUpPolicy.OPEN and not token:
        return None
    good = Invitation.objects.good(now=now).filter(token_hash=digest(token)).values("pk")
    # Outside of the inner query once more: only there is it asked again after waiting for another's update.
    rows = Invitation.objects.filter(pk__in=good, used_at=None, revoked_at=None)
    if policy == SignUpPolicy.CLOSED or rows.update(used_at=now) != 1:
        raise NotWelcome
    return Invitation.objects.values_list("pk", flat=True).get(token_hash=digest(token))


def _view(row: Invitation, used_by: str, *, now: datetime) -> InvitationView:
    state, ended_at = InvitationState.OPEN, None
    if row.used_at:
        state, ended_at = InvitationState.USED, row.used_at
    elif row.revoked_at:
        state, ended_at = InvitationState.REVOKED, row.revoked_at
    elif row.expires_at <= now:
        state, ended_at = InvitationState.EXPIRED, row.expires_at
    elif not (row.made_by.is_active and row.made_by.is_staff):
        state = InvitationState.VOID
    return InvitationView(
        pk=row.pk,
        whom=row.whom,
        made_by=row.made_by.username,
        made_at=row.made_at,
        expires_at=row.expires_at,
        state=state,
        ended_at=ended_at,
        used_by=used_by,
    )
