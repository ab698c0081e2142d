"""The log of a job as people read it: whole lines, numbered from 1 through all attempts, without escape codes.

Only the newest attempt's log grows, so a line keeps its number for good.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from leaderboard.runs.selectors import AttemptView
from leaderboard.runs.states import ACTIVE_ATTEMPT

# ECMA-48: control sequences, operating-system commands, and other escapes; then what is left of the control codes.
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class LogLine:
    number: int
    attempt: int
    text: str


def log_lines(attempts: Iterable[AttemptView]) -> tuple[LogLine, ...]:
    """Return the lines of the attempts in order; a line that is still being written is not among them.

    A log that the reader may not see (None) has no lines.
    """
    found: list[LogLine] = []
    for attempt in attempts:
        for text in _whole_lines(attempt.log or "", over=attempt.state not in ACTIVE_ATTEMPT):
            found.append(LogLine(len(found) + 1, attempt.number, _plain(text)))
    return tuple(found)


def _whole_lines(log: str, *, over: bool) -> list[str]:
    lines = log.split("\n")
    unfinished = lines.pop()
    return [*lines, unfinished] if over and unfinished else lines


def _plain(line: str) -> str:
    """A carriage return writes over what stood there, as progress bars do; the last writing stays."""
    written = _ESCAPES.sub("", line).rstrip("\r")
    return _CONTROLS.sub("", written.rpartition("\r")[2])
