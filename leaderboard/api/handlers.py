"""What Django says when no view could: a problem under the APIs' addresses, its pages elsewhere."""

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.template.loader import render_to_string
from django.views import defaults

from leaderboard.api import problems
from leaderboard.api.middleware import API_PREFIXES


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _problem(request, 400) or defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _problem(request, 403) or defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _problem(request, 404) or defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    return _problem(request, 500) or _failed(request)


def _failed(request: HttpRequest) -> HttpResponse:
    """Without what pages are given else: who is signed in is a question to a database that may be what failed."""
    looks = {name: request.COOKIES.get(name, "") for name in ("theme", "density")}
    return HttpResponseServerError(render_to_string("500.html", {"request": request, **looks}))


def _problem(request: HttpRequest, status: int) -> HttpResponse | None:
    is_api = request.path.startswith(API_PREFIXES)
    return problems.response(request, problems.bare(status)) if is_api else None
