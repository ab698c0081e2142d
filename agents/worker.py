"""The agent as a Celery worker on its one queue. Celery carries the doorbell; all else is `agents.core`."""

import logging
import threading
from typing import Any
from uuid import UUID

from celery import Celery
from celery.app.trace import setup_worker_optimizations
from celery.worker import state
from kombu import Exchange, Queue

from agents import transport
from agents.core import Core
from agents.errors import StopAgent
from agents.tickets import TicketSource
from leaderboard.protocol import RUN_ATTEMPT_TASK

log = logging.getLogger(__name__)


def agent_app(source: TicketSource, queue: str) -> Celery:
    transport.register()
    app = Celery("perwatt-agent", broker=f"{transport.SCHEME}://server", set_as_current=False)
    app.conf.update(
        broker_transport_options={"source": source},
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,  # a server that is away is waited for, for ever
        broker_heartbeat=0,
        # no_declare: the queue is the server's table, there is nothing to declare from here.
        task_queues=[Queue(queue, Exchange("", no_declare=True), routing_key=queue, no_declare=True)],
        task_default_queue=queue,
        task_create_missing_queues=False,
        accept_content=["json"],
        task_serializer="json",
        # A ticket is only a doorbell: once heard it is done with, and the server rings again if nobody claims.
        task_acks_late=False,
        task_ignore_result=True,
        worker_pool="solo",
        worker_concurrency=1,
        worker_prefetch_multiplier=1,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        timezone="UTC",
    )
    return app


def add_task(app: Celery, core: Core, source: TicketSource) -> None:
    def run_attempt(attempt_id: str) -> None:
        try:
            core.handle_attempt(UUID(attempt_id))
        except StopAgent as order:
            source.halt(order)

    app.task(name=RUN_ATTEMPT_TASK, shared=False)(run_attempt)


def _stop_with(source: TicketSource) -> None:
    source.stop.wait()
    state.should_stop = 0  # type: ignore[assignment]  # an exit code, or None to go on


def run_worker(core: Core, source: TicketSource, queue: str) -> bool:
    """Serve until `source.stop` is set; true when Celery itself failed, which it has then logged.

    Installs no signal handlers.
    """
    # In this order: a stop that came before the worker must not be forgotten by it.
    state.should_stop = None
    threading.Thread(target=_stop_with, args=(source,), name="stop", daemon=True).start()
    app = agent_app(source, queue)
    add_task(app, core, source)
    options: dict[str, Any] = {"without_gossip": True, "without_mingle": True, "without_heartbeat": True}
    hostname = f"agent@{queue}"
    setup_worker_optimizations(app, hostname)  # as Celery's own worker program does: makes this app the current one
    worker = app.WorkController(hostname=hostname, queues=[queue], loglevel=logging.INFO, **options)
    worker.start()
    return bool(worker.exitcode)
