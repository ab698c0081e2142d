"""Drafts of submissions: filled in step by step, seen by their owner only, gone after two weeks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from leaderboard.accounts.models import User
from leaderboard.submissions.models import DRAFT_LIFE, Draft, Submission

MOST_DRAFTS = 20


def begin(*, body: Mapping[str, Any], by: User, now: datetime) -> Draft:
    """Keep a new draft; what has expired, and the oldest of a user who has too many, goes."""
    Draft.objects.filter(expires_at__lte=now).delete()
    kept = Draft.objects.filter(owner=by, submission=None).order_by("-created_at", "-pk")
    Draft.objects.filter(pk__in=list(kept.values_list("pk", flat=True)[MOST_DRAFTS - 1 :])).delete()
    return Draft.objects.create(owner=by, body=dict(body), created_at=now, expires_at=now + DRAFT_LIFE)


def find(uuid: UUID, *, by: User, now: datetime) -> Draft | None:
    """Return one of the user's own drafts; somebody else's is as good as none."""
    return Draft.objects.select_related("owner", "submission").filter(uuid=uuid, owner=by, expires_at__gt=now).first()


def open_drafts(*, by: User, now: datetime) -> tuple[Draft, ...]:
    rows = Draft.objects.filter(owner=by, submission=None, expires_at__gt=now)
    return tuple(rows.order_by("-created_at", "-pk")[:MOST_DRAFTS])


def keep(draft: Draft, *, body: Mapping[str, Any], now: datetime) -> bool:
    """Write what is filled in; false where the draft has become a submission in the meantime."""
    rows = Draft.objects.filter(pk=draft.pk, submission=None)
    return rows.update(body=dict(body), expires_at=now + DRAFT_LIFE) == 1


def become(draft: Draft, *, submission: Submission) -> bool:
    """Note what the draft has become; false where that was noted before."""
    return Draft.objects.filter(pk=draft.pk, submission=None).update(submission=submission) == 1


def throw_away(uuid: UUID, *, by: User) -> bool:
    return Draft.objects.filter(uuid=uuid, owner=by, submission=None).delete()[0] > 0
