"""A board's frontier over time, in every form from one view."""

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.pages.forms import csv_file
from frontend.pages.page import show
from frontend.present.frontier import frontier_context, link, svg_file
from frontend.present.links import board_url, merged
from leaderboard.boards import frontier_export
from leaderboard.boards.frontier import FrontierView, frontier_view
from leaderboard.boards.reported.reading import reported_titles
from leaderboard.clock import database_now


@require_safe
def frontier(request: HttpRequest, slug: str) -> HttpResponse:
    reported = dict(reported_titles()).get(slug)
    if reported:
        return _without_dates(request, slug, reported)
    found = _found(request, slug)
    trail = ((_("Boards"), "/boards/"), (found.board.title, board_url(found.board.slug)), (_("Over time"), ""))
    context = frontier_context(found, today=database_now().date())
    return show(request, "frontier.html", context, section="boards", trail=trail, keys=None)


@require_safe
def as_json(request: HttpRequest, slug: str) -> HttpResponse:
    return HttpResponse(frontier_export.to_json(_found(request, slug)), content_type="application/json")


@require_safe
def as_csv(request: HttpRequest, slug: str) -> HttpResponse:
    return csv_file(frontier_export.to_csv(_found(request, slug)), f"{slug}-frontier")


@require_safe
def fronts_as_csv(request: HttpRequest, slug: str) -> HttpResponse:
    return csv_file(frontier_export.fronts_to_csv(_found(request, slug)), f"{slug}-fronts")


@require_safe
def as_svg(request: HttpRequest, slug: str) -> HttpResponse:
    found = _found(request, slug)
    if not found.moves:
        raise Http404(_("No entry with a date meets the conditions."))
    text = svg_file(found, request.build_absolute_uri(link(found)), database_now().date())
    return HttpResponse(text, content_type="image/svg+xml")


def _without_dates(request: HttpRequest, slug: str, title: str) -> HttpResponse:
    trail = ((_("Boards"), "/boards/"), (title, board_url(slug)), (_("Over time"), ""))
    answer = show(request, "frontier_reported.html", {"slug": slug, "title": title}, section="boards", trail=trail)
    answer.status_code = 404
    return answer


def _found(request: HttpRequest, slug: str) -> FrontierView:
    try:
        return frontier_view(slug, merged(request.META.get("QUERY_STRING", "")))
    except ObjectDoesNotExist:
        raise Http404(_("There is no such board.")) from None
