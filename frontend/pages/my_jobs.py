"""One's own jobs: by state, page by page, as a table and as JSON."""

from dataclasses import asdict

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from frontend.pages.page import show
from frontend.present.my_jobs import jobs_context, listing_of, mail_part
from leaderboard.accounts.models import User
from leaderboard.clock import database_now
from leaderboard.runs.mailing import wish


@require_safe
@never_cache
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    user = _user(request)
    context = {**jobs_context(listing_of(user, request.GET, now=database_now())), "mail": mail_part(user)}
    return show(request, "jobs.html", context, section="jobs", trail=((_("My jobs"), ""),))


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
    found = listing_of(request.user, request.GET, now=database_now())
    counts = {"total": found.total, "page": found.page, "pages": found.pages, "by_state": found.counts}
    return JsonResponse({**counts, "ignored": found.ignored, "jobs": [_row(asdict(job)) for job in found.jobs]})


def _row(job: dict[str, object]) -> dict[str, object]:
    """What is said of attempts is at the job's own address."""
    left = {name: value for name, value in job.items() if name not in {"attempts", "is_mine"}}
    return {**left, "url": f"/jobs/{job['id']}/", "entry_url": f"/entries/{job['entry']}/" if job["entry"] else None}


def _user(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User):
        raise TypeError("only for a request of somebody who is signed in")
    return user
