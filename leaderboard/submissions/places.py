"""Can a device measure this? The rules behind the validator and the list of devices that a submitter chooses from."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from leaderboard.submissions.requests import Fault

_MIB = 1024**2


class Machine(Protocol):
    """What the rules read of a device: of its row as of its view."""

    @property
    def slug(self) -> str: ...
    @property
    def cores(self) -> int | None: ...
    @property
    def memory_bytes(self) -> int | None: ...
    @property
    def runtimes(self) -> Collection[str]: ...


@dataclass(frozen=True)
class Needs:
    """What a model asks of a device. A file takes at least its own size; of a reference nothing is known."""

    runtime: str
    threads: int
    size_bytes: int | None


def no_runtime(device: Machine, needs: Needs) -> Fault | None:
    if needs.runtime in device.runtimes:
        return None
    return Fault("", "no_runtime", f"There is no {needs.runtime} on {device.slug}.", "Choose another device.")


def too_small(device: Machine, needs: Needs) -> Fault | None:
    """Only what is certain: a file that is larger than the whole memory."""
    if device.memory_bytes is None or needs.size_bytes is None or needs.size_bytes <= device.memory_bytes:
        return None
    message = (
        f"The file alone has {needs.size_bytes / _MIB:.0f} MiB; {device.slug} has {device.memory_bytes / _MIB:.0f}."
    )
    return Fault("", "too_large_for_memory", message, "Choose a device with more memory, or a smaller model.")


def too_few_cores(device: Machine, needs: Needs) -> Fault | None:
    cores = device.cores
    if cores is None or needs.threads <= cores:
        return None
    message = f"{needs.threads} threads were asked for; there are {cores} cores."
    return Fault("options.threads", "too_many_threads", message, f"Use 1 to {cores} threads.")


def lack(device: Machine, needs: Needs) -> Fault | None:
    """Return the first reason why the device cannot measure it; None where it can."""
    return no_runtime(device, needs) or too_small(device, needs) or too_few_cores(device, needs)
