"""The agent's side of a measurement: one child process in a session of its own, from order to report.

The order goes in as one JSON line on stdin, which then stays open as a lifeline: its end ends the child. Messages come
back as JSON lines on stdout; whatever the runtime prints goes to `stderr.log` in the work folder. Nothing is passed in
arguments, and of the environment only what a runtime needs.
"""

import contextlib
import json
import os
import select
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

import agents
from agents.child_messages import LOADING, Event, MeasureOrder, PhaseLog
from agents.child_outcome import Ending, oom_kills, report_of_ending, tail
from agents.engine import remove_containers
from agents.process_group import end_group, end_leftover, process_start_time
from leaderboard.protocol import Phase, Report, RuntimeName

__all__ = ["Event", "MeasureOrder", "RunningChild", "end_leftover", "spawn"]

# Locale, temporary folder and the loader's path (vendor libraries); anything else could change what is measured.
# Where the Docker engine is, for models that come as an image.
_KEPT_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "SYSTEMROOT", "DOCKER_HOST")
_STDERR_NAME = "stderr.log"


@dataclass
class RunningChild:
    """A started measurement. One thread waits; others may drain events or end the child meanwhile."""

    order: MeasureOrder
    process: subprocess.Popen[bytes]
    stdin: IO[bytes]
    stdout: IO[bytes]
    start_time: float
    stderr_path: Path
    deadline: float
    oom_kills_before: int | None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _buffer: bytearray = field(default_factory=bytearray)
    _events: list[Event] = field(default_factory=list)
    _last_detail: str = ""
    _phases: PhaseLog = field(default_factory=PhaseLog)
    _report: Report | None = None
    _closed: bool = False
    _ended_by_us: Ending | None = None

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def pgid(self) -> int:
        return self.process.pid

    def events(self) -> list[Event]:
        """What the child said since the last call; never blocks."""
        self._pump()
        with self._lock:
            drained, self._events = self._events, []
        return drained

    def stderr_tail(self) -> str:
        """The last lines that the runtime or the model wrote to stderr, for the job's log."""
        return tail(self.stderr_path)

    def wait(self, timeout_s: float) -> Report | None:
        """The report once the child has ended, `None` if it still runs after `timeout_s`. Sleeps, never spins.

        The time limit of the spec is kept here: a child over it is ended with its group and reported as `timeout`.
        However the child ended, its group is gone when a report comes back.
        """
        until = min(time.monotonic() + timeout_s, self.deadline)
        self._read_until(until)
        if self._closed:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(max(0.0, until - time.monotonic()))
        if self.process.poll() is None and time.monotonic() >= self.deadline:
            self._end(Ending.TIMEOUT, grace_s=0.0)
        return self._settle() if self.process.returncode is not None else None

    def end(self, grace_s: float = 2.0) -> bool:
        """End the process group; true once it is verified gone.

        The `wait` that is under way or comes next answers with the report, `cancelled` unless the child was faster.
        """
        return self._end(Ending.CANCELLED, grace_s)

    def _read_until(self, until: float) -> None:
        """Sleep on the pipe, take what comes, and return when it ends or time is up."""
        if self._closed:
            return
        poller = select.poll()
        poller.register(self.stdout)
        while not self._closed and (left := until - time.monotonic()) > 0:
            poller.poll(left * 1e3)
            self._pump()

    def _end(self, ending: Ending, grace_s: float) -> bool:
        if self.process.poll() is None:
            self._ended_by_us = self._ended_by_us or ending
        gone = end_group(self.pgid, grace_s)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(1.0)
        return gone

    def _settle(self) -> Report:
        self._pump()
        end_group(self.pgid, grace_s=0.0)
        if self.order.spec.runtime is RuntimeName.CONTAINER:
            remove_containers(under=self.order.work_dir)  # a child that was killed could not
        with self._lock:
            if self._report is None:
                self._report = report_of_ending(
                    self.order,
                    returncode=self.process.returncode,
                    ended_by_us=self._ended_by_us,
                    stderr=self.stderr_tail(),
                    oom_killed=oom_kills() != self.oom_kills_before,
                    phases=self._phases.marks(),
                    was_loading=self._last_detail == LOADING,
                )
            for pipe in (self.stdin, self.stdout):
                with contextlib.suppress(OSError):
                    pipe.close()
            return self._report

    def _pump(self) -> None:
        with self._lock:
            while not self._closed and not self.stdout.closed:
                try:
                    chunk = os.read(self.stdout.fileno(), 1 << 16)
                except BlockingIOError:
                    return
                self._closed = not chunk
                self._buffer += chunk
                *lines, rest = self._buffer.split(b"\n")
                self._buffer = bytearray(rest)
                for line in lines:
                    self._take(json.loads(line))

    def _take(self, message: dict[str, Any]) -> None:
        if "report" in message:
            self._report = Report.model_validate(message["report"])
        else:
            event = Event.model_validate(message["event"])
            self._phases.saw(event.phase, time.monotonic())
            self._last_detail = event.detail
            self._events.append(event)


def spawn(order: MeasureOrder) -> RunningChild:
    """Start the measurement. The calling thread must outlive the child: on Linux the child dies with that thread."""
    order.work_dir.mkdir(parents=True, exist_ok=True)
    stderr_path = order.work_dir / _STDERR_NAME
    oom_kills_before = oom_kills()
    with stderr_path.open("wb") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "agents.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            cwd=order.work_dir,
            env=_environment(order.work_dir),
            start_new_session=True,
        )
    stdin, stdout = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
    os.set_blocking(stdout.fileno(), False)
    child = RunningChild(
        order=order,
        process=process,
        stdin=stdin,
        stdout=stdout,
        start_time=process_start_time(process.pid) or 0.0,
        stderr_path=stderr_path,
        deadline=time.monotonic() + order.spec.limits.wall_s,
        oom_kills_before=oom_kills_before,
    )
    child._phases.saw(Phase.PREPARING, time.monotonic())  # noqa: SLF001 -- same module
    with contextlib.suppress(BrokenPipeError):
        stdin.write(order.model_dump_json().encode() + b"\n")
        stdin.flush()
    return child


def _environment(work_dir: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    return kept | {
        "HOME": str(work_dir),  # libraries that read settings from a home find none
        "PYTHONPATH": str(Path(agents.__file__).parents[1]),
        "PYTHONFAULTHANDLER": "1",
        "OPENBLAS_NUM_THREADS": "1",  # NumPy's own pool must not stand beside the runtime's threads
    }
