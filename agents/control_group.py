"""The processes of a container, and their CPU time as the kernel adds it up for the whole group."""

import contextlib
from pathlib import Path

import psutil

from agents.process_tree import ProcessTree
from agents.runtimes.faults import ModelFaultError
from leaderboard.protocol import Code

PROC = Path("/proc")
GROUPS = Path("/sys/fs/cgroup")


class ContainerProcesses(ProcessTree):
    """As a process tree, but nothing that ended is forgotten: of the group, where the kernel's files can be read."""

    def __init__(self, pid: int) -> None:
        super().__init__(pid)
        self._group = cpu_file(pid)

    @classmethod
    def of(cls, pid: int) -> "ContainerProcesses":
        try:
            return cls(pid)
        except psutil.Error as error:
            raise ModelFaultError(
                Code.UNHEALTHY,
                "The processes of containers cannot be seen from here, so their CPU time cannot be charged: agent and "
                "Docker engine have to run on one machine, and outside of containers.",
            ) from error

    def cpu_s(self) -> float:
        used_s = None if self._group is None else group_cpu_s(self._group)
        return super().cpu_s() if used_s is None else used_s


def cpu_file(pid: int, proc: Path = PROC, groups: Path = GROUPS) -> Path | None:
    """Where the kernel adds up the CPU time of the group that `pid` is in: version 2, else version 1."""
    with contextlib.suppress(OSError, ValueError):
        for line in (proc / f"{pid}/cgroup").read_text(encoding="utf-8").splitlines():
            number, controllers, path = line.split(":", 2)
            folders = {"": groups, "cpuacct": groups / "cpuacct"}
            for controller in controllers.split(","):
                name = "cpu.stat" if number == "0" else "cpuacct.usage"
                file = folders.get(controller, groups / "nowhere") / path.lstrip("/") / name
                if path != "/" and file.is_file():
                    return file
    return None


def group_cpu_s(file: Path) -> float | None:
    with contextlib.suppress(OSError, ValueError):
        text = file.read_text(encoding="ascii")
        if file.name == "cpuacct.usage":
            return int(text) / 1e9
        for line in text.splitlines():
            name, _, value = line.partition(" ")
            if name == "usage_usec":
                return int(value) / 1e6
    return None
