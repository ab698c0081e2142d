"""Submitting in the browser: five steps, a draft on the server, no script needed.

The check of the form's token reads the body, and a model is large: whoever is not signed in, or sends too much, is
answered before that.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from frontend.pages.page import show
from frontend.present import submit as present
from frontend.present.submit_form import Filled, filled_of, merged
from frontend.present.submit_prefill import KEYS, prefilled
from leaderboard.accounts.models import User
from leaderboard.clock import database_now
from leaderboard.runs.selectors import submission_jobs
from leaderboard.runs.submitting import submit
from leaderboard.submissions import drafts
from leaderboard.submissions.faults import Fault
from leaderboard.submissions.models import Draft
from leaderboard.submissions.services import Refused
from leaderboard.submissions.uploading import UploadRefused, take_file
from leaderboard.submissions.validating import validate

View = Callable[..., HttpResponse]


def _signed_in_first(view: View) -> View:
    guarded = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def outer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path() if request.method == "GET" else "/submit/")
        answer: HttpResponse = guarded(request, *args, user=request.user, **kwargs)
        return answer

    return outer


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@_signed_in_first
def start(request: HttpRequest, *, user: User) -> HttpResponse:
    """The first step, before there is a draft: a GET keeps nothing."""
    now = database_now()
    filled: Filled
    if request.method != "POST":
        found = prefilled(request.GET, by=user)
        filled = filled_of(found.body)
        context = present.model_step(filled, (), by=user, draft=None)
        more = {"drafts": present.open_drafts(drafts.open_drafts(by=user, now=now)), "address_notes": found.notes}
        return _shown(request, "model", {**context, **more, "carried": found.carried}, keys=KEYS)
    filled, faults = _with_file(request, filled_of({}, request.POST), user)
    body = merged(prefilled(request.POST, by=user).body, filled, "model")
    faults = (*faults, *present.faults_at("model", body, file_refused=bool(faults)))
    if faults:
        context = present.model_step(filled, faults, by=user, draft=None)
        context["kept"] = request.POST.get("source") != filled["source"]
        return _shown(
            request, "model", {**context, "carried": prefilled(request.POST, by=user).carried}, wrong=True, keys=KEYS
        )
    draft = drafts.begin(body=present.with_natural_batch(body), by=user, now=now)
    return redirect(present.address(draft, "benchmark"))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@_signed_in_first
def step(request: HttpRequest, uuid: UUID, name: str, *, user: User) -> HttpResponse:
    now = database_now()
    draft = _draft(uuid, user)
    if draft.submission_id is not None:
        return _to_job(draft)
    if name not in present.STEPS:
        raise Http404(_("There is no such step."))
    missing = present.first_unready(draft.body, before=name)
    if missing is not None:
        messages.info(request, _("This step comes first."))
        return redirect(present.address(draft, missing))
    if request.method != "POST":
        filled = filled_of(draft.body)
        return _shown(request, name, present.step_context(name, draft, filled, (), origin=_origin(request), now=now))
    if name == "review":
        return _submit(request, draft, user)
    sent: Filled = filled_of(draft.body, request.POST)
    refused: tuple[Fault, ...] = ()
    if name == "model":
        sent, refused = _with_file(request, sent, user)
    body = merged(draft.body, sent, name)
    faults = (*refused, *present.faults_at(name, body, file_refused=bool(refused)))
    if faults:
        context = present.step_context(name, draft, sent, faults, origin=_origin(request), now=now)
        context["kept"] = name == "model" and request.POST.get("source") != sent["source"]
        return _shown(request, name, context, wrong=True)
    drafts.keep(draft, body=present.with_natural_batch(body), now=now)
    return redirect(present.address(draft, present.next_step(name)))


@require_POST
@_signed_in_first
def throw_away(request: HttpRequest, uuid: UUID, *, user: User) -> HttpResponse:
    _draft(uuid, user)
    drafts.throw_away(uuid, by=user)
    messages.success(request, _("The draft is gone."))
    return redirect("/submit/")


def _submit(request: HttpRequest, draft: Draft, user: User) -> HttpResponse:
    """The draft is its own idempotency key: however often the button is pressed, there is one submission."""
    now = database_now()
    try:
        wanted, _checked = validate(draft.body)
        made = submit(request=wanted, by=user, idempotency_key=draft.idempotency_key, now=now)
    except Refused as refused:
        filled = filled_of(draft.body)
        origin = _origin(request)
        context = present.step_context("review", draft, filled, refused.faults, origin=origin, now=now)
        return _shown(request, "review", context, wrong=True)
    drafts.become(draft, submission=made)
    return _to_job(_draft(draft.uuid, user))


def _to_job(draft: Draft) -> HttpResponse:
    jobs = submission_jobs(draft.submission_id or 0)
    return redirect(f"/jobs/{jobs[0]}/" if jobs else "/jobs/")


def _with_file(request: HttpRequest, filled: Filled, user: User) -> tuple[Filled, tuple[Fault, ...]]:
    """Keep the file that came with the form, if one did and is meant."""
    file = request.FILES.get("file")
    if filled.get("source") != "upload" or file is None:
        return filled, ()
    # Also of a file that is refused: a reader is told what is wrong with the file, not to name it.
    filled = {**filled, "model.name": filled.get("model.name") or (file.name or "").rpartition(".")[0][:100]}
    try:
        artefact = take_file(chunks=file.chunks(), by=user, now=database_now())
    except UploadRefused as error:
        return filled, (error.fault,)
    return {**filled, "source": "known", "model.sha256": artefact.sha256 or ""}, ()


def _draft(uuid: UUID, user: User) -> Draft:
    draft = drafts.find(uuid, by=user, now=database_now())
    if draft is None:
        raise Http404(_("There is no such draft."))
    return draft


def _origin(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


def _shown(
    request: HttpRequest, name: str, context: Any, *, wrong: bool = False, keys: tuple[str, ...] = ()
) -> HttpResponse:
    trail = ((_("Submit a model"), "/submit/"), (str(present.NAMES[name]), ""))
    answer = show(request, f"submit_{name}.html", context, section="submit", trail=trail, keys=keys)
    answer.status_code = 422 if wrong else 200
    return answer
