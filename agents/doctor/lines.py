"""The doctor's answer for a terminal, and as JSON."""

import json
from collections.abc import Sequence

from agents.doctor.base import Check, Verdict, counts, exit_code, failing
from agents.terminal import Style, wrapped

_HANG = " " * 8
_WORDS = {Verdict.PASS: "pass", Verdict.WARN: "WARN", Verdict.FAIL: "FAIL", Verdict.SKIP: "skip"}
_STYLES = {Verdict.WARN: Style.WARN, Verdict.FAIL: Style.FAIL, Verdict.SKIP: Style.FAINT}


def doctor_lines(checks: Sequence[Check], device: str, *, width: int, colour: bool) -> list[str]:
    """Lines of at most `width` columns; the verdict is a word, and its colour only repeats it."""
    lines = wrapped(f"perwatt agent doctor   device {device}", width)
    for check in checks:
        lines += _check_lines(check, width, colour=colour)
    return [*lines, *wrapped(_summary(checks), width)]


def doctor_json(checks: Sequence[Check], device: str) -> str:
    answer = {
        "device": device,
        "checks": [
            {"code": check.code, "result": check.verdict, "evidence": check.evidence, "fix": check.fix}
            for check in checks
        ],
        "counts": counts(checks),
        "failing": failing(checks),
        "exit_code": exit_code(checks),
    }
    return json.dumps(answer, indent=2)


def _check_lines(check: Check, width: int, *, colour: bool) -> list[str]:
    word = _WORDS[check.verdict]
    lines = wrapped(f"{check.code:<6}  {word}  {check.evidence}", width, _HANG)
    if colour and check.verdict in _STYLES:
        lines[0] = lines[0].replace(word, _STYLES[check.verdict].around(word), 1)
    if check.fix:
        lines += wrapped(f"{_HANG}fix: {check.fix}", width, _HANG + " " * 5)
    return lines


def _summary(checks: Sequence[Check]) -> str:
    found = counts(checks)
    told = ", ".join(f"{found[verdict.value]} {verdict.value}" for verdict in Verdict)
    bad = failing(checks)
    return f"{len(checks)} checks: {told}" + (f"    not schedulable ({', '.join(bad)})" if bad else "")
