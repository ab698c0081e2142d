"""A request id on every answer, so that an error on a screen can be found in the log."""

import logging
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from leaderboard.api import problems

log = logging.getLogger(__name__)
API_PREFIXES = ("/api/v1/", "/agent/v1/")


class RequestIdMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = uuid.uuid4().hex[:12]
        request.request_id = request_id  # type: ignore[attr-defined]  # Django keeps no room for it
        answer = self.get_response(request)
        answer["X-Request-Id"] = request_id
        if answer.status_code in {404, 405} and self._is_bare(request, answer):
            return self._api_problem(request, answer.status_code, request_id)
        return answer

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not request.path.startswith(API_PREFIXES):
            return None
        log.error("request %s failed", getattr(request, "request_id", ""), exc_info=error)
        title = "The server failed; this is not your fault."
        hint = "Try again later; the request id finds it in the server's log."
        return problems.response(request, problems.ProblemError(500, "server_error", title, hint=hint))

    @staticmethod
    def _is_bare(request: HttpRequest, answer: HttpResponseBase) -> bool:
        kind = answer.get("Content-Type", "")
        return request.path.startswith(API_PREFIXES) and not kind.startswith("application/problem+json")

    @staticmethod
    def _api_problem(request: HttpRequest, status: int, request_id: str) -> HttpResponse:
        code, title = {
            404: ("not_found", "There is nothing at this address."),
            405: ("method_not_allowed", "This address does not take this method."),
        }[status]
        problem = problems.ProblemError(status, code, title, hint="The reference is at /api/.")
        answer = problems.response(request, problem)
        answer["X-Request-Id"] = request_id
        return answer
