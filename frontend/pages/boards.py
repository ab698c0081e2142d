"""The boards: a list, and each in every form from one view."""

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe

from frontend.pages.forms import csv_answer, json_answer
from frontend.pages.page import show
from frontend.present import board as presented
from frontend.present.about import about_context, about_json
from frontend.present.about_reported import reported_about_context, reported_about_json
from frontend.present.board_index import csv_lines, records_of
from frontend.present.cards import cards_of
from frontend.present.links import board_url, joined, merged
from frontend.present.memory import State, canonical, page_of, view_of
from frontend.present.plot_points import points_json
from leaderboard.boards import exports
from leaderboard.boards.address import parse
from leaderboard.boards.lookup import board_progress
from leaderboard.boards.moved import brought_up_to_date
from leaderboard.boards.reported.reading import publication_facts, reported_cards, reported_fronts
from leaderboard.boards.rows import BoardView
from leaderboard.boards.selectors import board_list, board_state
from leaderboard.boards.stored import rows_by_board
from leaderboard.catalog.selectors import benchmark_page

DAY = "public, max-age=86400, immutable"
ASK_FIRST = "no-cache"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    trail = ((_("Boards"), ""),)
    return show(
        request,
        "boards.html",
        {
            "cards": cards_of(board_list(), rows_by_board(front="on")),
            "reported": cards_of(reported_cards(), reported_fronts()),
        },
        section="boards",
        trail=trail,
    )


@require_safe
def index_as_json(request: HttpRequest) -> HttpResponse:
    return json_answer(records_of(board_list(), reported_cards()))


@require_safe
def index_as_csv(request: HttpRequest) -> HttpResponse:
    return csv_answer(csv_lines(records_of(board_list(), reported_cards())), "boards")


@gzip_page
@require_safe
def board(request: HttpRequest, slug: str) -> HttpResponse:
    pairs = parse(merged(request.META.get("QUERY_STRING", "")))
    moved = brought_up_to_date(pairs)
    if list(moved) != pairs:
        return redirect(board_url(slug, joined(moved)), permanent=True)
    asked, state = request.META.get("QUERY_STRING", ""), _state(slug)
    query = merged(asked)
    # A form sends every field; the view's address is what a reader should see and pass on.
    address = canonical(state, slug, query)
    if address is not None and asked != address:
        return redirect(board_url(slug, address))
    page = page_of(state, slug, query, getattr(request, "request_id", ""))
    context = {"page": page, "absolute": request.build_absolute_uri(page.permalink)}
    trail = ((_("Boards"), "/boards/"), (page.title, ""))
    return show(request, "board.html", context, section="boards", trail=trail, keys=None)


@require_safe
def about(request: HttpRequest, slug: str) -> HttpResponse:
    view = _found(slug, "")
    trail = ((_("Boards"), "/boards/"), (view.title, board_url(view.slug)), (_("About"), ""))
    if view.reported is not None:
        context = reported_about_context(view, publication_facts(slug))
        return show(request, "board_about_reported.html", context, section="boards", trail=trail)
    context = about_context(view, benchmark_page(view.benchmark))
    return show(request, "board_about.html", context, section="boards", trail=trail)


@require_safe
def about_as_json(_request: HttpRequest, slug: str) -> JsonResponse:
    view = _found(slug, "")
    if view.reported is not None:
        return JsonResponse(reported_about_json(view, publication_facts(slug)))
    return JsonResponse(about_json(view, benchmark_page(view.benchmark)))


@require_safe
@conditional_page
def revision(request: HttpRequest, slug: str) -> HttpResponse:
    """How far the board is: what an open page asks every few seconds."""
    try:
        number, entries = board_progress(slug)
    except ObjectDoesNotExist:
        raise Http404(_("There is no such board.")) from None
    answer = JsonResponse({"revision": number, "entries": entries})
    answer["Cache-Control"] = ASK_FIRST
    return answer


@gzip_page
@require_safe
@conditional_page
def as_json(request: HttpRequest, slug: str) -> HttpResponse:
    view = _view(request, slug)
    return _file(view, HttpResponse(exports.to_json(view), content_type="application/json"))


@gzip_page
@require_safe
@conditional_page
def points(request: HttpRequest, slug: str) -> HttpResponse:
    """What a page leaves to be asked of the points of its chart."""
    view = _view(request, slug)
    return _file(view, JsonResponse(points_json(view)))


@gzip_page
@require_safe
@conditional_page
def as_csv(request: HttpRequest, slug: str) -> HttpResponse:
    view = _view(request, slug)
    answer = HttpResponse(exports.to_csv(view), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'inline; filename="{view.slug}.csv"'
    return _file(view, answer)


@gzip_page
@require_safe
@conditional_page
def as_svg(request: HttpRequest, slug: str) -> HttpResponse:
    view = _view(request, slug)
    return _file(view, HttpResponse(presented.svg_file(view, _absolute(request, view)), content_type="image/svg+xml"))


def _file(view: BoardView, answer: HttpResponse) -> HttpResponse:
    """The rows of a kept revision never change; what became of its entries since is worth a look each day."""
    answer["Cache-Control"] = DAY if view.frozen_at and not view.notes else ASK_FIRST
    return answer


def _view(request: HttpRequest, slug: str) -> BoardView:
    return _found(slug, merged(request.META.get("QUERY_STRING", "")))


def _found(slug: str, query: str) -> BoardView:
    return view_of(_state(slug), slug, query)


def _state(slug: str) -> State:
    try:
        return board_state(slug)
    except ObjectDoesNotExist:
        raise Http404(_("There is no such board.")) from None


def _absolute(request: HttpRequest, view: BoardView) -> str:
    return request.build_absolute_uri(board_url(view.slug, view.query))
