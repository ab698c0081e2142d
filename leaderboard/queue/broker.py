"""The two Celery applications: the server's own tasks, and the tickets of the agents. The only door to Celery."""

import logging
import os
from enum import StrEnum
from typing import Any

from celery import Celery
from django.conf import settings
from django.db import transaction
from kombu import Exchange, Queue

from leaderboard.protocol import RUN_ATTEMPT_TASK

log = logging.getLogger(__name__)


class TaskName(StrEnum):
    """The server's own tasks. Each is idempotent and swept, so that a lost message costs time only."""

    DISPATCH = "perwatt.dispatch"
    HEALTH = "perwatt.health"
    MAIL = "perwatt.mail"
    PRUNE = "perwatt.prune"
    REAP = "perwatt.reap"
    RE_RING = "perwatt.re_ring"
    CHECK_TRACE = "perwatt.check_trace"
    SCORE = "perwatt.score"
    SWEEP = "perwatt.sweep"


def _filesystem_options() -> dict[str, Any]:
    folders = {name: settings.BROKER_DIR / name for name in ("queue", "processed", "control")}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    return {
        "data_folder_in": str(folders["queue"]),
        "data_folder_out": str(folders["queue"]),
        "processed_folder": str(folders["processed"]),
        "control_folder": str(folders["control"]),
        "polling_interval": 0.5,  # a look costs CPU time beside a measurement
    }


# Whoever rings has a person waiting: kombu would try a closed port for six seconds, also with retry=False.
_NETWORK_OPTIONS = {"confirm_publish": True, "max_retries": 1, "interval_start": 0, "interval_step": 0}


# Celery's command line takes BROKER_URL for itself and lays it over the broker of every application in the process:
# tickets would go to RabbitMQ, where no agent looks.
for _variable in ("CELERY_BROKER_URL", "CELERY_BROKER_READ_URL", "CELERY_BROKER_WRITE_URL"):
    os.environ.pop(_variable, None)


def _server_app() -> Celery:
    app = Celery("perwatt", broker=settings.BROKER_URL, set_as_current=False)
    embedded = settings.BROKER_URL.startswith("filesystem://")
    app.conf.update(
        broker_transport_options=_filesystem_options() if embedded else _NETWORK_OPTIONS,
        broker_connection_timeout=2,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,  # a worker outlasts every outage of its broker
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_soft_time_limit=None if embedded else 240,
        worker_prefetch_multiplier=4,
        worker_hijack_root_logger=False,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        timezone="UTC",
    )
    return app


def _agent_app() -> Celery:
    app = Celery("perwatt-agents", broker="tickets://database", set_as_current=False)
    app.conf.update(task_serializer="json", accept_content=["json"], task_ignore_result=True)
    return app


server_app = _server_app()
agent_app = _agent_app()


def ring(task: TaskName, **kwargs: Any) -> None:
    """Ask the worker for a task once the transaction commits. A broker that is down costs time, never the commit."""
    transaction.on_commit(lambda: _publish(task, kwargs), robust=True)


def _publish(task: TaskName, kwargs: dict[str, Any]) -> None:
    try:
        server_app.send_task(task.value, kwargs=kwargs, retry=False)
    except Exception as error:  # noqa: BLE001  every broker has its own errors, and the sweep does the work anyway
        # What a broker replies names rights and queues, never the password; other errors may quote the address.
        reason = getattr(error, "reply_text", None) or type(error).__name__
        log.warning("could not ring %s (%s); the next sweep does it", task.value, reason)


def ring_agent(*, queue: str, attempt_id: str) -> None:
    """Put a ticket on an agent's queue, inside the caller's transaction; a ticket that waits is not doubled."""
    # A bare queue name raises, and an empty exchange with a routing key lands in the default queue in silence.
    target = Queue(queue, Exchange("", no_declare=True), routing_key=queue, no_declare=True)
    agent_app.send_task(
        RUN_ATTEMPT_TASK,
        kwargs={"attempt_id": attempt_id},
        task_id=attempt_id,
        queue=target,  # type: ignore[arg-type]  # the stubs know names only, kombu takes a Queue
        retry=False,
    )
