from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from frontend.pages.page import show
from frontend.present.choose_form import small_form
from frontend.present.home import home_context
from leaderboard.boards.choose.selectors import device_classes
from leaderboard.boards.choose.shapes import BoardName
from leaderboard.boards.newest import newest_entries
from leaderboard.boards.reported.reading import reported_fronts
from leaderboard.boards.selectors import board_list
from leaderboard.boards.stored import rows_by_board

NEWEST = 6


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    boards = board_list()
    context = home_context(boards, rows_by_board(front="on"), newest_entries(NEWEST), reported_fronts())
    measured = [BoardName(board.slug, board.title) for board in boards if board.entries]
    form = small_form(measured, device_classes()) if measured else None
    return show(request, "home.html", {**context, "form": form})
