"""Tickets from the server: one thread polls while somebody waits, so that nobody who must hear a signal ever blocks."""

import base64
import json
import logging
import threading
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from agents.backoff import Backoff
from agents.client import TICKET_WAIT_S, AgentClient
from agents.errors import BadTicketError, RefusedError, StopAgent, UnreachableError
from agents.session import Session
from leaderboard.protocol import RUN_ATTEMPT_TASK

log = logging.getLogger(__name__)

WAIT_S = 0.5  # a stop is noticed this late at worst; a ticket at once


@dataclass(frozen=True)
class Ticket:
    """`message` is the Celery message as kombu holds it; all it says is `attempt_id`."""

    message: dict[str, Any]
    attempt_id: UUID


def read_ticket(text: str) -> Ticket:
    """Raises BadTicketError for anything but a message of the one task an agent knows."""
    try:
        message = json.loads(text)
        headers, properties = message["headers"], message["properties"]
        # Celery ends a worker whose message lacks one of these, so a message without them never reaches it.
        _needed = headers["id"], properties["delivery_tag"], properties["delivery_info"]["routing_key"]
        if headers["task"] != RUN_ATTEMPT_TASK or message["content-type"] != "application/json":
            raise BadTicketError
        body = message["body"]
        if properties.get("body_encoding") == "base64":
            body = base64.b64decode(body)
        _args, kwargs, _embedded = json.loads(body)
        return Ticket(message, UUID(kwargs["attempt_id"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadTicketError from error


class TicketSource:
    """Hands out one ticket at a time.

    Polls only while a caller waits in `get`, or came back empty-handed from it: after a ticket is handed out nothing
    is sent until the next `get`, so an agent that measures does not poll, and the idle sync cannot meet a measurement.
    """

    def __init__(
        self,
        client: AgentClient,
        session: Session,
        *,
        poll_s: int = TICKET_WAIT_S,
    ) -> None:
        self._client = client
        self._session = session
        self._poll_s = poll_s
        self._change = threading.Condition()
        self._wanted = False
        self._ticket: Ticket | None = None
        self._thread: threading.Thread | None = None
        self.stopped_by: StopAgent | None = None

    @property
    def stop(self) -> threading.Event:
        return self._client.stop

    def get(self, wait_s: float = WAIT_S) -> Ticket | None:
        if self.stop.is_set():
            return None
        self._start()
        with self._change:
            self._wanted = True
            self._change.notify_all()
            self._change.wait_for(lambda: self._ticket is not None, wait_s)
            ticket, self._ticket = self._ticket, None
            self._wanted = ticket is None
            return ticket

    def ping(self) -> None:
        """Ask the server whether it is there and wants this agent, unless it just said so.

        Raises UnreachableError; an order to stop is noted, and then reads as unreachable too.
        """
        try:
            self._session.keep(at_most_s=5)
        except StopAgent as order:
            self.halt(order)
            raise UnreachableError(str(order)) from None

    def halt(self, order: StopAgent) -> None:
        self.stopped_by = self.stopped_by or order
        self.stop.set()

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._poll_on, name="tickets", daemon=True)
            self._thread.start()

    def _poll_on(self) -> None:
        backoff = Backoff(self.stop)
        while not self.stop.is_set():
            with self._change:
                if not self._change.wait_for(lambda: self._wanted and self._ticket is None, 60):
                    continue
            ticket = self._poll(backoff)
            with self._change:
                self._ticket = ticket
                self._change.notify_all()

    def _poll(self, backoff: Backoff) -> Ticket | None:
        """One long poll; whatever goes wrong is waited out here, except an order to stop."""
        try:
            self._session.keep()
            answer = self._client.ticket(wait_s=self._poll_s)
            backoff.reset()
            return read_ticket(answer.message) if answer else None
        except StopAgent as order:
            self.halt(order)
        except BadTicketError:
            log.warning("the server handed out something that is not a ticket; it is ignored")
        except (UnreachableError, RefusedError) as error:
            log.warning("no tickets: %s", error)
            backoff.pause(getattr(error, "retry_after_s", None))
        except Exception:
            # A full disk, say: the agent stays, and tries again.
            log.exception("no tickets")
            backoff.pause()
        return None
