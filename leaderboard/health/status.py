"""How the whole service is: what waits, what runs, which devices are there, what is wrong, and who is alive."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count

from leaderboard.accounts.mail_watch import MailLate, mail_late
from leaderboard.devices.models import Health
from leaderboard.devices.selectors import DeviceView, device_list
from leaderboard.runs.device_queue import last_measured
from leaderboard.runs.models import Attempt, Job, ReaperWatch
from leaderboard.runs.rivals import line
from leaderboard.runs.states import OPEN_JOB, AttemptState

_TROUBLE = (Health.FAILING, Health.UNKNOWN)
QUIET_AFTER = timedelta(seconds=60)
"""The reaper ticks every 15 s; four ticks missed are no accident."""


@dataclass(frozen=True, slots=True)
class RunningJob:
    """Of a private job neither id nor model is told."""

    id: UUID | None
    model: str | None
    device: str
    phase: str
    progress: float
    since: datetime | None


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    view: DeviceView
    last_measured_at: datetime | None


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """`ticked_at` is when a worker last did what beat rang for; None where that never happened.

    `silent` are devices that should take jobs and whose agents are not in contact; `stuck` counts the jobs that wait
    and that no device which is online and well could take.
    """

    at: datetime
    ticked_at: datetime | None
    jobs: dict[str, int]
    running: tuple[RunningJob, ...]
    devices: tuple[DeviceStatus, ...]
    incidents: tuple[DeviceView, ...]
    silent: tuple[DeviceView, ...]
    stuck: int
    mail_late: MailLate | None

    @property
    def alive(self) -> bool:
        return self.ticked_at is not None and self.at - self.ticked_at <= QUIET_AFTER


def service_status(*, now: datetime) -> ServiceStatus:
    """Seven queries, and one where mail is set up, however many devices and jobs there are."""
    devices = [view for view in device_list(now=now) if view.health != Health.RETIRED]
    measured = last_measured()
    counts = dict(Job.objects.filter(state__in=OPEN_JOB).values_list("state").annotate(count=Count("pk")))
    ticked = ReaperWatch.objects.filter(name="reaper").values_list("last_tick_at", flat=True).first()
    return ServiceStatus(
        at=now,
        ticked_at=ticked,
        jobs={state.value: counts.get(state, 0) for state in OPEN_JOB},
        running=_running(),
        devices=tuple(DeviceStatus(view, measured.get(view.slug)) for view in devices),
        incidents=tuple(view for view in devices if view.health in _TROUBLE and not view.takes_jobs),
        silent=tuple(view for view in devices if view.health != Health.MAINTENANCE and view.connection != "online"),
        mail_late=mail_late(now=now),
        stuck=sum(not one.takers.ready for one in line(devices, now=now)),
    )


def _running() -> tuple[RunningJob, ...]:
    rows = Attempt.objects.filter(state=AttemptState.CLAIMED).select_related("job__submission", "device").defer("log")
    return tuple(
        RunningJob(
            id=None if row.job.submission.private else row.job.uuid,
            model=None if row.job.submission.private else row.job.submission.model_name,
            device=row.device.slug,
            phase=row.phase,
            progress=row.progress,
            since=row.claimed_at,
        )
        for row in rows.order_by("claimed_at")
    )
