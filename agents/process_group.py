"""Ending a process group for certain, also one that an earlier life of the agent left behind."""

import contextlib
import os
import signal
import time
from pathlib import Path

import psutil

_POLL_S = 0.02


def process_start_time(pid: int) -> float | None:
    """When the kernel started `pid`; `None` where it is gone.

    On Linux clock ticks since boot (field 22 of /proc/PID/stat), which no change of the wall clock moves; elsewhere
    psutil's creation time. Good for one thing: telling a process from a later one with the same number.
    """
    with contextlib.suppress(OSError, IndexError, ValueError):
        after_name = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2]
        return float(after_name.split()[19])
    with contextlib.suppress(psutil.Error):
        return psutil.Process(pid).create_time()
    return None


def members(pgid: int) -> list[int]:
    """Living processes of a group; a zombie has ended and only waits to be noticed."""
    living = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if os.getpgid(process.pid) == pgid and process.status() != psutil.STATUS_ZOMBIE:
                living.append(process.pid)
    return living


def end_group(pgid: int, grace_s: float, verify_s: float = 5.0) -> bool:
    """SIGTERM, up to `grace_s` later SIGKILL; true once no member lives, false when some survive `verify_s` more."""
    for number, patience_s in ((signal.SIGTERM, grace_s), (signal.SIGKILL, verify_s)):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pgid, number)
        if _gone_within(pgid, patience_s):
            return True
    return False


def end_leftover(pid: int, pgid: int, start_time: float) -> bool:
    """End what a killed agent left: the group of `pid`, if `pid` is still the process that was started then.

    True when something was found and is gone now. A process with another start time is a stranger and is left alone.
    """
    if process_start_time(pid) != start_time or pid not in members(pgid):
        return False
    return end_group(pgid, grace_s=0.5)


def _gone_within(pgid: int, patience_s: float) -> bool:
    deadline = time.monotonic() + patience_s
    while members(pgid):
        if time.monotonic() >= deadline:
            return False
        time.sleep(_POLL_S)
    return True
