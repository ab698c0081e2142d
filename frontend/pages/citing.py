"""Keeping a board as it is now, so that an address can be cited."""

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from frontend.present.links import board_url, merged
from leaderboard.boards.frozen import TooLarge, freeze
from leaderboard.boards.lookup import find_board
from leaderboard.clock import database_now


# Whoever reads may ask for it, signed in or not, so that a token would guard nothing; without one in its form, a
# board's page is the same for every reader.
@csrf_exempt
@require_POST
def cite(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep the newest revision, once, and lead to the same view of it."""
    try:
        board, name = find_board(slug)
    except ObjectDoesNotExist:
        raise Http404(_("There is no such board.")) from None
    query = merged(request.POST.get("query", ""))
    try:
        kept = freeze(board=board, now=database_now())
    except TooLarge as reason:
        messages.error(request, str(reason))
        return redirect(board_url(name, query))
    return redirect(board_url(name, "&".join(part for part in (query, f"asof={kept}") if part)))
