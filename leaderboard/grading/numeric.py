"""The last number in a text, against a number."""

import math
import re
from collections import deque

from leaderboard.grading.keys import BadKey

TOLERANCE = 1e-6
"""How far a number may be off, as a share of the answer; below 1 as an amount."""
RULE = (
    "The last number in the text equals the answer to a millionth of it (of 1, where it is smaller). 1,234 and 1 234 "
    "with a thin space, -3, 1e3, .5, $5 and 50 % are read as 1234, -3, 1000, 0.5, 5 and 50."
)
_MINUS = "-−"
_GROUPS = (
    ",\u2009\u202f\u00a0\u2007"  # comma, thin space, narrow and plain no-break space, figure space; no plain space
)
# A sign counts only where no letter, digit or bracket stands before it: 5-3 ends in 3.
_NUMBER = re.compile(
    rf"(?P<sign>(?<![\w).\]])[{_MINUS}+]?)[$€£¥]?"
    rf"(?P<digits>[0-9]{{1,3}}(?:[{_GROUPS}][0-9]{{3}})+(?![0-9])|[0-9]+|(?<![0-9])(?=\.[0-9]))"
    r"(?P<fraction>\.[0-9]+)?(?P<exponent>[eE][-+]?[0-9]{1,4}(?![0-9]))?"
)


def last_number(text: str) -> float | None:
    """Return the last number that a text states; None where it states none, or one that no float holds."""
    found = next(iter(deque(_NUMBER.finditer(text), maxlen=1)), None)
    if found is None:
        return None
    digits = found["digits"].translate({ord(mark): None for mark in _GROUPS}) or "0"
    value = float(f"{digits}{found['fraction'] or ''}{found['exponent'] or ''}")
    if not math.isfinite(value):
        return None
    return -value if found["sign"] and found["sign"] in _MINUS else value


def check(key: str) -> None:
    if _NUMBER.fullmatch(key.strip()) is None or last_number(key) is None:
        raise BadKey(f"the answer is no number: {key[:40]!r}")


def matches(text: str, key: str) -> bool:
    found, wanted = last_number(text), last_number(key)
    if wanted is None:
        raise BadKey("the answer is no number")
    return found is not None and abs(found - wanted) <= TOLERANCE * max(1.0, abs(wanted))
