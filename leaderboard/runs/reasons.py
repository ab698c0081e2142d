"""Why a job waits or ended, in words. `%(name)s` in a sentence is filled where it is said."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reason:
    """A stable code, what happened, whose fault it is and what to do.

    `values` are those that a sentence of `WAITS` was filled with.
    """

    code: str
    sentence: str
    fault: str
    hint: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wait:
    sentence: str
    fault: str = "nobody"
    hint: str = ""


WAITS: Mapping[str, Wait] = {
    "offered": Wait("A device was offered the job and is about to take it."),
    "no_device": Wait("No device fits any more.", hint="Submit it again for another device."),
    "device_offline": Wait("No fitting device is online (%(names)s).", "the device", "Start its agent."),
    "device_unhealthy": Wait("%(name)s takes no jobs: %(why)s.", "the device", "See its page."),
    "device_busy": Wait("Every fitting device is busy; the job is in line."),
}


def waits(code: str, **values: str) -> Reason:
    """Return a reason of `WAITS`."""
    wait = WAITS[code]
    return Reason(code, wait.sentence % values, wait.fault, wait.hint, values)
