"""A request id on every answer, so that an error on a screen can be found in the log; and no HTML from an API."""

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotFound

from leaderboard.api import problems

API_PREFIXES = ("/api/v1/", "/agent/v1/")


class RequestIdMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer: HttpResponseBase
        request_id = uuid.uuid4().hex[:12]
        request.request_id = request_id  # type: ignore[attr-defined]  # Django keeps no room for it
        # Nothing has a zero byte in its name, and PostgreSQL would fail at looking for one.
        answer = HttpResponseNotFound() if "\0" in request.path else self.get_response(request)
        if answer.status_code >= 400 and _is_bare(request, answer):
            answer = _as_problem(request, answer)
        answer["X-Request-Id"] = request_id
        return answer


def _is_bare(request: HttpRequest, answer: HttpResponseBase) -> bool:
    kind = answer.get("Content-Type", "")
    return request.path.startswith(API_PREFIXES) and not kind.startswith("application/problem+json")


def _as_problem(request: HttpRequest, answer: HttpResponseBase) -> HttpResponse:
    """Say in the API's own words what Django said before, or instead of, an endpoint."""
    problem = problems.response(request, problems.bare(answer.status_code))
    if "Allow" in answer:
        problem["Allow"] = answer["Allow"]
    return problem
