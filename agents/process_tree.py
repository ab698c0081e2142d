"""CPU time of a process and of everything that it started."""

import contextlib
import os
import time
from collections.abc import Callable

import psutil


def cpu_clock(served_by: "ProcessTree | None") -> Callable[[], float]:
    """CPU seconds of this process, and of the one that works for it where there is one.

    Ours as well: what asks over HTTP is part of running a model behind it, as a library's caller is.
    """
    if served_by is None:
        return time.process_time
    return lambda: time.process_time() + served_by.cpu_s()


class ProcessTree:
    """One process, its living descendants, and those of its children that have ended and were waited for."""

    def __init__(self, pid: int) -> None:
        """Raises psutil.Error where there is no such process or it may not be looked at."""
        self.root = psutil.Process(pid)
        self.root.cpu_times()

    def members(self) -> list[psutil.Process]:
        """Those that live, without this process itself; none once the root has ended."""
        with contextlib.suppress(psutil.Error):
            living = [self.root, *self.root.children(recursive=True)]
            return [process for process in living if process.pid != os.getpid()]
        return []

    def pids(self) -> list[int]:
        return [process.pid for process in self.members()]

    def cpu_s(self) -> float:
        """User and system seconds so far, in steps of a kernel tick (10 ms)."""
        total_s = 0.0
        for process in self.members():
            with contextlib.suppress(psutil.Error):
                times = process.cpu_times()
                total_s += times.user + times.system
                if process == self.root:
                    total_s += getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
        return total_s
