"""What a label says: as much of a name as there is room for, never less than tells it from the others."""

import re
from collections.abc import Collection, Mapping
from itertools import pairwise

ELLIPSIS = "…"
WORD = 8
"""Characters that may be added for the sake of a whole word."""
LEAST_BROKEN = 12
"""A text shorter than this stays on one line."""
_GAPS = re.compile(r"[\s_/-]+")


def shortened(names: Collection[str], most: int) -> Mapping[str, str]:
    """Return each name, cut after some word where it is longer than `most`; no two names become one."""
    apart: dict[str, int] = dict.fromkeys(names, 1)
    for one, other in pairwise(sorted(apart)):
        shared = _shared(one, other) + 1
        apart[one], apart[other] = max(apart[one], shared), max(apart[other], shared)
    return {name: _cut(name, least, most) for name, least in apart.items()}


def _shared(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _cut(name: str, least: int, most: int) -> str:
    if len(name) <= most:
        return name
    ends = [gap.start() for gap in _GAPS.finditer(name) if gap.start() >= least]
    fitting = [end for end in ends if end <= most]
    end = fitting[-1] if fitting else min(next(iter(ends), len(name)), max(least, most) + WORD)
    return name if end + len(ELLIPSIS) >= len(name) else name[:end] + ELLIPSIS


def on_two_lines(text: str) -> tuple[str, ...]:
    """Break between two words, or after a hyphen, so that the longer line is as short as can be."""
    if len(text) < LEAST_BROKEN:
        return (text,)
    broken = [(text[: gap.end()].rstrip(), text[gap.end() :]) for gap in _GAPS.finditer(text, 1)]
    broken = [lines for lines in broken if lines[1]]
    return min(broken, key=lambda lines: max(map(len, lines)), default=(text,))
