"""Every error of both APIs is `application/problem+json` (RFC 9457) with a stable code and a hint."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from leaderboard.database import outage
from leaderboard.protocol import ERROR_CODES, Problem, page_of
from leaderboard.submissions.faults import Fault
from leaderboard.submissions.requests import shape_faults

log = logging.getLogger(__name__)

# For answers that Django or the framework made before an endpoint could speak: (code, title).
BARE: Mapping[int, tuple[str, str]] = {
    400: ("bad_request", "The request cannot be read."),
    403: ("forbidden", "This is not allowed."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take this method."),
    413: ("too_large", "The body is over the size limit."),
    500: ("server_error", "The server failed; this is not your fault."),
}
SHAPE_CODES = frozenset(code for code, error in ERROR_CODES.items() if error.about == "A field")
RETRY_AFTER_S = "10"
REFERENCE = "The reference is at /api/."


class ProblemError(Exception):
    """An answer that is an error; raised by endpoints, rendered in one place."""

    def __init__(
        self,
        status: int,
        code: str,
        title: str,
        *,
        detail: str = "",
        hint: str = "",
        errors: Sequence[Mapping[str, str]] = (),
    ) -> None:
        super().__init__(title)
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.hint = hint
        self.errors = tuple(errors)


def refuse(status: int, code: str, title: str, *, detail: str = "", hint: str = "") -> NoReturn:
    raise ProblemError(status, code, title, detail=detail, hint=hint)


def response(request: HttpRequest, problem: ProblemError) -> HttpResponse:
    request_id = getattr(request, "request_id", "")
    log.info("request %s answered %s %s", request_id, problem.status, problem.code)
    body = Problem(
        type=page_of(problem.code),
        title=problem.title,
        status=problem.status,
        code=problem.code,
        detail=problem.detail,
        hint=problem.hint,
        request_id=request_id,
        errors=problem.errors,
    )
    answer = HttpResponse(body.model_dump_json(), status=problem.status, content_type="application/problem+json")
    if problem.status == 401:
        answer["WWW-Authenticate"] = 'Bearer realm="perwatt"'
    return answer


def install(api: NinjaAPI) -> None:
    """Answer every kind of error of `api` as a problem."""
    _install_failures(api)

    @api.exception_handler(ProblemError)
    def _problem(request: HttpRequest, error: ProblemError) -> HttpResponse:
        return response(request, error)

    @api.exception_handler(ValidationError)
    def _validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return response(request, invalid(error.errors))

    @api.exception_handler(Http404)
    def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
        return response(request, bare(404))

    @api.exception_handler(RequestDataTooBig)
    def _too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
        return response(request, bare(413))

    @api.exception_handler(AuthenticationError)
    def _authentication(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        hint = "Send `Authorization: Bearer TOKEN`; tokens are made at /account/tokens/."
        return response(request, ProblemError(401, "not_signed_in", "No valid token came with the request.", hint=hint))

    @api.exception_handler(HttpError)
    def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
        hint = "Compare the body with the reference at /api/."
        return response(
            request,
            ProblemError(error.status_code, "bad_request", "The request cannot be read.", detail=str(error), hint=hint),
        )


def _install_failures(api: NinjaAPI) -> None:
    # Also where Django would show a traceback to help a developer: an API's client is a program.
    @api.exception_handler(Exception)
    def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
        log.error("request %s failed", getattr(request, "request_id", ""), exc_info=error)
        return response(request, bare(500))

    @api.exception_handler(DatabaseError)
    def _database(request: HttpRequest, error: DatabaseError) -> HttpResponse:
        return unavailable(request, error) or _failed(request, error)


def unavailable(request: HttpRequest, error: DatabaseError) -> HttpResponse | None:
    """Return the answer for a database that is away, full, slow or old; None where this program is at fault."""
    found = outage(error)
    if found is None:
        return None
    log.error("request %s: %s %s", getattr(request, "request_id", ""), found.sentence, error)
    answer = response(request, ProblemError(503, found.code, found.sentence, hint=found.hint))
    answer["Retry-After"] = RETRY_AFTER_S
    return answer


def bare(status: int) -> ProblemError:
    """Return the problem for an answer that has a status and nothing to say."""
    code, title = BARE.get(status, ("refused", "The request was refused."))
    hint = "Try again later; the request id finds it in the server's log." if status >= 500 else REFERENCE
    return ProblemError(status, code, title, hint=hint)


def invalid(errors: Sequence[Mapping[str, Any]]) -> ProblemError:
    """Return the problem that names every field of the wrong shape."""
    return _of_shape(shape_faults([{**error, "loc": _inside(error.get("loc", ()))} for error in errors]))


def refused(faults: Sequence[Fault]) -> ProblemError:
    """Return the problem of a submission that cannot be taken."""
    if any(fault.code in SHAPE_CODES for fault in faults):
        return _of_shape(faults)
    first = faults[0]
    detail = "; ".join(fault.message for fault in faults)
    errors = [fault.described() for fault in faults]
    return ProblemError(422, first.code, first.message, detail=detail, hint=first.hint, errors=errors)


def _of_shape(faults: Sequence[Fault]) -> ProblemError:
    return ProblemError(
        422,
        "invalid_fields",
        "The request does not fit.",
        detail="; ".join(f"{fault.field or 'body'}: {fault.message}" for fault in faults)[:2000],
        hint="Each field that is wrong is named in `errors`; the reference is at /api/.",
        errors=[fault.described() for fault in faults],
    )


def _inside(location: Sequence[str | int]) -> Sequence[str | int]:
    """Return where in the body something is wrong, without the names of the body and its parameter."""
    return location[2:] if location[:1] == ("body",) else location[1:]
