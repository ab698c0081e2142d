"""What every page gets: one content security policy, and words instead of a failure while the database is away."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.template.loader import render_to_string
from django.utils import translation

from frontend.context import look
from frontend.house_style import HOUSE_STYLE_HASH
from leaderboard.database import outage

log = logging.getLogger(__name__)

# The second hash is of the empty string: Plotly makes an empty style element and fills it by script.
POLICY = (
    "default-src 'none'; script-src 'self'; "
    f"style-src 'self' '{HOUSE_STYLE_HASH}' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; "
    "img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


class ContentSecurityPolicyMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        # A page with needs of its own has set its own.
        answer.headers.setdefault("Content-Security-Policy", POLICY)
        return answer


class PageLanguageMiddleware(LocaleMiddleware):
    """Pages speak the first language of their reader's that there is. Files and APIs say the same to everybody.

    The language is no part of an address: `Vary: Accept-Language` keeps a cache from mixing them up.
    """

    def process_request(self, request: HttpRequest) -> None:
        if _is_page(request):
            super().process_request(request)
        else:
            translation.activate(settings.LANGUAGE_CODE)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return super().process_response(request, response) if _is_page(request) else response


def _is_page(request: HttpRequest) -> bool:
    """Whether it is a page, or what the explorer's page asks for as it goes on."""
    path = request.path
    return path.startswith("/explore/_dash") or (path.endswith("/") and not path.startswith(("/api/v1/", "/agent/v1/")))


class OutageMiddleware:
    """Answer 503 with what is wrong and what to do where a page could not ask the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        found = outage(error) if isinstance(error, DatabaseError) else None
        if found is None:
            return None
        request_id = getattr(request, "request_id", "")
        log.error("request %s: %s %s", request_id, found.sentence, error)
        # Without the request: who is signed in is a question to the database as well.
        context = {"outage": found, "request_id": request_id, "path": request.path, **look(request)}
        page = render_to_string("503.html", context)
        return HttpResponse(page, status=503, headers={"Retry-After": "10"})
