"""One line of the doctor, and what a list of them comes to."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Verdict(StrEnum):
    """`skip` is what this machine does not have and nobody misses."""

    PASS = "pass"  # noqa: S105 -- a verdict, not a password
    WARN = "warn"
    FAIL = "fail"
    SKIP = "skip"


class DoctorExit(IntEnum):
    """Of this one command, so that a script can go on after a warning and not after a failure."""

    FINE = 0
    WARNED = 1
    FAILED = 2


@dataclass(frozen=True)
class Check:
    """`code` is stable, its two digits too: a page or a script may refer to it."""

    code: str
    verdict: Verdict
    evidence: str
    fix: str = ""


def exit_code(checks: Sequence[Check]) -> DoctorExit:
    verdicts = {check.verdict for check in checks}
    if Verdict.FAIL in verdicts:
        return DoctorExit.FAILED
    return DoctorExit.WARNED if Verdict.WARN in verdicts else DoctorExit.FINE


def failing(checks: Sequence[Check]) -> list[str]:
    """The codes for which this machine gets no jobs, or cannot do them."""
    return list(dict.fromkeys(check.code for check in checks if check.verdict is Verdict.FAIL))


def counts(checks: Sequence[Check]) -> dict[str, int]:
    found = Counter(check.verdict.value for check in checks)
    return {verdict.value: found[verdict.value] for verdict in Verdict}
