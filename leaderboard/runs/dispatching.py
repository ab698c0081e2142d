"""Late binding: a job meets a machine only when the machine is free."""

import logging
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from leaderboard.catalog.models import RUNTIMES
from leaderboard.devices.models import Agent, Device, Health
from leaderboard.queue.broker import ring_agent
from leaderboard.runs.models import Attempt, Job
from leaderboard.runs.states import AttemptState, JobState
from leaderboard.runs.timers import FAIR_SHARE_WINDOW, RE_RING_AFTER

log = logging.getLogger(__name__)


def dispatch(*, now: datetime) -> int:
    """Give each free machine the next job that fits it; return how many were given."""
    if not waiting_jobs(now=now).exists():
        return 0
    by_agent: dict[Agent, list[Device]] = {}
    free = Device.objects.schedulable(now=now).exclude(agent__attempts__in=Attempt.objects.active())
    for device in free.order_by("agent", "key"):
        by_agent.setdefault(device.agent, []).append(device)
    return sum(_give(agent, devices, now=now) for agent, devices in by_agent.items())


def waiting_jobs(*, now: datetime) -> QuerySet[Job]:
    """Return queued jobs without an active attempt: by priority, then who had least of late, then age."""
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
    next_job = _next_job(devices, now=now)
    if next_job is None:
        return 0
    job, device = next_job
    number = (job.attempts.aggregate(last=Max("number"))["last"] or 0) + 1
    try:
        with transaction.atomic():
            if not Job.objects.filter(state=JobState.QUEUED, cancel_requested_at=None).hold(job.pk):
                return 0
            attempt = Attempt.objects.create(
                job=job, agent=agent, device=device, number=number, dispatched_at=now, rung_at=now
            )
            ring_agent(queue=agent.queue_name, attempt_id=str(attempt.uuid))
    except IntegrityError:
        # Another dispatcher was faster; the constraints say so, and there is nothing to mend.
        log.info("%s or %s was taken meanwhile", job, agent)
        return 0
    return 1


def _next_job(devices: list[Device], *, now: datetime) -> tuple[Job, Device] | None:
    """Return the first job in line that a device of this machine can measure, and that device."""
    line = waiting_jobs(now=now)
    found = [(job, device) for device in devices if (job := line.filter(_fits(device)).first())]
    return min(found, key=lambda pair: _place_in_line(pair[0]), default=None)


def _fits(device: Device) -> Q:
    formats = [name for name, runtime in RUNTIMES.items() if runtime in device.runtimes]
    here = Q(device=device) | Q(device_class=device.kind)
    runnable = here & Q(submission__artefact__format__in=formats)
    if device.health == Health.FAILING:
        runnable &= Q(purpose=Job.Purpose.REFERENCE)  # how it gets well again
    return runnable if device.cores is None else runnable & Q(submission__threads__lte=device.cores)


def _place_in_line(job: Job) -> tuple[int, int, datetime, int]:
    return -job.priority, getattr(job, "had_of_late", 0), job.created_at, job.pk


def re_ring(*, now: datetime) -> int:
    """Ring again for attempts that nobody claimed for a while; return how many."""
    late = Attempt.objects.filter(state=AttemptState.DISPATCHED, rung_at__lte=now - RE_RING_AFTER)
    return sum(ring_again(attempt, now=now) for attempt in late.select_related("agent").defer("log"))


def ring_again(attempt: Attempt, *, now: datetime) -> bool:
    """Put the ticket of an offer on its agent's queue once more, unless it was taken or withdrawn meanwhile."""
    with transaction.atomic():
        rows = Attempt.objects.filter(pk=attempt.pk, state=AttemptState.DISPATCHED)
        rung = rows.update(rung_at=now) == 1
        if rung:
            ring_agent(queue=attempt.agent.queue_name, attempt_id=str(attempt.uuid))
    return rung
