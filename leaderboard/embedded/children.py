"""Child processes that are started again when they die, and that never outlive their supervisor."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from leaderboard.embedded.folder import DataFolder
from leaderboard.embedded.leftovers import MARK_VARIABLE

ROOT = Path(__file__).resolve().parent.parent.parent
FIRST_DELAY_S = 1.0
LONGEST_DELAY_S = 30.0
# A process that has run this long was well: its next death starts a new count.
WELL_AFTER_S = 60.0


@dataclass(frozen=True)
class Program:
    """What to run. `stop_within_s` is how long it may take over what it is doing when it is told to stop."""

    name: str
    command: tuple[str, ...]
    stop_within_s: float = 5.0
    pass_fds: tuple[int, ...] = ()


class Process:
    """A running program in a session of its own, its output in its log. It dies with the thread that starts it."""

    def __init__(self, program: Program, folder: DataFolder, *, stdin: int = subprocess.DEVNULL) -> None:
        self.program = program
        self.started_at_s = time.monotonic()
        log = folder.open_log(program.name)
        try:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", "leaderboard.embedded.child", str(os.getpid()), *program.command],
                cwd=ROOT,
                env=_environment(os.environ, folder),
                stdin=stdin,
                stdout=log,
                stderr=log,
                pass_fds=program.pass_fds,
                start_new_session=True,
            )
        finally:
            os.close(log)

    def has_ended(self) -> bool:
        """Look without reaping: until it is reaped, its process id and group id belong to nobody else."""
        return os.waitid(os.P_PID, self.popen.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def hand_over(self, text: str) -> None:
        """Write to its standard input and close it; a process that has ended already is found out by `has_ended`."""
        if self.popen.stdin is not None:
            with suppress(BrokenPipeError), self.popen.stdin as stdin:
                stdin.write(text.encode())

    def ask_to_stop(self) -> None:
        os.kill(self.popen.pid, signal.SIGTERM)

    def reap(self) -> int:
        """Kill whatever is left of the process group and return the exit code."""
        with suppress(ProcessLookupError, PermissionError):  # macOS answers "permission" for a group of zombies
            os.killpg(self.popen.pid, signal.SIGKILL)
        return self.popen.wait()


def _environment(environ: Mapping[str, str], folder: DataFolder) -> dict[str, str]:
    return {
        **environ,
        "DJANGO_SETTINGS_MODULE": "leaderboard.settings",
        "PERWATT_DATA_DIR": str(folder.root),
        "PYTHONUNBUFFERED": "1",
        MARK_VARIABLE: folder.mark,
    }


@dataclass
class Child:
    program: Program
    process: Process | None = None
    start_again_at_s: float = 0.0
    deaths_in_a_row: int = 0


@dataclass
class Children:
    """The programs that are kept running. Times are of the monotonic clock."""

    folder: DataFolder
    say: Callable[[str], None]
    _children: dict[str, Child] = field(default_factory=dict)

    def add(self, program: Program) -> None:
        self._children[program.name] = Child(program)
        self.tend()

    def deaths_in_a_row(self, name: str) -> int:
        child = self._children.get(name)
        return child.deaths_in_a_row if child else 0

    def tend(self) -> None:
        """Start what is due, and note what has died; call it often."""
        now_s = time.monotonic()
        for child in self._children.values():
            if child.process is not None and child.process.has_ended():
                self._note_death(child, child.process, now_s)
            if child.process is None and now_s >= child.start_again_at_s:
                child.process = Process(child.program, self.folder)

    def _note_death(self, child: Child, process: Process, now_s: float) -> None:
        ending = how_it_ended(process.reap())
        if now_s - process.started_at_s > WELL_AFTER_S:
            child.deaths_in_a_row = 0
        delay_s = min(LONGEST_DELAY_S, FIRST_DELAY_S * 2**child.deaths_in_a_row)
        child.deaths_in_a_row += 1
        child.process = None
        child.start_again_at_s = now_s + delay_s
        self.say(f"{child.program.name} {ending}; it starts again in {delay_s:.0f} s. {self._why(child.program.name)}")

    def _why(self, name: str) -> str:
        if self.folder.is_full():
            return f"No disk space is left for {self.folder.root}."
        return f"The last line of its log: {self.folder.last_log_line(name)}"

    def stop(self, order: Sequence[Sequence[str]], *, hurry: Callable[[float], bool]) -> None:
        """End the named groups one after the other, the members of a group together, then whatever is left.

        `hurry` waits up to the given seconds and says whether to stop being patient.
        """
        for names in (*order, tuple(self._children)):
            group = [child for name in names if (child := self._children.pop(name, None)) is not None]
            end_together([child.process for child in group if child.process is not None], hurry=hurry)


def how_it_ended(code: int) -> str:
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"


def end_together(group: Sequence[Process], *, hurry: Callable[[float], bool]) -> None:
    """Ask every process to stop, wait as long as each may take, and kill what is left."""
    asked_at_s = time.monotonic()
    for process in group:
        process.ask_to_stop()
    patient = True
    while patient and (running := [process for process in group if not process.has_ended()]):
        spent_s = time.monotonic() - asked_at_s
        late = any(spent_s > process.program.stop_within_s for process in running)
        patient = not late and not hurry(0.2)
    for process in group:
        process.reap()
