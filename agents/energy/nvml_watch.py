"""What else goes on on a card while it is measured: clocks that are held down, and processes that are not ours.

Both are asked once a second, as a warning each: one slow answer of the driver must not disturb the samples.
"""

import os
from collections.abc import Callable
from typing import Any

import psutil

from agents.throttling import THROTTLED

FOREIGN_PROCESS = "foreign_gpu_process"
"""The warning of an energy reading in whose window another's program computed on the card."""

IsOurs = Callable[[int], bool]


class CardWatch:
    """`is_ours` tells a process of this measurement by its number; it is asked only about what is on the card."""

    def __init__(self, reads_per_look: int, is_ours: IsOurs) -> None:
        self._reads_per_look = reads_per_look
        self._is_ours = is_ours
        self._reads = 0
        self._slowed = self._shared = False

    def start(self) -> None:
        self._reads, self._slowed, self._shared = 0, False, False

    def saw_read(self, handle: Any) -> None:
        """Called with every sample; looks at every so many of them."""
        if self._reads % self._reads_per_look == 0:
            self._slowed = self._slowed or is_slowed(handle)
            self._shared = self._shared or bool(foreign_pids(handle, self._is_ours))
        self._reads += 1

    def warnings(self) -> tuple[str, ...]:
        return ((THROTTLED,) if self._slowed else ()) + ((FOREIGN_PROCESS,) if self._shared else ())


def is_own(pid: int) -> bool:
    """Whether it is the calling process or was started by it. A process that has just ended is nobody's."""
    if pid == os.getpid():
        return True
    try:
        return any(parent.pid == os.getpid() for parent in psutil.Process(pid).parents())
    except psutil.Error:
        return False


def is_slowed(handle: Any) -> bool:
    """Whether heat or a failing supply holds the clocks down; a power limit that somebody set is no such thing."""
    import pynvml

    slowing = (
        pynvml.nvmlClocksEventReasonHwSlowdown
        | pynvml.nvmlClocksEventReasonHwThermalSlowdown
        | pynvml.nvmlClocksEventReasonSwThermalSlowdown
        | pynvml.nvmlClocksEventReasonHwPowerBrakeSlowdown
    )
    try:
        return bool(pynvml.nvmlDeviceGetCurrentClocksEventReasons(handle) & slowing)
    except pynvml.NVMLError:
        return False


def foreign_pids(handle: Any, is_ours: IsOurs) -> tuple[int, ...]:
    """Processes that compute on the card and are not ours.

    The driver numbers them as the host does. In a container those numbers mean nothing, so one that does not exist
    here is left out: what cannot be told is not claimed. Programs that only draw a screen are not asked for.
    """
    import pynvml

    try:
        running = pynvml.nvmlDeviceGetComputeRunningProcesses(handle)
    except pynvml.NVMLError:
        return ()
    return tuple(one.pid for one in running if not is_ours(one.pid) and psutil.pid_exists(one.pid))
