"""The WSGI application for several web processes: Django, with the limit on bodies before it, as in `asgi.py`."""

import os
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leaderboard.settings")
django_application = get_wsgi_application()

from leaderboard.api.limits import length_of, limit_of, refusal  # noqa: E402  Django must be set up first

_CHUNK_BYTES = 64 * 1024


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    headers = {
        "content-length": environ.get("CONTENT_LENGTH") or "0",
        "transfer-encoding": environ.get("HTTP_TRANSFER_ENCODING", ""),
    }
    limit = limit_of(environ.get("PATH_INFO", ""))
    refused = refusal(headers, limit=limit)
    if refused is None:
        return django_application(environ, start_response)
    # A proxy that still sends would say 502 in place of the answer; what is far too long is not worth reading.
    length = length_of(headers)
    if length is not None and length <= 2 * limit:
        _discard(environ["wsgi.input"], length)
    body = refused.model_dump_json().encode()
    kind = [("Content-Type", "application/problem+json"), ("Content-Length", str(len(body)))]
    start_response(f"{refused.status} {HTTPStatus(refused.status).phrase}", kind)
    return [body]


def _discard(body: Any, length: int) -> None:
    while length > 0 and (chunk := body.read(min(length, _CHUNK_BYTES))):
        length -= len(chunk)
