"""Handing tickets out to waiting agents."""

from collections.abc import Collection
from datetime import datetime

from leaderboard.queue.models import Ticket


def hand_out(*, queues: Collection[str], now: datetime) -> dict[str, str]:
    """Return one message per queue that has a visible ticket, each handed to this caller alone for a while."""
    handed: dict[str, str] = {}
    for ticket in Ticket.objects.filter(queue__in=queues).visible(now=now).order_by("pk"):
        if ticket.queue not in handed and Ticket.objects.hand_out(ticket.pk, now=now):
            handed[ticket.queue] = ticket.message
    return handed


def tear_up(*, task_id: str) -> None:
    """Remove the tickets of a task that was claimed or is over."""
    Ticket.objects.filter(task_id=task_id).delete()
