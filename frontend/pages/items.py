"""Which items of its benchmark an entry got right, one by one."""

from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.pages.forms import csv_file
from frontend.pages.page import show
from frontend.pages.signed_in import asking, for_reader
from frontend.present.items import KEYS, items_context, items_csv, items_json
from leaderboard.boards.item_outcomes import ItemOutcomes, item_outcomes
from leaderboard.boards.plausible import Unscorable


@require_safe
@for_reader
def items(request: HttpRequest, uuid: UUID) -> HttpResponse:
    found = _found(request, uuid)
    trail = ((_("Boards"), "/boards/"), (found.model_name, f"/entries/{uuid}/"), (_("Items"), ""))
    return show(
        request, "entry_items.html", items_context(found, request.GET), section="boards", trail=trail, keys=KEYS
    )


@require_safe
@for_reader
def as_json(request: HttpRequest, uuid: UUID) -> HttpResponse:
    return JsonResponse(items_json(_found(request, uuid)))


@require_safe
@for_reader
def as_csv(request: HttpRequest, uuid: UUID) -> HttpResponse:
    return csv_file(items_csv(_found(request, uuid)), f"items-{uuid}")


def _found(request: HttpRequest, uuid: UUID) -> ItemOutcomes:
    try:
        return item_outcomes(uuid, user=asking(request))
    except ObjectDoesNotExist:
        raise Http404(_("There is no such entry.")) from None
    except (Unscorable, OSError):
        raise Http404(_("The server cannot read this entry's answers.")) from None
