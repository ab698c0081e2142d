"""What the end of a child that left no report means."""

import contextlib
import re
import signal
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from agents.child_messages import MeasureOrder
from agents.fingerprint import environment
from leaderboard.protocol import PROTOCOL_VERSION, Code, Failed, PhaseMark, Report

_TAIL_BYTES = 8192
_TAIL_LINES = 20
_MESSAGE_CHARACTERS = 4000

# What C++, Python and ONNX Runtime say when an allocation is refused.
_OUT_OF_MEMORY = re.compile(
    r"bad_alloc|bad allocation|bad_array_new_length|MemoryError|"
    r"[Ff]ailed to allocate|Cannot allocate memory|[Oo]ut of memory"
)


class Ending(StrEnum):
    """Why the agent itself ended a child."""

    TIMEOUT = "timeout"
    CANCELLED = "cancelled"


def says_out_of_memory(text: str) -> bool:
    return bool(_OUT_OF_MEMORY.search(text))


def oom_kills() -> int | None:
    """How many processes this machine's kernel has killed for memory so far; `None` where it does not say."""
    with contextlib.suppress(OSError, ValueError):
        for line in Path("/proc/vmstat").read_text(encoding="ascii").splitlines():
            name, _, count = line.partition(" ")
            if name == "oom_kill":
                return int(count)
    return None


def tail(path: Path) -> str:
    """The last lines of a file that may be large, and may hold anything."""
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - _TAIL_BYTES))
            text = file.read().decode("utf-8", errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-_TAIL_LINES:])


def report_of_ending(  # noqa: PLR0913 -- what is known of the ending, by keyword
    order: MeasureOrder,
    *,
    returncode: int,
    ended_by_us: Ending | None,
    stderr: str,
    oom_killed: bool,
    phases: Sequence[PhaseMark],
    was_loading: bool = False,
) -> Report:
    """Dead of a signal is `crashed`, and `cannot_load` where the model was still being loaded."""
    code, sentence = _explain(order, returncode, ended_by_us, stderr, oom_killed=oom_killed)
    if code is Code.CRASHED and was_loading:
        code, sentence = Code.CANNOT_LOAD, f"{sentence.removesuffix('.')} while it loaded the model."
    message = f"{sentence}\n{stderr}".strip()
    return failed_report(order, code, message, phases)


def failed_report(order: MeasureOrder, code: Code, message: str, phases: Sequence[PhaseMark]) -> Report:
    """A report of a failure; a long message keeps its first line and its end."""
    if len(message) > _MESSAGE_CHARACTERS:
        first = message.partition("\n")[0][:1000]
        message = f"{first}\n...\n{message[-(_MESSAGE_CHARACTERS - len(first) - 5) :]}"
    return Report(
        protocol_version=PROTOCOL_VERSION,
        attempt_id=order.spec.attempt_id,
        environment=environment(),
        phases=tuple(phases),
        failed=Failed(code=code, message=message),
    )


def _explain(
    order: MeasureOrder, returncode: int, ended_by_us: Ending | None, stderr: str, *, oom_killed: bool
) -> tuple[Code, str]:
    limits = order.spec.limits
    if ended_by_us is Ending.TIMEOUT:
        return Code.TIMEOUT, f"Not finished after {limits.wall_s:g} s, the time limit; the process was ended."
    if ended_by_us is Ending.CANCELLED:
        return Code.CANCELLED, "The measurement was ended by the agent."
    if says_out_of_memory(stderr):
        return (
            Code.OUT_OF_MEMORY,
            f"An allocation was refused under the limit of {limits.memory_bytes / 2**20:.0f} MiB.",
        )
    if returncode == -signal.SIGKILL and oom_killed:
        return Code.OUT_OF_MEMORY, "The kernel ended the process because the machine ran out of memory."
    if returncode < 0:
        return Code.CRASHED, f"The process died of {_signal_name(-returncode)}."
    return Code.AGENT_ERROR, f"The measuring process ended with status {returncode} and without a report."


def _signal_name(number: int) -> str:
    with contextlib.suppress(ValueError):
        return signal.Signals(number).name
    return f"signal {number}"
