"""`/agent/`: the agent to install, as a page, as plain lines for a terminal, and the files themselves."""

from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from frontend.pages.page import show
from leaderboard.api.files import file_response
from leaderboard.wheel import Wheel, held_wheel

_PLAIN = "text/plain; charset=utf-8"


@require_safe
@vary_on_headers("Accept")
def install(request: HttpRequest) -> HttpResponse:
    context = install_words(request)
    # curl and wget ask for anything; a browser names HTML.
    if "text/html" not in request.headers.get("Accept", "text/html"):
        return HttpResponse(render_to_string("frontend/install.txt", context), content_type=_PLAIN)
    return show(
        request, "install.html", context, section="devices", trail=((_("Devices"), "/devices/"), (_("Agent"), ""))
    )


def install_words(request: HttpRequest) -> dict[str, Any]:
    """What the lines that install an agent need: this origin, the wheel, the checksum of the script."""
    wheel = held_wheel(settings.WHEEL_DIR)
    words: dict[str, Any] = {"origin": _origin(request), "wheel": wheel}
    if wheel is not None:
        words["script_sha256"] = sha256(_script(request, wheel).encode()).hexdigest()
    return words


@require_safe
def script(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_script(request, _wheel_or_404()), content_type=_PLAIN)


@require_safe
def file(request: HttpRequest, name: str) -> HttpResponseBase:
    """The wheel or its checksum; no other name is known."""
    wheel = _wheel_or_404()
    if name == f"{wheel.name}.sha256":
        return HttpResponse(f"{wheel.sha256}  {wheel.name}\n", content_type=_PLAIN)
    if name != wheel.name:
        raise Http404(_("This server offers {name}.").format(name=wheel.name))
    return file_response(request, wheel.path)


def _wheel_or_404() -> Wheel:
    wheel = held_wheel(settings.WHEEL_DIR)
    if wheel is None:
        raise Http404(_("No agent is packed on this server."))
    return wheel


def _script(request: HttpRequest, wheel: Wheel) -> str:
    """The script that installs exactly this wheel from exactly here."""
    words = {"origin": _origin(request), "version": wheel.version, "wheel": wheel.name, "checksum": wheel.sha256}
    return render_to_string("frontend/install.sh", words)


def _origin(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"
