"""How many jobs an account may have measured in a time. Nothing is counted up or down: it follows from the attempts.

A job counts from its first measured run on. It does not where it was cancelled or failed before that, nor where what
ended it was not the model's: a lost or noisy device, a download, the server.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet

from leaderboard.accounts.models import User
from leaderboard.protocol import FAILURES, FailureKind
from leaderboard.runs.models import Attempt, Job
from leaderboard.runs.states import AttemptState, JobState
from leaderboard.submissions.faults import Fault, worded
from leaderboard.submissions.services import Refused

NOBODYS = tuple(code for code, failure in FAILURES.items() if failure.kind == FailureKind.INFRA)
"""Codes of endings that count against nobody."""


@dataclass(frozen=True, slots=True)
class Quota:
    """`used` of `limit` jobs were measured `within` that time; `waiting` are in line or not measured yet.

    `free_at` is when there is room for one more because enough of those that were measured no longer count; None where
    none was, or where those that wait are too many by themselves.
    """

    limit: int
    within: timedelta
    used: int
    waiting: int
    free_at: datetime | None

    @property
    def left(self) -> int:
        """How many more can be submitted: those that wait have their place."""
        return max(0, self.limit - self.used - self.waiting)


def quota_of(user: User, *, now: datetime) -> Quota | None:
    """Return what a user has; None where there is no quota, or none for them: staff. Two queries."""
    if settings.QUOTA is None or user.is_staff:
        return None
    limit, within = settings.QUOTA
    recent = counting().filter(job__submission__submitted_by=user, measuring_since__gt=now - within)
    # A job counts as long as any of its attempts does.
    ends = list(recent.values("job").annotate(at=Max("measuring_since")).order_by("at").values_list("at", flat=True))
    waiting = Job.objects.open().filter(submission__submitted_by=user, purpose=Job.Purpose.ENTRY)
    waiting = waiting.exclude(Exists(counting().filter(job=OuterRef("pk"))))
    # More than one has to end where the quota was a larger one before.
    used, waits = len(ends), waiting.count()
    first = max(0, used + waits - limit)
    return Quota(limit, within, used, waits, ends[first] + within if first < used else None)


def counting() -> QuerySet[Attempt]:
    """Return the attempts for which their jobs count."""
    began = Attempt.objects.filter(measuring_since__isnull=False, job__purpose=Job.Purpose.ENTRY)
    # A lost one may have brought its result late.
    own = began.filter(Q(state=AttemptState.DONE) | ~Q(code__in=NOBODYS))
    return own.exclude(job__state=JobState.FAILED, job__code__in=NOBODYS)


def is_limited(job: Job) -> bool:
    """Say whether a quota is about the job: not of a health check, nor of staff's."""
    owner = job.submission.submitted_by
    return settings.QUOTA is not None and job.purpose == Job.Purpose.ENTRY and not owner.is_staff


def counts(attempt: Attempt, job: Job) -> bool:
    """Say whether a job that is limited counts for this attempt of it, as `counting` does."""
    if attempt.measuring_since is None or (job.state == JobState.FAILED and job.code in NOBODYS):
        return False
    return attempt.state == AttemptState.DONE or attempt.code not in NOBODYS


def over_quota(user: User, *, now: datetime) -> Fault | None:
    """Return why a user can submit nothing now; None where they can."""
    quota = quota_of(user, now=now)
    if quota is None or quota.left:
        return None
    values = {"limit": quota.limit, "days": quota.within.days, "used": quota.used, "waiting": quota.waiting}
    if quota.free_at is None:
        return worded("quota", "quota_used.waiting", **values)
    return worded("quota", "quota_used", **values, free_at=in_minutes(quota.free_at))


def in_minutes(at: datetime) -> str:
    """Write a time as the first whole minute at which it is there."""
    return f"{at + timedelta(seconds=59, microseconds=999_999):%Y-%m-%d %H:%M} UTC"


def take_place(user: User, *, now: datetime) -> None:
    """Let one job of a user at a time be counted and written, for the transaction that does both; raises Refused."""
    if settings.QUOTA is not None:
        User.objects.filter(pk=user.pk).update(is_active=F("is_active"))
    if (fault := over_quota(user, now=now)) is not None:
        raise Refused((fault,))
