"""The ASGI application: Django, with the agents' calls beside it and a limit on bodies before it."""

import os
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leaderboard.settings")
django_application = get_asgi_application()

from leaderboard.api.answers import Message, Receive, Send, problem_answer  # noqa: E402  Django must be set up first
from leaderboard.api.events import PATH as EVENTS  # noqa: E402  Django must be set up first
from leaderboard.api.events import Events  # noqa: E402  Django must be set up first
from leaderboard.api.limits import limit_of, refusal  # noqa: E402  Django must be set up first
from leaderboard.api.short_calls import PATHS, ShortCalls  # noqa: E402  Django must be set up first
from leaderboard.api.tickets import PATH, Tickets  # noqa: E402  Django must be set up first

tickets = Tickets()
events = Events()
short_calls = ShortCalls()


async def application(scope: Message, receive: Receive, send: Send) -> Any:
    if scope["type"] == "lifespan":
        return await _lifespan(receive, send)
    if scope["type"] != "http":
        return None
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    refused = refusal(headers, limit=limit_of(scope["path"]))
    if refused is not None:
        return await problem_answer(send, refused)
    return await _application_of(scope["method"], scope["path"])(scope, receive, send)


def _application_of(method: str, path: str) -> Any:
    if method == "GET" and path == PATH:
        return tickets
    if method == "GET" and EVENTS.fullmatch(path):
        return events
    return short_calls if path.startswith(PATHS) else django_application


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
