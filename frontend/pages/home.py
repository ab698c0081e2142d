from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from frontend.pages.page import show
from frontend.present import words
from frontend.present.cards import cards_of
from leaderboard.boards.newest import newest_entries
from leaderboard.boards.selectors import board_list

NEWEST = 8


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    newest = [
        {"board": board, "row": row, "config": words.config_line(row.config), "badges": words.energy_badges(row)}
        for board, row in newest_entries(NEWEST)
    ]
    context = {
        "cards": cards_of(board_list()),
        "newest": newest,
        "origin": f"{request.scheme}://{request.get_host()}",
    }
    return show(request, "home.html", context)
