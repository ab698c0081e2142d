"""Every error of both APIs is `application/problem+json` (RFC 9457) with a stable code and a hint."""

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import ValidationError as PydanticValidationError

from leaderboard.protocol import Problem


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
    body = Problem(
        type=f"/api/#{problem.code}",
        title=problem.title,
        status=problem.status,
        code=problem.code,
        detail=problem.detail,
        hint=problem.hint,
        request_id=getattr(request, "request_id", ""),
        errors=problem.errors,
    )
    answer = HttpResponse(body.model_dump_json(), status=problem.status, content_type="application/problem+json")
    if problem.status == 401:
        answer["WWW-Authenticate"] = 'Bearer realm="perwatt"'
    return answer


def install(api: NinjaAPI) -> None:
    """Answer every kind of error of `api` as a problem."""

    @api.exception_handler(ProblemError)
    def _problem(request: HttpRequest, error: ProblemError) -> HttpResponse:
        return response(request, error)

    @api.exception_handler(ValidationError)
    def _validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return response(request, invalid(error.errors))

    @api.exception_handler(PydanticValidationError)
    def _pydantic(request: HttpRequest, error: PydanticValidationError) -> HttpResponse:
        return response(request, invalid([dict(item) for item in error.errors(include_url=False)]))

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


def invalid(errors: Sequence[Mapping[str, Any]]) -> ProblemError:
    """Return the problem that names every field that is wrong."""
    fields = [
        {
            "field": ".".join(str(part) for part in error.get("loc", ()) if part not in {"body", "payload", "query"}),
            "code": str(error.get("type", "invalid")),
            "message": str(error.get("msg", "")),
        }
        for error in errors
    ]
    return ProblemError(
        422,
        "invalid_fields",
        "The request does not fit.",
        detail="; ".join(f"{item['field'] or 'body'}: {item['message']}" for item in fields)[:2000],
        hint="Each field that is wrong is named in `errors`; the reference is at /api/.",
        errors=fields,
    )
