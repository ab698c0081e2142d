"""A pattern that is found in the text. RE2 matches in time that grows with the text alone, whatever the pattern."""

from functools import lru_cache
from typing import Any

from leaderboard.grading.keys import BadKey

RULE = (
    "The answer is a pattern of RE2 that is found in the text: ^ and $ tie it to the ends of the text, (?i) makes "
    "capitals and small letters the same. RE2 has no back references and no look-around."
)
MAX_PATTERN = 200
MEMORY_BYTES = 1024**2
"""What one pattern may take, compiled and while it matches."""


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> Any:
    import re2  # only a server that has such a benchmark needs it

    options = re2.Options()
    options.log_errors = False
    options.max_mem = MEMORY_BYTES
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0]
        said = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        raise BadKey(f"the answer is no pattern of RE2: {said}") from None


def check(key: str) -> None:
    if len(key) > MAX_PATTERN:
        raise BadKey(f"the pattern has {len(key)} characters; {MAX_PATTERN} is the limit")
    _compiled(key)


def matches(text: str, key: str) -> bool:
    check(key)
    # A lone surrogate has no UTF-8, which RE2 reads.
    readable = text.encode("utf-8", errors="replace").decode()
    return _compiled(key).search(readable) is not None
