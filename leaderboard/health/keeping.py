"""What an operator does with a device: out of service and back, and a check now. Each leaves its event."""

from datetime import datetime

from django.db import transaction

from leaderboard.accounts.models import User
from leaderboard.devices.models import Device, DeviceEvent, Health
from leaderboard.health.models import Cause
from leaderboard.health.planning import ask
from leaderboard.health.reference import reference
from leaderboard.protocol import Code
from leaderboard.runs.endings import end_attempt
from leaderboard.runs.models import Attempt

UNCHECKED = "Not checked since it came back into service."
_DONE = {Health.MAINTENANCE: "Taken out of service", Health.RETIRED: "Retired"}


class NoReason(Exception):
    """Taking a device out needs a reason, which everybody reads."""


class CannotCheck(Exception):
    """No reference job is loaded, or the device has not the runtime for it."""


def take_out(
    *, device: Device, health: Health, reason: str, by: User | None, now: datetime, stop: bool = False
) -> bool:
    """Give the device no more work; true when it still finishes a job. `stop` ends that job, which is queued again.

    Raises NoReason.
    """
    reason = reason.strip()[:200]
    if not reason:
        raise NoReason("Say why: the reason stands on the device's page.")
    with transaction.atomic():
        Device.objects.filter(pk=device.pk).update(health=health, health_reason=reason)
        _note(device, f"{_DONE[health]}: {reason}", by=by, now=now)
    running = Attempt.objects.active().filter(device=device).defer("log").first()
    if running is not None and stop:
        message = f"The device was taken out of service: {reason}"
        return not end_attempt(attempt=running, code=Code.AGENT_STOPPED, message=message, now=now)
    return running is not None


def bring_back(*, device: Device, by: User | None, now: datetime) -> None:
    """Give the device work again; whoever calls this asks for a check too."""
    with transaction.atomic():
        Device.objects.filter(pk=device.pk).update(health=Health.UNKNOWN, health_reason=UNCHECKED)
        _note(device, "Back in service.", by=by, now=now)


def check_now(*, device: Device, now: datetime) -> bool:
    """Queue a reference job; false where a check is open already. Raises CannotCheck."""
    submission = reference()
    if submission is None:
        raise CannotCheck("No reference job is loaded; `manage.py prepare` loads the bundled one.")
    if submission.artefact.runtime not in device.runtimes:
        raise CannotCheck(f"{device.slug} has no {submission.artefact.runtime}, which the reference job needs.")
    return ask(device=device, submission=submission, cause=Cause.OPERATOR, now=now)


def _note(device: Device, text: str, *, by: User | None, now: datetime) -> None:
    DeviceEvent.objects.create(device=device, at=now, kind=DeviceEvent.Kind.HEALTH, text=text[:300], by=by)
