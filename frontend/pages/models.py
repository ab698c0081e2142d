from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.pages.page import show
from frontend.present.tables import board_part
from leaderboard.boards.selectors import model_page


@require_safe
def model(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        found = model_page(slug)
    except ObjectDoesNotExist:
        raise Http404(_("There is no such model.")) from None
    context = {"model": found, "boards": [board_part(part) for part in found.boards]}
    return show(request, "model.html", context, section="boards", trail=((_("Boards"), "/boards/"), (found.name, "")))
