"""A short list under a reader's limits."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.pages.page import show
from frontend.present.choose import choose_context, choose_url
from frontend.present.choose_form import small_form
from frontend.present.choose_tasks import tasks_of
from frontend.present.links import merged
from leaderboard.boards.choose import exports
from leaderboard.boards.choose.selectors import choosing, device_classes
from leaderboard.boards.choose.shapes import Choosing
from leaderboard.boards.selectors import board_list
from leaderboard.boards.stored import rows_by_board


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    shown = _choosing(request)
    # The form's fields become the board's own keys: that address says what is asked, in units of the metrics.
    if not shown.notes and request.META.get("QUERY_STRING", "") != shown.query:
        return redirect(choose_url(shown.query))
    trail = ((_("Choose"), ""),)
    if shown.view is None:
        measured = [board for board in board_list() if board.entries]
        form = small_form(shown.boards, device_classes())
        context = {"shown": shown, "form": form, "tasks": tasks_of(measured, rows_by_board(front="on"))}
        return show(request, "choose_board.html", context, section="choose", trail=trail, keys=None)
    return show(request, "choose.html", choose_context(shown, shown.view), section="choose", trail=trail, keys=None)


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    return HttpResponse(exports.to_json(_choosing(request)), content_type="application/json")


def _choosing(request: HttpRequest) -> Choosing:
    return choosing(merged(request.META.get("QUERY_STRING", "")))
