"""`pull://`: the agent's half of the ticket transport, kombu reading from the ticket source."""

from queue import Empty
from typing import Any, NoReturn

from kombu import Connection
from kombu.transport import TRANSPORT_ALIASES, virtual

from agents.errors import UnreachableError
from agents.tickets import TicketSource

SCHEME = "pull"


class Channel(virtual.Channel):
    """Reads only. A ticket that is not acknowledged is not put back either: the server rings again."""

    do_restore = False

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:  # noqa: ARG002  one queue, one wait
        ticket = _source_of(self.connection.client).get()
        if ticket is None:
            raise Empty
        return ticket.message

    def _put(self, queue: str, message: dict[str, Any], **_: Any) -> NoReturn:
        raise NotImplementedError("an agent publishes nothing; it speaks to its server over HTTP")

    def _purge(self, _queue: str) -> int:
        return 0


class Transport(virtual.Transport):
    Channel = Channel
    driver_type = SCHEME
    driver_name = SCHEME
    # `_get` waits by itself, and comes back for a ticket at once: no sleep on top.
    polling_interval = None
    connection_errors = (UnreachableError,)
    channel_errors = ()

    def establish_connection(self) -> "Transport":
        _source_of(
            self.client
        ).ping()  # a real question to the server: without it Celery believes in a connection that is not there
        connection: Transport = super().establish_connection()
        return connection

    def drain_events(self, connection: Any, timeout: float | None = None, **_: Any) -> None:  # noqa: ARG002  kombu's
        try:
            self.cycle.get(self._deliver, timeout=timeout)  # type: ignore[union-attr]  # kombu sets it on creation
        except Empty:
            raise TimeoutError from None  # one look, so that Celery sees its stop flag soon

    def driver_version(self) -> str:
        return "1"


def _source_of(client: Connection | None) -> TicketSource:
    options = client.transport_options if client is not None else None
    if not options or not isinstance(options.get("source"), TicketSource):
        raise ValueError(f"{SCHEME}:// reads from the ticket source in the transport option `source`")
    source: TicketSource = options["source"]
    return source


def register() -> None:
    TRANSPORT_ALIASES[SCHEME] = f"{__name__}:{Transport.__name__}"
