"""Becomes a command that dies with its parent: `python -m leaderboard.embedded.child PARENT_PID COMMAND...`.

A step of its own between fork and exec, because `preexec_fn` is not safe in every program and slow in all.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def die_with_parent(parent_pid: int) -> None:
    """Ask the kernel to kill this process when its parent ends, however that ends. It survives `exec`.

    Elsewhere than on Linux nothing of the kind exists; what an `up` leaves there is ended by the next one.
    """
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0) != 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code))
    # The parent may have died before the kernel was asked.
    if os.getppid() != parent_pid:
        sys.exit("The process that started this one is gone.")


def main() -> None:
    die_with_parent(int(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606  the supervisor's own command line, and no shell wanted


if __name__ == "__main__":
    main()
