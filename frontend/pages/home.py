from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from frontend.pages.page import show
from frontend.present.home import home_context
from leaderboard.boards.newest import newest_entries
from leaderboard.boards.selectors import board_list
from leaderboard.boards.stored import rows_by_board

NEWEST = 6


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return show(request, "home.html", home_context(board_list(), rows_by_board(front="on"), newest_entries(NEWEST)))
