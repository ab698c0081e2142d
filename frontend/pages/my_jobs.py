"""One's own jobs: by state, page by page, as a table and as JSON."""

from dataclasses import asdict
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from frontend.pages.ignored import ignored_of
from frontend.pages.page import show
from frontend.present.my_jobs import KEYS, jobs_context, listing_of, mail_part
from frontend.present.quotas import quota_sentence
from leaderboard.accounts.models import User
from leaderboard.api.rates import quota_values
from leaderboard.clock import database_now
from leaderboard.runs.mailing import wish
from leaderboard.runs.quota import quota_of


@require_safe
@never_cache
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    user = _user(request)
    now = database_now()
    quota = quota_of(user, now=now)
    context = {**jobs_context(listing_of(user, request.GET, now=now)), "mail": mail_part(user)}
    context["quota"] = quota_sentence(quota) if quota else ""
    return show(request, "jobs.html", context, section="jobs", trail=((_("My jobs"), ""),), keys=KEYS)


@require_POST
@login_required
def mail(request: HttpRequest) -> HttpResponse:
    wish(by=_user(request), on=request.POST.get("on") == "1", now=database_now(), language=request.LANGUAGE_CODE)
    return redirect("/jobs/")


@require_safe
@never_cache
def as_json(request: HttpRequest) -> HttpResponse:
    if not isinstance(request.user, User):
        return JsonResponse({"code": "not_signed_in", "title": _("Sign in first.")}, status=401)
    now = database_now()
    found, quota = listing_of(request.user, request.GET, now=now), quota_of(request.user, now=now)
    counts: dict[str, Any] = {"total": found.total, "page": found.page, "pages": found.pages, "by_state": found.counts}
    counts["quota"] = quota and quota_values(quota)
    notes = (*ignored_of(request, KEYS), *found.notes)
    ignored = [{"key": note.key, "value": note.value, "reason": str(note.reason)} for note in notes]
    return JsonResponse({**counts, "ignored": ignored, "jobs": [_row(asdict(job)) for job in found.jobs]})


def _row(job: dict[str, object]) -> dict[str, object]:
    """What is said of attempts is at the job's own address."""
    left = {name: value for name, value in job.items() if name not in {"attempts", "is_mine"}}
    return {**left, "url": f"/jobs/{job['id']}/", "entry_url": f"/entries/{job['entry']}/" if job["entry"] else None}


def _user(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User):
        raise TypeError("only for a request of somebody who is signed in")
    return user
