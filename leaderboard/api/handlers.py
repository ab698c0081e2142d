"""What Django says when no view could: a problem under the APIs' addresses, its pages elsewhere."""

from django.http import HttpRequest, HttpResponse
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
    return _problem(request, 500) or defaults.server_error(request)


def _problem(request: HttpRequest, status: int) -> HttpResponse | None:
    is_api = request.path.startswith(API_PREFIXES)
    return problems.response(request, problems.bare(status)) if is_api else None
