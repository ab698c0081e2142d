"""The explorer of a board, and the addresses at which its application answers. Dash is imported with its first page."""

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.cache import patch_vary_headers
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from frontend.pages.page import show
from frontend.present import board as presented
from frontend.present.cards import cards_of
from frontend.present.filters import filters_of
from frontend.present.links import board_url, explore_url, merged
from frontend.present.memory import picture_of, remembered, view_of
from frontend.present.words import scope_badge
from leaderboard.boards.reported.reading import reported_cards, reported_fronts
from leaderboard.boards.selectors import board_list, board_state
from leaderboard.boards.stored import rows_by_board

YEAR = "public, max-age=31536000, immutable"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    context = {
        "cards": cards_of(board_list(), rows_by_board(front="on")),
        "reported": cards_of(reported_cards(), reported_fronts()),
    }
    return show(request, "explore_index.html", context, section="boards", trail=((_("Explore"), ""),))


@gzip_page
@require_safe
@ensure_csrf_cookie
def explorer(request: HttpRequest, slug: str) -> HttpResponse:
    from frontend.explore.application import carried
    from frontend.explore.policy import policy
    from frontend.explore.scripts import tags

    query = merged(request.META.get("QUERY_STRING", ""))
    try:
        state = board_state(slug)
        view = view_of(state, slug, query)
    except ObjectDoesNotExist:
        raise Http404(_("There is no such board.")) from None
    if not view.notes and request.META.get("QUERY_STRING", "") != view.query:
        return redirect(explore_url(slug, view.query))
    context = {
        **picture_of(state, slug, query),
        "view": view,
        "filters": filters_of(view, explores=True),
        "board_href": board_url(view.slug, view.query),
        "chart_title": presented.chart_title(view),
        "scope_badge": scope_badge(view.view.scope) if view.view.scope else None,
        "answer": carried(remembered(state, slug, query)),
        "scripts": mark_safe(tags()),  # noqa: S308 - made by Dash from its own names, nothing of a reader's is in it
    }
    trail = ((_("Boards"), "/boards/"), (view.title, board_url(view.slug, view.query)), (_("Explore"), ""))
    answer = show(request, "explore.html", context, section="boards", trail=trail, keys=None)
    answer["Content-Security-Policy"] = policy()
    return answer


@require_safe
def part(request: HttpRequest, name: str) -> HttpResponse:
    """The layout and the list of callbacks."""
    from frontend.explore.mount import handed

    return handed(request, name)


@gzip_page
@require_POST
def update(request: HttpRequest) -> HttpResponse:
    """Hand a call to the callback, once it is known to be one."""
    from frontend.explore.application import callbacks
    from frontend.explore.calls import BadCall, check
    from frontend.explore.mount import handed

    try:
        check(request.body, callbacks=callbacks())
    except BadCall as bad:
        return HttpResponseBadRequest(f"{bad}\n", content_type="text/plain")
    return handed(request, "_dash-update-component")


@gzip_page
@require_safe
def suite(request: HttpRequest, path: str) -> HttpResponse:
    """One of Dash's scripts; their names carry their version. The full Plotly bundle is not among them."""
    from frontend.explore.scripts import NoScript, script

    if not path.startswith("dash/"):
        raise Http404
    try:
        found = script(path)
    except NoScript:
        raise Http404 from None
    answer = HttpResponse(found.plain, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": YEAR})
    if "br" in request.headers.get("Accept-Encoding", ""):
        answer.content = found.packed
        answer["Content-Encoding"] = "br"
    patch_vary_headers(answer, ["Accept-Encoding"])
    return answer
