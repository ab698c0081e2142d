"""How many calls that change something, and how many jobs, whoever sends a token has left: said on every answer.

The headers are those of draft-ietf-httpapi-ratelimit-headers-10: `RateLimit-Policy` names each with how many (`q`) in
how many seconds (`w`), `RateLimit` what is left of it (`r`), and in how many seconds there is more (`t`).
"""

import math
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from leaderboard.accounts.limits import CALLS, TooMany, room, take
from leaderboard.accounts.models import User
from leaderboard.api.problems import refuse
from leaderboard.clock import database_now
from leaderboard.runs.quota import Quota, quota_of

_READS = ("GET", "HEAD")


class RateMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        user: User | None = getattr(request, "caller", None)
        if user is not None and answer.status_code < 500:
            _tell(answer, user, now=database_now())
        return answer


def note_caller(request: HttpRequest, user: User) -> None:
    """Remember who sent a token, and count a call that changes something; refuses one too many with 429."""
    request.caller = user  # type: ignore[attr-defined]  # Django keeps no room for it
    if request.method in _READS:
        return
    try:
        take([(CALLS, str(user.pk))], now=database_now())
    except TooMany:
        hint = "Wait for as many seconds as the header Retry-After says."
        refuse(429, "too_many_calls", f"More than {CALLS.most} calls in a minute change something.", hint=hint)


def quota_values(quota: Quota) -> dict[str, Any]:
    return {
        "limit": quota.limit,
        "within_s": int(quota.within.total_seconds()),
        "used": quota.used,
        "waiting": quota.waiting,
        "left": quota.left,
        "free_at": quota.free_at,
    }


def _tell(answer: HttpResponseBase, user: User, *, now: datetime) -> None:
    left, until = room(CALLS, str(user.pk), now=now)
    policies = [f'"calls";q={CALLS.most};w={CALLS.within.seconds}']
    states = [f'"calls";r={left}{_in(until, now)}']
    quota = quota_of(user, now=now)
    if quota is not None:
        policies.append(f'"jobs";q={quota.limit};w={int(quota.within.total_seconds())}')
        states.append(f'"jobs";r={quota.left}{_in(quota.free_at, now)}')
    answer["RateLimit-Policy"], answer["RateLimit"] = ", ".join(policies), ", ".join(states)
    if answer.status_code == 429 and until is not None:
        answer["Retry-After"] = str(_seconds(until, now))


def _in(until: datetime | None, now: datetime) -> str:
    return "" if until is None else f";t={_seconds(until, now)}"


def _seconds(until: datetime, now: datetime) -> int:
    """Whole seconds after which it is so: who waits for so long does not come too early."""
    return max(1, math.ceil((until - now).total_seconds()))
