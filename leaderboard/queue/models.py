"""Tickets: the doorbell of an agent, kept in the database so that it commits with what it announces."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

HANDED_OUT_FOR = timedelta(seconds=10)


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible(self, *, now: datetime) -> "TicketQuerySet":
        return self.filter(Q(visible_at=None) | Q(visible_at__lte=now))

    def hand_out(self, pk: int, *, now: datetime) -> bool:
        """Hide the ticket for a while; false when somebody else was given it first."""
        return self.visible(now=now).filter(pk=pk).update(visible_at=now + HANDED_OUT_FOR) == 1


class Ticket(models.Model):
    """One Celery message waiting on an agent's queue. It may be lost or repeated: nothing depends on it."""

    queue = models.CharField(max_length=60)
    task_id = models.CharField(max_length=60)
    message = models.TextField()
    visible_at = models.DateTimeField(null=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["queue", "task_id"], name="one_ticket_per_task_and_queue")]

    def __str__(self) -> str:
        return f"{self.task_id} on {self.queue}"
