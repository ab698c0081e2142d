"""People, their API tokens, links, invitations, mail, and how often they tried. Secrets are kept as digests only."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Self

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q


def digest(secret: str) -> str:
    """Return the SHA-256 of a random secret; a slow hash is for passwords, which people choose."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Right(models.TextChoices):
    """What a token may do in its user's name."""

    READ = "read"
    SUBMIT = "submit"
    MANAGE = "manage"


def all_rights() -> list[str]:
    return [right.value for right in Right]


class User(AbstractUser):
    """A person or a service that signs in."""


class ApiToken(models.Model):
    """A bearer token `pw_...` of a user; shown once, stored as its digest."""

    PREFIX: ClassVar[str] = "pw_"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    token_hash = models.CharField(max_length=64, unique=True)
    # Tokens from before there were rights keep all of them.
    rights = models.JSONField(default=all_rights)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    # To the minute: a write with each call would be one too many.
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.user})"

    @classmethod
    def issue(
        cls,
        *,
        user: User,
        name: str,
        now: datetime,
        rights: Iterable[Right] = tuple(Right),
        expires_at: datetime | None = None,
    ) -> tuple[Self, str]:
        """Return the row and the token in clear, which is never to be had again."""
        token = cls.PREFIX + secrets.token_urlsafe(32)
        kept = [right.value for right in rights]
        values = {"token_hash": digest(token), "rights": kept, "expires_at": expires_at, "created_at": now}
        return cls.objects.create(user=user, name=name, **values), token


class SignInLink(models.Model):
    """A link that signs its user in once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_in_links")
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"sign-in link of {self.user}"

    @classmethod
    def issue(cls, *, user: User, expires_at: datetime) -> str:
        """Return the secret part of a new link."""
        token = secrets.token_urlsafe(32)
        cls.objects.create(user=user, token_hash=digest(token), expires_at=expires_at)
        return token

    @classmethod
    def redeem(cls, token: str, *, now: datetime) -> User | None:
        """Return the user, exactly once and in time; None otherwise."""
        links = cls.objects.filter(token_hash=digest(token))
        if links.filter(used_at=None, expires_at__gt=now).update(used_at=now) != 1:
            return None
        return links.select_related("user").get().user


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def good(self, *, now: datetime) -> "InvitationQuerySet":
        """Return those that still let somebody in; who is no longer staff invites nobody."""
        open_ones = self.filter(used_at=None, revoked_at=None, expires_at__gt=now)
        return open_ones.filter(made_by__is_active=True, made_by__is_staff=True)


class Invitation(models.Model):
    """A link by which one person makes one ordinary account; shown once, stored as its digest."""

    # For whom it is, in the words of who made it.
    whom = models.CharField(max_length=100)
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    used_by = models.OneToOneField(User, on_delete=models.SET_NULL, null=True, related_name="invited_by")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(used_by=None) | Q(used_at__isnull=False), name="who_joined_has_used_the_invitation"
            )
        ]

    def __str__(self) -> str:
        return f"invitation for {self.whom}"


class AccountMail(models.Model):
    """A mail about an account that is still to go; no secret is kept, links are made when it goes.

    Whoever forgot a password writes down an address: it is kept here whether anybody has it or not.
    """

    class Kind(models.TextChoices):
        FORGOTTEN = "forgotten"
        CHANGED = "changed"
        CONFIRM = "confirm"
        MOVED = "moved"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    address = models.EmailField()
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="account_mails")
    asked_at = models.DateTimeField()
    # Of the page on which it was asked for; empty: the site's.
    language = models.CharField(max_length=20, blank=True, default="")
    # A digest of the account's address and password then: a link must not outlive either, however late it is made.
    account_was = models.CharField(max_length=64, blank=True, default="")
    # Whoever sends it has it until then.
    held_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="forgotten") | Q(user__isnull=False), name="only_a_forgotten_password_has_no_user_yet"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.asked_at}"


class MailTrouble(models.Model):
    """Since when the mail server takes nothing; there is one, and none while mail goes."""

    name = models.CharField(max_length=10, unique=True)
    since = models.DateTimeField()
    tried_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} since {self.since}"


class Tally(models.Model):
    """How often something was tried, until when it counts; whose tries they are is in the key as a digest."""

    key = models.CharField(max_length=64, unique=True)
    tries = models.PositiveIntegerField()
    until = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "tallies"

    def __str__(self) -> str:
        return f"{self.tries} until {self.until}"
