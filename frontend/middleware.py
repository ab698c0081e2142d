"""What every page gets: one content security policy, and words instead of a failure while the database is away."""

import logging
from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

from frontend.context import look
from leaderboard.database import outage

log = logging.getLogger(__name__)

# The hash is of the empty string: Plotly makes an empty style element and fills it by script (the explorer needs it).
POLICY = (
    "default-src 'none'; script-src 'self'; "
    "style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; "
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
