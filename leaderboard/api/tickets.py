"""GET /agent/v1/tickets: the long poll, as a small ASGI function.

Django keeps a thread per request in flight; here one hub per process asks the database for all who wait.
"""

import asyncio
import logging
from datetime import datetime
from urllib.parse import parse_qs

from asgiref.sync import sync_to_async
from django.db import DatabaseError, close_old_connections, connection

from leaderboard.accounts.models import digest
from leaderboard.api.answers import Message, Receive, Send, answer, disconnected, problem_answer
from leaderboard.api.auth import parsed_epoch
from leaderboard.clock import database_now
from leaderboard.devices.contacts import note_minute
from leaderboard.devices.models import Agent
from leaderboard.protocol import EPOCH_HEADER, Problem, TicketAnswer
from leaderboard.queue.tickets import hand_out

log = logging.getLogger(__name__)

PATH = "/agent/v1/tickets"
ASK_EVERY_S = 0.25
SHORTEST_WAIT_S = 1.0  # long enough for one question to the database, also for who does not want to wait
LONGEST_WAIT_S = 30.0


class Hub:
    """Asks the database once per round for every queue that somebody waits on, and only while somebody waits."""

    def __init__(self) -> None:
        self._waiting: dict[str, asyncio.Future[str]] = {}
        self._asking: asyncio.Task[None] | None = None

    async def wait(self, queue: str, seconds: float) -> str | None:
        """Return a message for the queue, or None in time. A newer waiter on the same queue sends the older home."""
        future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        older = self._waiting.pop(queue, None)
        if older is not None:
            older.cancel()
        self._waiting[queue] = future
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        try:
            return await asyncio.wait_for(future, timeout=seconds)
        except (TimeoutError, asyncio.CancelledError):
            if _being_cancelled():
                raise
            return None
        finally:
            if self._waiting.get(queue) is future:
                del self._waiting[queue]

    async def _ask(self) -> None:
        while self._waiting:
            try:
                handed = await _hand_out(list(self._waiting))
            except Exception:
                log.exception("the database did not answer; asking again")
                handed = {}
            for queue, message in handed.items():
                future = self._waiting.get(queue)
                if future is not None and not future.done():
                    future.set_result(message)
            await asyncio.sleep(ASK_EVERY_S)


def _being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


@sync_to_async(thread_sensitive=False)
def _hand_out(queues: list[str]) -> dict[str, str]:
    try:
        return hand_out(queues=queues, now=database_now())
    finally:
        connection.close()


@sync_to_async(thread_sensitive=False)
def _queue_of(secret: str, epoch: str) -> str | int:
    """Return the queue of the agent behind a secret, or the status of the refusal; note the contact."""
    close_old_connections()
    try:
        agent = Agent.objects.filter(secret_hash=digest(secret)).first()
        if agent is None:
            return 401
        number = parsed_epoch(epoch)
        if number is None:
            return 400
        known = Agent.objects.filter(pk=agent.pk, session_epoch=number)
        now = database_now()
        if known.update(last_seen_at=now) != 1:
            return 409
        note_minute(agent_id=agent.pk, before=agent.last_seen_at, now=now)
        return agent.queue_name
    finally:
        connection.close()


@sync_to_async(thread_sensitive=False)
def _now() -> datetime:
    try:
        return database_now()
    finally:
        connection.close()


_REFUSALS = {
    400: Problem(title=f"The header {EPOCH_HEADER} is missing or no number.", status=400, code="no_session"),
    401: Problem(title="No valid agent token came with the request.", status=401, code="not_signed_in"),
    409: Problem(title="A newer process of this agent is in session.", status=409, code="superseded"),
    503: Problem(title="The database does not answer.", status=503, code="unavailable", hint="Try again later."),
}


class Tickets:
    """The ASGI application of the one path."""

    def __init__(self) -> None:
        self.hub = Hub()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        kind, _, secret = headers.get("authorization", "").partition(" ")
        try:
            found = await _queue_of(secret if kind.lower() == "bearer" else "", headers.get(EPOCH_HEADER.lower(), ""))
        except DatabaseError:
            log.exception("an agent that asked for tickets could not be looked up")
            found = 503
        if isinstance(found, int):
            await problem_answer(send, _REFUSALS[found])
            return
        message = await self._wait(found, _wait_s(scope), receive)
        if message is None:
            await answer(send, 204, b"")
            return
        ticket = TicketAnswer(message=message, server_time=await _now())
        await answer(send, 200, ticket.model_dump_json().encode())

    async def _wait(self, queue: str, seconds: float, receive: Receive) -> str | None:
        """Wait for a ticket, but not beyond the caller's own patience: a ticket for nobody would be late for all."""
        gone = asyncio.create_task(disconnected(receive))
        ticket = asyncio.create_task(self.hub.wait(queue, seconds))
        await asyncio.wait({gone, ticket}, return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        if not ticket.done():
            ticket.cancel()
            return None
        return ticket.result()


def _wait_s(scope: Message) -> float:
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("wait", ["20"])[0]
    return min(max(float(asked), SHORTEST_WAIT_S), LONGEST_WAIT_S) if asked.isascii() and asked.isdigit() else 20.0
