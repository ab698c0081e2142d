"""The graders by name. A benchmark names one of them; its answer key is checked by the same one when it is loaded."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from leaderboard.grading import choice, exact, numeric, regex
from leaderboard.grading.keys import MAX_KEY, BadKey

MAX_TEXT = 4000
"""Characters of an answer that are looked at, as many as a report may hold of each."""

__all__ = ["GRADERS", "MAX_KEY", "MAX_TEXT", "BadKey", "Grader", "UnknownGrader", "grader"]


class UnknownGrader(LookupError):
    """No grader has this name; the message names the ones that exist."""


@dataclass(frozen=True, slots=True)
class Grader:
    """`rule` says in one sentence what counts as right."""

    name: str
    rule: str
    _check: Callable[[str], None]
    _matches: Callable[[str, str], bool]

    def check_key(self, key: str) -> None:
        """Raise BadKey where `key` cannot be the answer to anything."""
        if not key.strip():
            raise BadKey("the answer is empty")
        if len(key) > MAX_KEY:
            raise BadKey(f"the answer has {len(key)} characters; {MAX_KEY} is the limit")
        self._check(key)

    def is_right(self, text: str, key: str) -> bool:
        """Say whether a generated text is right; raises BadKey for an answer that `check_key` refuses."""
        return self._matches(text[:MAX_TEXT], key)


GRADERS: Mapping[str, Grader] = MappingProxyType(
    {
        item.name: item
        for item in (
            Grader("exact", exact.RULE, exact.check, exact.matches),
            Grader("choice", choice.RULE, choice.check, choice.matches),
            Grader("numeric", numeric.RULE, numeric.check, numeric.matches),
            Grader("regex", regex.RULE, regex.check, regex.matches),
        )
    }
)


def grader(name: str) -> Grader:
    """Raises UnknownGrader."""
    try:
        return GRADERS[name]
    except KeyError:
        raise UnknownGrader(f"There is no grader {name!r}; there are {', '.join(GRADERS)}.") from None
