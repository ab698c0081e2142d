"""What a submission can expect before it is made: where it can run, how long it waits and takes, from recent jobs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db.models import QuerySet

from leaderboard.devices.models import Health
from leaderboard.devices.selectors import DeviceView, SourceView, device_list
from leaderboard.protocol import Provenance
from leaderboard.runs.models import Attempt
from leaderboard.runs.rivals import (
    Takers,
    Wish,
    before_a_new_one,
    before_new_ones,
    line,
    on_devices,
    on_machines,
    sharing,
    takers_of,
)
from leaderboard.runs.states import AttemptState
from leaderboard.submissions.faults import Fault
from leaderboard.submissions.places import Needs, lack
from leaderboard.submissions.requests import SubmissionRequest
from leaderboard.submissions.services import Checked

RECENT = 20
NONE_FITS = "No device in service fits it; the job waits until one is there."
NONE_READY = "No fitting device is online and well now; the job waits until one is."
FREE = "A fitting device is free: it is offered the job at once."
NONE_DONE = "No past jobs on these devices tell how long those ahead take."
START_NOTES = (NONE_FITS, NONE_READY, FREE, NONE_DONE)


@dataclass(frozen=True)
class Span:
    """From the 25th to the 75th percentile of `n` recent jobs."""

    low_s: float
    high_s: float
    n: int


@dataclass(frozen=True)
class Estimate:
    """`run_time` and `start` are None where nothing is known, and their notes say why.

    `ready` are those of `devices` that are online and well; `ahead` counts the jobs that wait for them or are on them.
    """

    devices: tuple[str, ...]
    ready: tuple[str, ...]
    ahead: int
    run_time: Span | None
    run_time_note: str
    start: Span | None
    start_note: str


@dataclass(frozen=True)
class Place:
    """A device in service as a submitter chooses it: facts, and what it lacks for the model.

    `ahead` is what `Estimate` has for a job that names it.
    """

    device: DeviceView
    lack: Fault | None
    needed_bytes: int | None
    ahead: int
    best_source: SourceView | None


def needs_of(request: SubmissionRequest, checked: Checked) -> Needs:
    return Needs(checked.artefact.runtime, request.options.threads, checked.artefact.size_bytes)


def places(needs: Needs, *, now: datetime) -> tuple[Place, ...]:
    """Return every device in service, those that can measure it first."""
    devices = device_list(now=now)
    waiting, busy = before_new_ones(line(devices, now=now)), on_machines()
    found = [
        Place(
            device=view,
            lack=lack(view, needs),
            needed_bytes=needs.size_bytes,
            ahead=sharing(frozenset({view.slug}), waiting) + busy[view.agent],
            best_source=_best_source(view.sources),
        )
        for view in devices
        if view.health != Health.RETIRED
    ]
    return tuple(sorted(found, key=lambda place: (place.lack is not None, place.device.slug)))


def estimate(request: SubmissionRequest, checked: Checked, *, now: datetime) -> Estimate:
    """Return what is known from recent jobs of the same benchmark on the devices that could take this one."""
    devices = device_list(now=now)
    takers = takers_of(Wish(request.device, request.device_class, needs_of(request, checked)), devices)
    ahead = before_a_new_one(takers, line(devices, now=now)) + on_devices(takers)
    able = tuple(view.slug for view in takers.able)
    there = Attempt.objects.filter(device__slug__in=able, state=AttemptState.DONE)
    run_time = span_of(there.filter(job__benchmark=checked.benchmark))
    start, note = start_window(takers, ahead=ahead)
    return Estimate(
        devices=able,
        ready=tuple(view.slug for view in takers.ready),
        ahead=ahead,
        run_time=run_time,
        run_time_note="" if run_time else f"No past jobs of {checked.benchmark.slug} on these devices.",
        start=start,
        start_note=note,
    )


def start_window(takers: Takers, *, ahead: int) -> tuple[Span | None, str]:
    """Return from when to when, from now, a job with so many ahead of it is taken; None with why."""
    if not takers.able:
        return None, NONE_FITS
    if not takers.ready:
        return None, NONE_READY
    lanes = len(takers.machines)
    if ahead < lanes:
        return None, FREE
    able = [view.slug for view in takers.able]
    each = span_of(Attempt.objects.filter(device__slug__in=able, state=AttemptState.DONE))
    if each is None:
        return None, NONE_DONE
    # As many are measured side by side as there are machines; those that run may be nearly done.
    return Span((ahead - lanes) * each.low_s / lanes, ahead * each.high_s / lanes, each.n), ""


def span_of(attempts: QuerySet[Attempt]) -> Span | None:
    rows = attempts.filter(claimed_at__isnull=False, finished_at__isnull=False).order_by("-finished_at")
    seconds = [
        (ended - taken).total_seconds()
        for taken, ended in rows.values_list("claimed_at", "finished_at")[:RECENT]
        if taken and ended
    ]
    if not seconds:
        return None
    low_s, high_s = np.percentile(seconds, (25, 75))
    return Span(float(low_s), float(high_s), len(seconds))


def _best_source(sources: Iterable[SourceView]) -> SourceView | None:
    order = [provenance.value for provenance in Provenance]
    present = [source for source in sources if source.present]
    return min(present, key=lambda source: order.index(source.provenance), default=None)
