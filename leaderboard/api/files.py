"""Files as answers, a chunk at a time under both kinds of server."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from django.core.handlers.asgi import ASGIRequest
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse

CHUNK_BYTES = 1024**2
KIND = "application/octet-stream"


def file_response(request: HttpRequest, path: Path, *, kind: str = KIND) -> HttpResponseBase:
    """Return the file as an answer; raises FileNotFoundError.

    Under ASGI, Django would read what a plain iterator gives to its end before it sends the first byte.
    """
    size = path.stat().st_size
    if not isinstance(request, ASGIRequest):
        return FileResponse(path.open("rb"), content_type=kind)
    return StreamingHttpResponse(_chunks(path), content_type=kind, headers={"Content-Length": str(size)})


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    file = await asyncio.to_thread(path.open, "rb")
    try:
        while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
            yield chunk
    finally:
        file.close()
