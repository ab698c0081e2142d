"""The server's half of the ticket transport: publishing to `agent.<uuid>` inserts a row."""

from typing import Any

from django.utils import timezone
from kombu.transport import TRANSPORT_ALIASES, virtual
from kombu.utils.json import dumps


class Channel(virtual.Channel):
    """Writes only: agents read tickets over HTTP."""

    do_restore = False

    def _put(self, queue: str, message: dict[str, Any], **_: Any) -> None:
        from leaderboard.queue.models import Ticket

        Ticket.objects.get_or_create(
            queue=queue, task_id=message["headers"]["id"], defaults={"message": dumps(message)}
        )

    def _size(self, queue: str) -> int:
        from leaderboard.queue.models import Ticket

        return Ticket.objects.filter(queue=queue).visible(now=timezone.now()).count()

    def _purge(self, queue: str) -> int:
        from leaderboard.queue.models import Ticket

        return Ticket.objects.filter(queue=queue).delete()[0]


class Transport(virtual.Transport):
    Channel = Channel
    driver_type = "tickets"
    driver_name = "tickets"
    state = virtual.BrokerState()

    def driver_version(self) -> str:
        return "1"


def register() -> None:
    TRANSPORT_ALIASES["tickets"] = "leaderboard.queue.transport:Transport"
