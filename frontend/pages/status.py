"""`/status/`: is the service well?"""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from frontend.pages.forms import json_answer
from frontend.pages.page import show
from frontend.present.status import status_context, status_record
from leaderboard.clock import database_now
from leaderboard.devices.availability import availabilities
from leaderboard.health.status import service_status


@require_safe
@never_cache
def status(request: HttpRequest) -> HttpResponse:
    now = database_now()
    found = service_status(now=now)
    seen = availabilities({one.view.agent for one in found.devices}, now=now)
    return show(request, "status.html", status_context(found, seen), section="status", trail=((_("Status"), ""),))


@require_safe
@never_cache
def as_json(_request: HttpRequest) -> HttpResponse:
    now = database_now()
    found = service_status(now=now)
    return json_answer(status_record(found, availabilities({one.view.agent for one in found.devices}, now=now)))
