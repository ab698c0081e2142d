"""Answers below Django: what the long poll and the body limit send."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from leaderboard.protocol import Problem

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


async def answer(send: Send, status: int, body: bytes, kind: str = "application/json") -> None:
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def problem_answer(send: Send, problem: Problem) -> None:
    await answer(send, problem.status, problem.model_dump_json().encode(), "application/problem+json")


async def disconnected(receive: Receive) -> None:
    """Return when who asked is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
