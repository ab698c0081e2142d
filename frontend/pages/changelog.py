"""What changed in the data: entries published, doubted, withdrawn."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.pages.page import show
from frontend.present.history import shown
from frontend.present.paging import Page, page_links, read_page
from leaderboard.boards.changes import changelog as changelog_page

ANY = 10**9


@require_safe
def changelog(request: HttpRequest) -> HttpResponse:
    asked, note = read_page(request.GET.get("page", ""), ANY)
    found = changelog_page(asked)
    if found.page != asked:
        note = read_page(str(asked), found.pages)[1]
    context = {
        "changes": shown(found.lines),
        "total": found.total,
        "note": note,
        "pages": page_links(Page(found.page, found.pages), "/changelog/", ""),
    }
    return show(request, "changelog.html", context, trail=((_("Changes of the data"), ""),), keys=("page",))


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    found = changelog_page(read_page(request.GET.get("page", ""), ANY)[0])
    return JsonResponse(
        {
            "page": found.page,
            "pages": found.pages,
            "total": found.total,
            "changes": [
                {
                    "at": line.at.isoformat(),
                    "kind": line.kind,
                    "reason": line.reason or None,
                    "by": line.by or None,
                    "entry": str(line.entry),
                    "model": line.model,
                    "model_name": line.model_name,
                    "device_name": line.device_name,
                    "board": line.board or None,
                    "successor": str(line.successor) if line.successor else None,
                }
                for line in found.lines
            ],
        }
    )
