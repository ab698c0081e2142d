from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.pages.page import show
from frontend.present.devices import check_rows, device_context, source_line
from frontend.present.tables import board_part
from leaderboard.boards.selectors import device_entries
from leaderboard.clock import database_now
from leaderboard.devices.selectors import device_list, device_page
from leaderboard.health.selectors import checks_of


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    devices = [{"view": device, "source": source_line(device)} for device in device_list(now=database_now())]
    trail = ((_("Devices"), ""),)
    return show(request, "devices.html", {"devices": devices}, section="devices", trail=trail)


@require_safe
def device(request: HttpRequest, slug: str) -> HttpResponse:
    found = device_page(slug, now=database_now())
    if found is None:
        raise Http404(_("There is no such device."))
    checks = check_rows(checks_of(slug))
    context = {**device_context(found), "checks": checks, "boards": [board_part(part) for part in device_entries(slug)]}
    trail = ((_("Devices"), "/devices/"), (found.name, ""))
    return show(request, "device.html", context, section="devices", trail=trail)
