from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from frontend.pages.page import show
from frontend.present import words
from frontend.present.cards import cards_of
from leaderboard.boards.newest import newest_entries
from leaderboard.boards.selectors import board_list
from leaderboard.boards.stored import rows_by_board

NEWEST = 8


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    newest = [
        {
            "board": board,
            "row": row,
            "config": f"{row.config.precision}, {words.config_words(row.config)}",
            "badges": words.energy_badges(row),
        }
        for board, row in newest_entries(NEWEST)
    ]
    context = {
        "cards": cards_of(board_list(), rows_by_board(front="on")),
        "newest": newest,
        "origin": f"{request.scheme}://{request.get_host()}",
    }
    return show(request, "home.html", context)
