"""Which letter of a multiple choice a text picks."""

import re

from leaderboard.grading.keys import BadKey

RULE = (
    "The letter of the last `answer is X` or `answer: X` in the text; without one, the letter that the text begins "
    "with, alone or before one of ) . : , and in brackets or not. Capitals and small letters are the same."
)
# Both are linear: no repetition is followed by one that could match the same characters.
_STATED = re.compile(r"\banswer(?: is|:)[ \t]{0,3}(?:is[ \t]|:[ \t]?)?[*(\[]{0,3}([a-z])(?![a-z0-9'’])", re.IGNORECASE)
_LEADING = re.compile(r"[*(\[]{0,3}([a-z])(?:[*)\]]{1,3}|[.:,]|\s*\Z)", re.IGNORECASE)


def picked(text: str) -> str | None:
    """Return the capital letter that a text picks, None where it picks none."""
    stated = _STATED.findall(text)
    if stated:
        return str(stated[-1]).upper()
    leading = _LEADING.match(text.strip())
    return leading.group(1).upper() if leading else None


def check(key: str) -> None:
    letter = key.strip()
    if not (len(letter) == 1 and letter.isascii() and letter.isalpha()):
        raise BadKey(f"the answer of a choice is one letter from A to Z, not {key[:40]!r}")


def matches(text: str, key: str) -> bool:
    return picked(text) == key.strip().upper()
