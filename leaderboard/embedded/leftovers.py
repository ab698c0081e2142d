"""What a killed `up` left behind is ended before the next one starts; other processes are never touched."""

import os

import psutil

MARK_VARIABLE = "PERWATT_SUPERVISED"
PATIENCE_S = 3


def end_leftovers(mark: str) -> int:
    """Kill every process that carries `mark` in its environment; return how many there were.

    The environment is set by the supervisor alone and inherited by whatever its children start, so it finds
    grandchildren too, and a process id that was given away again is never mistaken for one of ours. Call it only
    while holding the data folder.
    """
    found = [process for process in psutil.process_iter() if process.pid != os.getpid() and _carries(process, mark)]
    for process in found:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(found, timeout=PATIENCE_S)
    return len(found)


def _carries(process: psutil.Process, mark: str) -> bool:
    try:
        return process.environ().get(MARK_VARIABLE) == mark
    except (psutil.Error, OSError):  # gone, a zombie, or another user's
        return False
