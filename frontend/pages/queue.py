"""`/queue/`: what waits and what runs, on all devices."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from frontend.pages.forms import json_answer
from frontend.pages.page import show
from frontend.present.queue import queue_context, queue_record
from leaderboard.clock import database_now
from leaderboard.runs.queue_view import queue_view


@require_safe
@never_cache
def queue(request: HttpRequest) -> HttpResponse:
    context = queue_context(queue_view(now=database_now()))
    return show(request, "queue.html", context, section="queue", trail=((_("Queue"), ""),))


@require_safe
@never_cache
def as_json(_request: HttpRequest) -> HttpResponse:
    return json_answer(queue_record(queue_view(now=database_now())))
