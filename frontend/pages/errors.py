"""A page for each code that an error can carry; the `type` of a problem leads here."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.pages.page import show
from frontend.present.registry import error_codes, failures
from leaderboard.protocol import ERRORS_PATH, Code


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    groups: dict[str, list[tuple[str, str]]] = {}
    for code, error in error_codes().items():
        groups.setdefault(error.about, []).append((code, error.sentence))
    context = {"groups": groups.items()}
    return show(request, "errors.html", context, section="api", trail=((_("API"), "/api/"), (_("Error codes"), "")))


@require_safe
def one(request: HttpRequest, code: str) -> HttpResponse:
    error = error_codes().get(code)
    failure = failures().get(Code(code)) if code in set(Code) else None
    if error is None and failure is None:
        raise Http404(_("There is no such code."))
    trail = ((_("API"), "/api/"), (_("Error codes"), ERRORS_PATH), (code, ""))
    context = {"code": code, "error": error, "failure": failure}
    return show(request, "error_code.html", context, section="api", trail=trail)
