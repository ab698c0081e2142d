"""GET /api/v1/jobs/{id}/events: a job while it happens, as server-sent events, as a small ASGI function.

Events: `state` (a `JobAnswer`), `log` (`first`, the number of its first line, and `lines` with their attempt), `ping`
when nothing else was sent for a while, `end` after the last word of a job that is over. The id of an event is a cursor:
whoever brings the last one back, as `Last-Event-ID` or `?after=`, misses nothing and reads nothing twice. An id that is
none starts from the beginning.

One hub per process asks the database once per round for all jobs that somebody watches.
"""

import asyncio
import hashlib
import io
import json
import logging
import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import aclosing
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from asgiref.sync import sync_to_async
from django.contrib.auth import get_user
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.handlers.asgi import ASGIRequest
from django.db import DatabaseError, connection
from django.http import HttpResponse

from leaderboard.accounts.models import User
from leaderboard.api.answers import Message, Receive, Send, disconnected, problem_answer
from leaderboard.api.auth import reader
from leaderboard.api.jobs import job_values
from leaderboard.api.problems import ProblemError, refuse
from leaderboard.api.shapes import JobAnswer
from leaderboard.clock import database_now
from leaderboard.protocol import Problem
from leaderboard.runs.logs import LogLine, log_lines
from leaderboard.runs.selectors import find_job, job_view, may_manage
from leaderboard.runs.watching import Cursor, Glimpse, glimpses

log = logging.getLogger(__name__)

PATH = re.compile(r"/api/v1/jobs/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/events")
ASK_EVERY_S = 0.5
PING_EVERY_S = 5.0
LONGEST_S = 900.0  # rights and sessions end: whoever goes on comes back with the cursor
MOST_WATCHERS = 256  # each holds a connection; a page that is refused asks every few seconds instead
MOST_LINES = 500  # in one event

_AWAY = Problem(title="The database does not answer.", status=503, code="unavailable", hint="Try again later.")


class Hub:
    """Knows of every job that is watched what the database last said, and wakes its watchers when that changed."""

    def __init__(self) -> None:
        self._watchers: dict[UUID, set[asyncio.Event]] = {}
        self._latest: dict[UUID, Glimpse] = {}
        self._asking: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return sum(len(events) for events in self._watchers.values())

    def join(self, uuid: UUID) -> asyncio.Event:
        changed = asyncio.Event()
        self._watchers.setdefault(uuid, set()).add(changed)
        if uuid in self._latest:
            changed.set()
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        return changed

    def leave(self, uuid: UUID, changed: asyncio.Event) -> None:
        self._watchers[uuid].discard(changed)
        if not self._watchers[uuid]:
            del self._watchers[uuid]
            self._latest.pop(uuid, None)

    def latest(self, uuid: UUID) -> Glimpse | None:
        return self._latest.get(uuid)

    async def _ask(self) -> None:
        while self._watchers:
            try:
                found = await _glimpses(list(self._watchers))
            except Exception:
                log.exception("the database did not answer; asking again")
                found = {}
            for uuid, glimpse in found.items():
                if uuid in self._watchers and self._latest.get(uuid) != glimpse:
                    self._latest[uuid] = glimpse
                    for changed in self._watchers[uuid]:
                        changed.set()
            await asyncio.sleep(ASK_EVERY_S)


class Events:
    """The ASGI application of these paths."""

    def __init__(self) -> None:
        self.hub = Hub()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        try:
            watcher = await self._watcher(scope)
        except ProblemError as error:
            problem = Problem(title=error.title, status=error.status, code=error.code, hint=error.hint)
            await problem_answer(send, problem)
        except DatabaseError:
            log.exception("a job that somebody wants to watch could not be looked up")
            await problem_answer(send, _AWAY)
        else:
            await self._serve(watcher, receive, send)

    async def _watcher(self, scope: Message) -> "Watcher":
        """Raises ProblemError where there is nothing to watch, or too many do."""
        user = await _reader_of(scope)
        uuid = UUID(scope["path"].split("/")[4])
        mine = await _is_mine(uuid, user)
        if mine is None:
            refuse(404, "unknown_job", "There is no such job.", hint="GET /api/v1/jobs lists yours.")
        if len(self.hub) >= MOST_WATCHERS:
            hint = "Ask GET /api/v1/jobs/ID every few seconds instead."
            refuse(503, "too_many_watchers", "Too many are watching.", hint=hint)
        return Watcher(self.hub, uuid, user if mine else None, _cursor_of(scope))

    async def _serve(self, watcher: "Watcher", receive: Receive, send: Send) -> None:
        headers = [
            (b"content-type", b"text/event-stream; charset=utf-8"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        gone = asyncio.create_task(disconnected(receive))
        telling = asyncio.create_task(_tell(watcher, send))
        try:
            await asyncio.wait({gone, telling}, timeout=LONGEST_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
            telling.cancel()
            # It may be within a question to the database: its place is given up after it.
            (ended,) = await asyncio.gather(telling, return_exceptions=True)
            if isinstance(ended, Exception):
                log.error("a stream of events ended early; its reader comes back", exc_info=ended)
        await send({"type": "http.response.body", "body": b""})


class Watcher:
    """One who watches a job: what it was told, and what it is to be told next. `user` is None who may not read logs."""

    def __init__(self, hub: Hub, uuid: UUID, user: User | None, cursor: Cursor | None) -> None:
        self.hub = hub
        self.uuid = uuid
        self.user = user
        self.cursor = cursor or Cursor("", 0)
        self._log_length = -1

    async def events(self) -> AsyncGenerator[bytes, None]:
        """Yield events until the job is over and everything was said."""
        changed = self.hub.join(self.uuid)
        try:
            while True:
                try:
                    await asyncio.wait_for(changed.wait(), PING_EVERY_S)
                except TimeoutError:
                    yield _event("ping", {})
                    continue
                changed.clear()
                glimpse = self.hub.latest(self.uuid)
                if glimpse is None:
                    continue
                async for event in self._news(glimpse):
                    yield event
                if glimpse.view.is_over:
                    yield _event("end", {}, self.cursor)
                    return
        finally:
            self.hub.leave(self.uuid, changed)

    async def _news(self, glimpse: Glimpse) -> AsyncIterator[bytes]:
        """Log first: a state says that what came before it is known."""
        body = JobAnswer(**job_values(glimpse.view)).model_dump_json()
        revision = hashlib.sha256(body.encode()).hexdigest()[:12]
        # A line is whole when its attempt is over, too.
        if self.user is not None and (glimpse.log_length != self._log_length or revision != self.cursor.revision):
            for event in self._log_events(await _lines(self.uuid, self.user)):
                yield event
            self._log_length = glimpse.log_length
        if revision != self.cursor.revision:
            self.cursor = Cursor(revision, self.cursor.lines)
            yield _event("state", body, self.cursor)

    def _log_events(self, lines: tuple[LogLine, ...]) -> Iterator[bytes]:
        """Tell what follows the cursor; one beyond the end is of another log, and starts again."""
        start = self.cursor.lines if self.cursor.lines <= len(lines) else 0
        for at in range(start, len(lines), MOST_LINES):
            told = lines[at : at + MOST_LINES]
            self.cursor = Cursor(self.cursor.revision, at + len(told))
            shown = [{"attempt": line.attempt, "text": line.text} for line in told]
            yield _event("log", {"first": at + 1, "lines": shown}, self.cursor)


async def _tell(watcher: Watcher, send: Send) -> None:
    async with aclosing(watcher.events()) as events:
        async for event in events:
            await send({"type": "http.response.body", "body": event, "more_body": True})


def _event(name: str, data: str | Mapping[str, Any], cursor: Cursor | None = None) -> bytes:
    text = data if isinstance(data, str) else json.dumps(data)
    identity = f"id: {cursor}\n" if cursor else ""
    return f"event: {name}\n{identity}data: {text}\n\n".encode()


def _cursor_of(scope: Message) -> Cursor | None:
    headers = dict(scope["headers"])
    after = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("after", [""])[0]
    return Cursor.parsed(headers.get(b"last-event-id", b"").decode("latin-1") or after)


@sync_to_async(thread_sensitive=False)
def _reader_of(scope: Message) -> User | None:
    """Return who asks, by token or by session, as every other call finds it."""
    try:
        request = ASGIRequest(scope, io.BytesIO())
        SessionMiddleware(lambda _: HttpResponse()).process_request(request)
        request.user = get_user(request)
        return reader(request)
    finally:
        connection.close()


@sync_to_async(thread_sensitive=False)
def _is_mine(uuid: UUID, user: User | None) -> bool | None:
    """Say whether a user may read a job's log; None where there is no such job."""
    try:
        job = find_job(uuid)
        return None if job is None else may_manage(job, user)
    finally:
        connection.close()


@sync_to_async(thread_sensitive=False)
def _glimpses(uuids: list[UUID]) -> Mapping[UUID, Glimpse]:
    try:
        return glimpses(uuids, now=database_now())
    finally:
        connection.close()


@sync_to_async(thread_sensitive=False)
def _lines(uuid: UUID, user: User) -> tuple[LogLine, ...]:
    try:
        view = job_view(uuid, user=user, now=database_now())
        return log_lines(view.attempts) if view else ()
    finally:
        connection.close()
