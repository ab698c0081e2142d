"""Follow a job to its end, and say how it ended: for a terminal, a log file or a program."""

import argparse
import sys
import time
from datetime import UTC
from uuid import UUID

from agents.commands.server import print_json
from agents.errors import Exit, exit_of
from agents.submit import Api, Job, Overdue, Reason
from agents.terminal import ProgressLine, Style, fitted, wants_colour
from leaderboard.protocol import Code

WATCH_EVERY_S = 1.0
_EXIT_OF_FAULT = {"user": Exit.FAILED_MODEL, "system": Exit.FAILED_SYSTEM}


def add_waiting(parser: argparse.ArgumentParser, *, always: bool = False) -> None:
    """Add what goes with following; a command that only follows does so `always`."""
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="how long to follow the job at most")
    if not always:
        parser.add_argument("--wait", action="store_true", help="follow the job to its end")


def follow(api: Api, job_id: UUID, options: argparse.Namespace) -> int:
    """Say each change once until the job is over, then how it ended; return the exit code that says so too."""
    until = time.monotonic() + options.timeout if options.timeout else None
    teller = _Json() if options.json else _Words()
    while True:
        job = api.job(job_id)
        if job.is_over:
            break
        teller.change(job)
        if until is not None and time.monotonic() >= until:
            teller.leave()
            print(f"perwatt: not over in time; go on with `perwatt watch {job_id}`", file=sys.stderr)
            return Exit.TIMED_OUT
        time.sleep(WATCH_EVERY_S)
    teller.leave()
    teller.end(api, job)
    return exit_code_of(job)


def exit_code_of(job: Job) -> Exit:
    """What the end of a job means for the script that waited for it. Whose fault it is, is the server's word."""
    if job.state in ("published", "cancelled"):
        return Exit.OK if job.state == "published" else Exit.CANCELLED
    try:
        code = Code(job.reason.code) if job.reason else None
    except ValueError:  # a newer server's word
        code = None
    if code is Code.TIMEOUT or job.fault not in _EXIT_OF_FAULT:  # an older server says no fault
        return exit_of(code)
    return _EXIT_OF_FAULT[job.fault]


class _Json:
    """The job as the server answers it, each time that something a reader sees has changed."""

    def __init__(self) -> None:
        self._said: object = None

    def change(self, job: Job) -> None:
        seen = (job.state, job.phase, job.progress, job.reason, job.cancelling, job.overdue and job.overdue.step)
        if seen != self._said:
            print_json(job)
        self._said = seen

    def leave(self) -> None:
        """There is no line to finish."""

    def end(self, _api: Api, job: Job) -> None:
        print_json(job)


class _Words:
    """One line for each change, on standard error; on a terminal progress is a bar that is written over."""

    def __init__(self) -> None:
        self._said = ""
        self._late: set[str] = set()
        self._bar = ProgressLine(sys.stderr)

    def change(self, job: Job) -> None:
        # What is expected moves with every job that ends there; that a step is late is said once.
        if job.overdue and job.overdue.step not in self._late:
            self.leave()
            print(fitted(_late(job.overdue), sys.stderr), file=sys.stderr, flush=True)
            self._late.add(job.overdue.step)
        if job.state == "running" and job.phase and self._bar.is_terminal:
            detail = job.attempts[-1].detail if job.attempts else ""
            self._bar.show(job.progress or 0, f"{_stopping(job)}{job.phase}{detail and f': {detail}'}")
        elif (line := _progress(job)) != self._said:
            self.leave()
            print(fitted(line, sys.stderr), file=sys.stderr, flush=True)
            self._said = line

    def leave(self) -> None:
        self._bar.close()

    def end(self, api: Api, job: Job) -> None:
        if job.state == "published":
            word = "measured, private" if job.private else "published"
            print(f"{word}: {api.url}{job.entry_url or job.html_url}")
            return
        first, *rest = _end_lines(api, job)
        first = fitted(first, sys.stderr)
        print(Style.FAIL.around(first) if wants_colour(sys.stderr) else first, file=sys.stderr)
        for line in rest:
            print(fitted(line, sys.stderr), file=sys.stderr)


def _stopping(job: Job) -> str:
    return "cancelling, " if job.cancelling else ""


def _progress(job: Job) -> str:
    if job.state == "running" and job.phase:
        return f"{_stopping(job)}running: {job.phase} {job.progress or 0:.0%}"
    waits = f": {job.reason.sentence}" if job.reason and job.reason.sentence else ""
    return f"{job.state}{waits}"


def _late(overdue: Overdue) -> str:
    since = f"{overdue.since.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    did = "waited" if overdue.step == "waiting" else "took"
    those = "the last job there" if overdue.n == 1 else f"three in four of the last {overdue.n} jobs there"
    usual = f"{those} {did} at most {overdue.expected_s:.0f} s"
    return f"longer than expected: {overdue.step} since {since}; {usual}"


def _end_lines(api: Api, job: Job) -> list[str]:
    """What happened, what was found, whose fault it is, what to do next."""
    reason = job.reason or Reason(code="")
    parts = {
        "found": job.message,
        "fault": reason.fault,
        "next": reason.hint,
        "log": f"{api.url}{job.log_url}" if job.log_url else "",
    }
    code = f" ({reason.code})" if reason.code else ""
    first = f"perwatt: {job.state}: {reason.sentence or job.state}{code}"
    found = [(name, text.strip().splitlines()) for name, text in parts.items() if text and text.strip()]
    return [first, *(line for name, lines in found for line in _indented(name, lines))]


def _indented(name: str, lines: list[str]) -> list[str]:
    return [f"  {name}: {lines[0]}", *(f"    {line}" for line in lines[1:])]
