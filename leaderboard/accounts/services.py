"""Who a token belongs to, and what people do with their tokens."""

from datetime import datetime

from django.core.exceptions import ValidationError

from leaderboard.accounts.models import ApiToken, SignInLink, User, digest


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


def user_of_token(token: str) -> User | None:
    """Return the active user of a valid token, or None."""
    found = (
        ApiToken.objects.select_related("user")
        .filter(token_hash=digest(token), revoked_at=None, user__is_active=True)
        .first()
    )
    return found.user if found else None


def redeem_sign_in(token: str, *, now: datetime) -> User | None:
    """Return the active user of a link that is used for the first time and in time."""
    user = SignInLink.redeem(token, now=now)
    return user if user is not None and user.is_active else None


def tokens_of(user: User) -> list[ApiToken]:
    return list(ApiToken.objects.filter(user=user).order_by("-created_at"))


def revoke_token(*, user: User, pk: int, now: datetime) -> bool:
    """Revoke one of the user's own tokens; false when it is not theirs or revoked already."""
    return ApiToken.objects.filter(user=user, pk=pk, revoked_at=None).update(revoked_at=now) == 1
