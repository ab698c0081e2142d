"""The agent without Celery: the same core, fed by a plain loop."""

import logging
from uuid import UUID

from agents.core import Core
from agents.errors import StopAgent
from agents.tickets import TicketSource

log = logging.getLogger(__name__)


def run_polling(core: Core, source: TicketSource, *, once: bool = False) -> None:
    """Serve until told to stop, or with `once` until one attempt was handled."""
    while not source.stop.is_set():
        ticket = source.get()
        if ticket is None:
            continue
        _handle(core, source, ticket.attempt_id)
        if once:
            return


def _handle(core: Core, source: TicketSource, attempt_id: UUID) -> None:
    try:
        core.handle_attempt(attempt_id)
    except StopAgent as order:
        source.halt(order)
    except Exception:
        # One attempt that went wrong is no reason to leave the others waiting.
        log.exception("attempt %s", attempt_id)
