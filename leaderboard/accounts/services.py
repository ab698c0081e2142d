"""Who a token belongs to, and what people do with their tokens."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from leaderboard.accounts.models import ApiToken, SignInLink, User, digest

USE_NOTED_EVERY = timedelta(minutes=1)


class BadName(Exception):
    """A user name that cannot be; the message says why."""


def staff_member(*, username: str) -> User:
    """Return the user of that name; whoever is new becomes a member of staff who signs in by link only.

    Raises BadName.
    """
    known = User.objects.filter(username=username).first()
    if known is not None:
        return known
    user = User(username=username, is_staff=True, is_superuser=True)
    user.set_unusable_password()
    try:
        user.clean_fields()
    except ValidationError as error:
        raise BadName(" ".join(error.messages)) from None
    return User.objects.get_or_create(
        username=username, defaults={"password": user.password, "is_staff": True, "is_superuser": True}
    )[0]


@dataclass(frozen=True)
class Bearer:
    """Whose token it is, and what it may do."""

    user: User
    rights: frozenset[str]


def bearer_of(token: str, *, now: datetime) -> Bearer | None:
    """Return the active user of a valid token and its rights, or None; notes that it was used."""
    good = _good_tokens(now=now).filter(user__is_active=True)
    found = good.select_related("user").filter(token_hash=digest(token)).first()
    if found is None:
        return None
    if found.last_used_at is None or found.last_used_at < now - USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=found.pk).update(last_used_at=now)
    return Bearer(found.user, frozenset(found.rights))


def user_of_token(token: str, *, now: datetime) -> User | None:
    """Return the active user of a valid token, or None."""
    found = bearer_of(token, now=now)
    return found.user if found else None


def redeem_sign_in(token: str, *, now: datetime) -> User | None:
    """Return the active user of a link that is used for the first time and in time."""
    user = SignInLink.redeem(token, now=now)
    return user if user is not None and user.is_active else None


def _good_tokens(*, now: datetime) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None)


def count_good_tokens(user: User, *, now: datetime) -> int:
    return _good_tokens(now=now).filter(user=user).count()


def tokens_of(user: User) -> list[ApiToken]:
    return list(ApiToken.objects.filter(user=user).order_by("-created_at"))


def revoke_token(*, user: User, pk: int, now: datetime) -> bool:
    """Revoke one of the user's own tokens; false when it is not theirs or revoked already."""
    return ApiToken.objects.filter(user=user, pk=pk, revoked_at=None).update(revoked_at=now) == 1
