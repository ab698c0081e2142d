"""Dash behind Django: a request is handed to Dash's WSGI application, whatever server Django itself runs under.

So session, CSRF, policy, request id and a test's transaction are Django's, as for every page.
"""

import io
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus

import brotli
from dash.exceptions import DependencyException
from django.http import HttpRequest, HttpResponse
from werkzeug.wrappers import Response

from frontend.explore.application import PREFIX, application

QUALITY = 9
"""Of Brotli: as small as its best within a few per cent, in a tenth of the time. Once per process and script."""
PASSED_ON = ("Content-Type", "Cache-Control", "ETag")


class NoScript(Exception):
    """Dash has no such script."""


@dataclass(frozen=True, slots=True)
class Script:
    plain: bytes
    packed: bytes
    content_type: str


def handed(request: HttpRequest, path: str) -> HttpResponse:
    """Return Dash's answer. Under ASGI a request has no `environ`, so it is made from `META` and `body`."""
    return _answered(_asked(path, request))


@lru_cache(maxsize=32)
def script(path: str) -> Script:
    """Return one of Dash's scripts; raises NoScript. Names with any version lead to one file, so few are kept."""
    try:
        found = _asked(f"_dash-component-suites/{path}")
    except DependencyException:
        raise NoScript from None
    if found.status_code != HTTPStatus.OK:
        raise NoScript
    plain = found.get_data()
    return Script(plain, brotli.compress(plain, quality=QUALITY), found.content_type or "")


def _answered(found: Response) -> HttpResponse:
    kept = {name: found.headers[name] for name in PASSED_ON if name in found.headers}
    return HttpResponse(found.get_data(), status=found.status_code, headers=kept)


def _asked(path: str, request: HttpRequest | None = None) -> Response:
    body = request.body if request else b""
    said = {key: value for key, value in request.META.items() if isinstance(value, str)} if request else {}
    environ = said | {
        "REQUEST_METHOD": (request.method if request else None) or "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": f"{PREFIX}{path}",
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": "django",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    return Response.from_app(application().server.wsgi_app, environ, buffered=True)
