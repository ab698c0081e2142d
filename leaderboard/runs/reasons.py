"""Why a job ended, and why one waits: what is known of the devices that could take it."""

from dataclasses import dataclass
from datetime import datetime

from leaderboard.devices.models import Connection, Device, Health
from leaderboard.protocol import FAILURES, Code, FailureKind
from leaderboard.runs.models import Job
from leaderboard.runs.states import JobState


@dataclass(frozen=True)
class Reason:
    """Why a job ended or waits: a stable code, whose fault it is, what happened and what to do."""

    code: str
    sentence: str
    fault: str
    hint: str


def devices_in_service() -> tuple[Device, ...]:
    return tuple(Device.objects.select_related("agent").exclude(health=Health.RETIRED).order_by("slug"))


def reason_of(job: Job, devices: tuple[Device, ...], *, is_offered: bool, now: datetime) -> Reason | None:
    """`devices` are those in service, where the job waits."""
    if job.state == JobState.QUEUED:
        if is_offered:
            return Reason("offered", "A device was offered the job and is about to take it.", "nobody", "")
        return _why_waiting([device for device in devices if _fits(device, job)], now=now)
    if not job.code:
        return None
    failure = FAILURES[Code(job.code)]
    return Reason(job.code, failure.sentence, failure.fault, failure.hint)


def fault_of(job: Job) -> str | None:
    if job.state != JobState.FAILED or not job.code:
        return None
    return "user" if FAILURES[Code(job.code)].kind == FailureKind.OUTCOME else "system"


def _fits(device: Device, job: Job) -> bool:
    here = device.pk == job.device_id if job.device_id else device.kind == job.device_class
    return here and device.can_run(job.submission.artefact.runtime, threads=job.submission.threads)


def _why_waiting(devices: list[Device], *, now: datetime) -> Reason:
    if not devices:
        return Reason("no_device", "No device fits any more.", "nobody", "Submit it again for another device.")
    online = [device for device in devices if device.agent.connection(now=now) == Connection.ONLINE]
    if not online:
        names = ", ".join(device.slug for device in devices[:3])
        return Reason("device_offline", f"No fitting device is online ({names}).", "the device", "Start its agent.")
    healthy = [device for device in online if device.takes_jobs()]
    if not healthy:
        why = online[0].health_reason or online[0].agent.health_reason or "its health is not good"
        return Reason("device_unhealthy", f"{online[0].slug} takes no jobs: {why}.", "the device", "See its page.")
    return Reason("device_busy", "Every fitting device is busy; the job is in line.", "nobody", "")
