"""Late binding: a job meets a machine only when the machine is free."""

import logging
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from leaderboard.devices.models import Agent, Device
from leaderboard.queue.broker import ring_agent
from leaderboard.runs.models import Attempt, Job
from leaderboard.runs.states import JobState
from leaderboard.runs.timers import FAIR_SHARE_WINDOW, RE_RING_AFTER

log = logging.getLogger(__name__)


def dispatch(*, now: datetime) -> int:
    """Give each free machine the next job that fits it; return how many were given."""
    if not waiting_jobs(now=now).exists():
        return 0
    by_agent: dict[Agent, list[Device]] = {}
    for device in Device.objects.schedulable(now=now).exclude(agent__attempts__in=Attempt.objects.active()):
        by_agent.setdefault(device.agent, []).append(device)
    return sum(_give(agent, devices, now=now) for agent, devices in by_agent.items())


def waiting_jobs(*, now: datetime) -> QuerySet[Job]:
    """Return queued jobs without an active attempt, fairest first: who had least of late, then priority, then age."""
    recent = (
        Attempt.objects.filter(
            job__submission__submitted_by=OuterRef("submission__submitted_by"),
            dispatched_at__gt=now - FAIR_SHARE_WINDOW,
        )
        .order_by()
        .values("job__submission__submitted_by")
        .annotate(count=Count("pk"))
        .values("count")
    )
    return (
        Job.objects.filter(state=JobState.QUEUED, cancel_requested_at=None)
        .exclude(attempts__in=Attempt.objects.active())
        .annotate(had_of_late=Coalesce(Subquery(recent), 0))
        .order_by("-priority", "had_of_late", "created_at", "pk")
    )


def _give(agent: Agent, devices: list[Device], *, now: datetime) -> int:
    fits = Q(device__in=devices) | Q(device_class__in={device.kind for device in devices})
    job = waiting_jobs(now=now).filter(fits).first()
    if job is None:
        return 0
    device = next(item for item in devices if item.pk == job.device_id or item.kind == job.device_class)
    number = (job.attempts.aggregate(last=Max("number"))["last"] or 0) + 1
    try:
        with transaction.atomic():
            attempt = Attempt.objects.create(
                job=job, agent=agent, device=device, number=number, dispatched_at=now, rung_at=now
            )
            ring_agent(queue=agent.queue_name, attempt_id=str(attempt.uuid))
    except IntegrityError:
        # Another dispatcher was faster; the constraints say so, and there is nothing to mend.
        log.info("%s or %s was taken meanwhile", job, agent)
        return 0
    return 1


def re_ring(*, now: datetime) -> int:
    """Ring again for attempts that nobody claimed for a while; return how many."""
    late = Attempt.objects.active().filter(claimed_at=None, rung_at__lte=now - RE_RING_AFTER)
    count = 0
    for attempt in late.select_related("agent"):
        with transaction.atomic():
            if late.filter(pk=attempt.pk).update(rung_at=now) == 1:
                ring_agent(queue=attempt.agent.queue_name, attempt_id=str(attempt.uuid))
                count += 1
    return count
