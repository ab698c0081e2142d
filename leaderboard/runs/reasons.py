"""Why a job ended, and why one waits: what is known of the devices that could take it.

A reason's sentence is English, which is what REST, the events and the command line say to everybody. A page has it in
the language of its reader: it fills a translated `template` with the same `values`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from leaderboard.devices.models import Connection, Device, Health
from leaderboard.protocol import FAILURES, Code, FailureKind
from leaderboard.runs.models import Job
from leaderboard.runs.states import JobState

MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class Wait:
    """`sentence` has `{words}` for the names of devices, and for what their operators or checks noted."""

    sentence: str
    fault: str
    hint: str


WAITS: Mapping[str, Wait] = {
    "offered": Wait("A device was offered the job and is about to take it.", "nobody", ""),
    "no_device": Wait("No device fits any more.", "nobody", "Submit it again for another device."),
    "device_offline": Wait("No fitting device is online ({devices}).", "the device", "Start its agent."),
    "device_unhealthy": Wait("{device} takes no jobs: {why}.", "the device", "See its page."),
    "device_busy": Wait("In line: a fitting device takes the job once it is free.", "nobody", ""),
}
NOT_GOOD = "its health is not good"


@dataclass(frozen=True)
class Reason:
    """Why a job ended or waits: a stable code, whose fault it is, what happened and what to do."""

    code: str
    sentence: str
    fault: str
    hint: str
    template: str
    values: Mapping[str, str] = field(default_factory=dict)


def devices_in_service() -> tuple[Device, ...]:
    return tuple(Device.objects.select_related("agent").exclude(health=Health.RETIRED).order_by("slug"))


def reason_of(job: Job, devices: tuple[Device, ...], *, is_offered: bool, now: datetime) -> Reason | None:
    """`devices` are those in service, where the job waits."""
    if job.state == JobState.QUEUED:
        if is_offered:
            return _waits("offered")
        return _why_waiting([device for device in devices if _fits(device, job)], now=now)
    if not job.code:
        return None
    failure = FAILURES[Code(job.code)]
    return Reason(job.code, failure.sentence, failure.fault, failure.hint, failure.sentence)


def fault_of(job: Job) -> str | None:
    if job.state != JobState.FAILED or not job.code:
        return None
    return "user" if FAILURES[Code(job.code)].kind == FailureKind.OUTCOME else "system"


def filled(template: str, values: Mapping[str, str]) -> str:
    """Return the sentence; one without values has no places for them, whatever braces it has."""
    return template.format_map(values) if values else template


def _fits(device: Device, job: Job) -> bool:
    here = device.pk == job.device_id if job.device_id else device.kind == job.device_class
    return here and device.can_run(job.submission.artefact.runtime, threads=job.submission.threads)


def _why_waiting(devices: list[Device], *, now: datetime) -> Reason:
    if not devices:
        return _waits("no_device")
    online = [device for device in devices if device.agent.connection(now=now) == Connection.ONLINE]
    if not online:
        return _waits("device_offline", devices=", ".join(device.slug for device in devices[:MOST_NAMES]))
    if not any(device.takes_jobs() for device in online):
        why = online[0].health_reason or online[0].agent.health_reason or NOT_GOOD
        return _waits("device_unhealthy", device=online[0].slug, why=why)
    return _waits("device_busy")


def _waits(code: str, **values: str) -> Reason:
    wait = WAITS[code]
    return Reason(code, filled(wait.sentence, values), wait.fault, wait.hint, wait.sentence, values)
