"""Where a job stands in line now, which devices could take it, and when one may."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from leaderboard.devices.models import Health
from leaderboard.devices.selectors import DeviceView, device_list
from leaderboard.runs.dispatching import waiting_jobs
from leaderboard.runs.estimates import Span, start_window
from leaderboard.runs.models import Attempt, Job
from leaderboard.runs.states import AttemptState
from leaderboard.submissions.places import Needs, lack


@dataclass(frozen=True, slots=True)
class PlaceInLine:
    """`position` is 1 for the next of `of` that wait for these devices. `start` is from now; None has its note.

    The order changes with who had how much of late, and so does the place.
    """

    position: int
    of: int
    devices: tuple[DeviceView, ...]
    start: Span | None
    start_note: str


def place_in_line(uuid: UUID, *, now: datetime) -> PlaceInLine | None:
    """Return where a job waits; None for one that does not, or was offered to a device."""
    job = waiting_jobs(now=now).select_related("submission__artefact", "device").filter(uuid=uuid).first()
    if job is None:
        return None
    able = tuple(view for view in device_list(now=now) if _can_take(view, job))
    names = [view.slug for view in able]
    here = Q(device__slug__in=names) | Q(device_class__in={view.kind for view in able}) | Q(pk=job.pk)
    line = list(waiting_jobs(now=now).filter(here).values_list("uuid", flat=True))
    before = line.index(uuid) if uuid in line else 0
    running = Attempt.objects.filter(device__slug__in=names, state=AttemptState.CLAIMED).count()
    there = Attempt.objects.filter(device__slug__in=names, state=AttemptState.DONE)
    lanes = sum(view.connection == "online" and view.takes_jobs for view in able)
    start, note = start_window(there, ahead=before + running, lanes=lanes)
    return PlaceInLine(before + 1, max(1, len(line)), able, start, note)


def _can_take(view: DeviceView, job: Job) -> bool:
    here = view.slug == job.device.slug if job.device else view.kind == job.device_class
    artefact = job.submission.artefact
    needs = Needs(artefact.runtime, job.submission.threads, artefact.size_bytes)
    return here and view.health != Health.RETIRED and lack(view, needs) is None
