"""The WSGI application for several web processes: Django, with the limit on bodies before it, as in `asgi.py`."""

import os
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leaderboard.settings")
django_application = get_wsgi_application()

from leaderboard.api.limits import limit_of, refusal  # noqa: E402  Django must be set up first

_CHUNK_BYTES = 64 * 1024
_LENGTH_DIGITS = 16


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    headers = {
        "content-length": environ.get("CONTENT_LENGTH") or "0",
        "transfer-encoding": environ.get("HTTP_TRANSFER_ENCODING", ""),
    }
    limit = limit_of(environ.get("PATH_INFO", ""))
    refused = refusal(headers, limit=limit)
    if refused is None:
        return django_application(environ, start_response)
    _discard(environ, most=2 * limit)
    body = refused.model_dump_json().encode()
    kind = [("Content-Type", "application/problem+json"), ("Content-Length", str(len(body)))]
    start_response(f"{refused.status} {HTTPStatus(refused.status).phrase}", kind)
    return [body]


def _discard(environ: dict[str, Any], *, most: int) -> None:
    """Read what was refused, unless it is far too long: a proxy that still sends would say 502 and not the answer."""
    length = environ.get("CONTENT_LENGTH") or "0"
    left = int(length) if length.isdecimal() and len(length) < _LENGTH_DIGITS else 0
    while 0 < left <= most and (chunk := environ["wsgi.input"].read(min(left, _CHUNK_BYTES))):
        left -= len(chunk)
