from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from frontend.pages.page import show
from frontend.pages.signed_in import asking, signed_in, signed_in_at
from frontend.present.gates import gates_of
from frontend.present.job_facts import facts_context
from frontend.present.job_timeline import overdue_words, timeline_context
from frontend.present.job_trace import trace_context
from frontend.present.jobs import job_context
from frontend.present.live_power import live_panel
from leaderboard.api.jobs import job_values
from leaderboard.api.shapes import JobAnswer
from leaderboard.boards.job_trace import job_trace
from leaderboard.boards.judged import judged_job
from leaderboard.boards.publishing import make_public
from leaderboard.clock import database_now
from leaderboard.runs.configuration import configuration_of, expected_run_time
from leaderboard.runs.endings import request_cancel
from leaderboard.runs.line import place_in_line
from leaderboard.runs.live_power import left_power, live_power
from leaderboard.runs.models import Job
from leaderboard.runs.pruning import KEPT_FOR
from leaderboard.runs.retrying import NotRetried, retry
from leaderboard.runs.selectors import find_job, job_view, may_manage
from leaderboard.submissions.services import Refused


@require_safe
@never_cache
def job(request: HttpRequest, uuid: UUID) -> HttpResponse:
    now = database_now()
    user = asking(request)
    found = job_view(uuid, user=user, now=now)
    if found is None:
        raise Http404(_("There is no such job."))
    trail = ((_("My jobs"), "/jobs/"), (found.model, "")) if found.is_mine else ((_("Job"), ""),)
    place = place_in_line(uuid, now=now) if found.state == "queued" else None
    context = {**job_context(found, now=now), **timeline_context(found, place, now=now)}
    context |= facts_context(found, configuration_of(uuid), expected_run_time(found), now=now)
    left = left_power(found)
    context["live_power"] = live_panel(left or live_power(found))
    context["left_until"] = found.state_since + KEPT_FOR if left else None
    judged = judged_job(uuid) if found.state == "verifying" else None
    context["gates"] = gates_of(judged) if judged else ()
    context |= trace_context(judged, job_trace(found.entry, user=user) if found.entry else None)
    context["overdue"] = overdue_words(found)
    context["held"] = "hold" in request.GET
    return show(request, "job.html", context, section="jobs", trail=trail, keys=("hold",))


@require_safe
@never_cache
def as_json(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The same document as the API's."""
    user = asking(request)
    found = job_view(uuid, user=user, now=database_now())
    if found is None:
        raise Http404(_("There is no such job."))
    return HttpResponse(JobAnswer(**job_values(found)).model_dump_json(), content_type="application/json")


@require_POST
@signed_in_at("/jobs/{uuid}/")
def cancel(request: HttpRequest, uuid: UUID) -> HttpResponse:
    request_cancel(job=_managed(request, uuid), now=database_now())
    return redirect(f"/jobs/{uuid}/")


@require_POST
@signed_in_at("/jobs/{uuid}/")
def retry_it(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """However often the button is pressed, there is one retry, and its page comes next."""
    found = _managed(request, uuid)
    try:
        made = retry(job=found, now=database_now())
    except (NotRetried, Refused) as error:
        messages.error(request, _("It was not retried. %s") % error)
        return redirect(f"/jobs/{uuid}/")
    return redirect(f"/jobs/{made.uuid}/")


@require_POST
@signed_in_at("/jobs/{uuid}/")
def publish(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Make a private submission public; of one that is there is nothing to do."""
    make_public(submission=_managed(request, uuid).submission, by=signed_in(request), now=database_now())
    return redirect(f"/jobs/{uuid}/")


def _managed(request: HttpRequest, uuid: UUID) -> Job:
    found = find_job(uuid, user=signed_in(request))
    if found is None:
        raise Http404(_("There is no such job."))
    if not may_manage(found, signed_in(request)):
        raise PermissionDenied(_("This job was submitted by somebody else."))
    return found
