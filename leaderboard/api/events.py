"""GET /api/v1/jobs/{id}/events: a job while it happens, as a small ASGI function; `job_events` has what it says.

One hub per process asks the database once per round for all jobs that somebody watches.
"""

import asyncio
import io
import logging
import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
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
from leaderboard.api.job_events import KIND, PING, START, news
from leaderboard.api.problems import ProblemError, refuse
from leaderboard.clock import database_now
from leaderboard.protocol import Problem
from leaderboard.runs.logs import LogLine, log_lines
from leaderboard.runs.overdue import Lateness
from leaderboard.runs.selectors import find_job, job_view, may_manage
from leaderboard.runs.watching import Cursor, Glimpse, glimpses

log = logging.getLogger(__name__)

PATH = re.compile(r"/api/v1/jobs/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/events")
ASK_EVERY_S = 0.5
PING_EVERY_S = 5.0
LONGEST_S = 900.0  # rights and sessions end: whoever goes on comes back with the cursor
MOST_WATCHERS = 256  # each holds a connection; a page that is refused asks every few seconds instead

_AWAY = Problem(title="The database does not answer.", status=503, code="unavailable", hint="Try again later.")


class Hub:
    """Knows of every job that is watched what the database last said, and wakes its watchers when that changed."""

    def __init__(self) -> None:
        self._watchers: dict[UUID, set[asyncio.Event]] = {}
        self._latest: dict[UUID, Glimpse] = {}
        self._lateness = Lateness()
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
                found = await _glimpses(list(self._watchers), self._lateness)
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
            (b"content-type", KIND.encode()),
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
    """One who watches a job, and what it was told. `user` is None for who may not read its log."""

    def __init__(self, hub: Hub, uuid: UUID, user: User | None, cursor: Cursor) -> None:
        self.hub = hub
        self.uuid = uuid
        self.user = user
        self.cursor = cursor
        self._log_length = -1
        self._lines: tuple[LogLine, ...] = ()

    async def events(self) -> AsyncGenerator[bytes, None]:
        """Yield events until the job is over and everything was said."""
        changed = self.hub.join(self.uuid)
        try:
            while True:
                try:
                    # Not `wait_for`: in Python 3.11 it loses a cancellation that comes with the time.
                    async with asyncio.timeout(PING_EVERY_S):
                        await changed.wait()
                except TimeoutError:
                    yield PING
                    continue
                changed.clear()
                glimpse = self.hub.latest(self.uuid)
                if glimpse is None:
                    continue
                told, self.cursor = news(glimpse.view, await self._log(glimpse), self.cursor)
                yield b"".join(told)
                if glimpse.view.is_over:
                    return
        finally:
            self.hub.leave(self.uuid, changed)

    async def _log(self, glimpse: Glimpse) -> tuple[LogLine, ...]:
        """Ask for the log where it grew, or where its last line may have become whole."""
        if self.user is not None and (glimpse.log_length != self._log_length or glimpse.view.is_over):
            self._lines = await _lines(self.uuid, self.user)
            self._log_length = glimpse.log_length
        return self._lines


async def _tell(watcher: Watcher, send: Send) -> None:
    async with aclosing(watcher.events()) as events:
        async for event in events:
            await send({"type": "http.response.body", "body": event, "more_body": True})


def _cursor_of(scope: Message) -> Cursor:
    headers = dict(scope["headers"])
    after = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("after", [""])[0]
    return Cursor.parsed(headers.get(b"last-event-id", b"").decode("latin-1") or after) or START


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
        job = find_job(uuid, user=user)
        return None if job is None else may_manage(job, user)
    finally:
        connection.close()


@sync_to_async(thread_sensitive=False)
def _glimpses(uuids: list[UUID], lateness: Lateness) -> Mapping[UUID, Glimpse]:
    try:
        return glimpses(uuids, now=database_now(), lateness=lateness)
    finally:
        connection.close()


@sync_to_async(thread_sensitive=False)
def _lines(uuid: UUID, user: User) -> tuple[LogLine, ...]:
    try:
        view = job_view(uuid, user=user, now=database_now())
        return log_lines(view.attempts) if view else ()
    finally:
        connection.close()
