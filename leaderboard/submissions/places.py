"""Can a device measure this? The rules behind the validator and the list of devices that a submitter chooses from."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from leaderboard.submissions.faults import Fault, worded

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
    return worded("", "no_runtime", runtime=needs.runtime, devices=device.slug)


def too_small(device: Machine, needs: Needs) -> Fault | None:
    """Only what is certain: a file that is larger than the whole memory."""
    if device.memory_bytes is None or needs.size_bytes is None or needs.size_bytes <= device.memory_bytes:
        return None
    needed, there = (f"{size / _MIB:.0f}" for size in (needs.size_bytes, device.memory_bytes))
    return worded("", "too_large_for_memory", needed=needed, device=device.slug, there=there)


def too_few_cores(device: Machine, needs: Needs) -> Fault | None:
    cores = device.cores
    if cores is None or needs.threads <= cores:
        return None
    return worded("options.threads", "too_many_threads", threads=needs.threads, cores=cores)


def lack(device: Machine, needs: Needs) -> Fault | None:
    """Return the first reason why the device cannot measure it; None where it can."""
    return no_runtime(device, needs) or too_small(device, needs) or too_few_cores(device, needs)
