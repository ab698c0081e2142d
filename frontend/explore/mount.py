"""Dash behind Django: a request is handed to Dash's WSGI application, whatever server Django itself runs under.

So session, CSRF, policy, request id and a test's transaction are Django's, as for every page.
"""

import io

from django.http import HttpRequest, HttpResponse
from werkzeug.wrappers import Response

from frontend.explore.application import PREFIX, application

PASSED_ON = ("Content-Type", "Cache-Control", "ETag")


def handed(request: HttpRequest, path: str) -> HttpResponse:
    """Return Dash's answer. Under ASGI a request has no `environ`, so it is made from `META` and `body`."""
    return _answered(asked(path, request))


def _answered(found: Response) -> HttpResponse:
    kept = {name: found.headers[name] for name in PASSED_ON if name in found.headers}
    return HttpResponse(found.get_data(), status=found.status_code, headers=kept)


def asked(path: str, request: HttpRequest | None = None) -> Response:
    """Return what Dash answers to a request, or to a plain GET."""
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
