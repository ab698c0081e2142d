"""What a label says: as much of a name as there is room for, never less than tells it from the others."""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from itertools import pairwise

ELLIPSIS = "…"
WORD = 8
"""Characters that may be added for the sake of a whole word."""
LEAST_BROKEN = 12
"""A text shorter than this stays on one line."""
_GAPS = re.compile(r"[\s_/-]+")
_BREAKS = re.compile(rf"[\s_/-]+|{ELLIPSIS}")


def shortened(names: Collection[str], most: int) -> Mapping[str, str]:
    """Return each name, cut after some word where it is longer than `most`; no two names become one.

    What begins alike for longer than that is cut in the middle, before the word that tells it apart.
    """
    apart: dict[str, int] = dict.fromkeys(names, 1)
    for one, other in pairwise(sorted(apart)):
        shared = _shared(one, other) + 1
        apart[one], apart[other] = max(apart[one], shared), max(apart[other], shared)
    cut = {name: _cut(name, least, most) for name, least in apart.items()}
    inner = {name: _cut_inside(name, apart[name], most) for name, text in cut.items() if len(text) > most + WORD}
    times = Counter((*inner.values(), *(text for name, text in cut.items() if name not in inner)))
    return cut | {name: text for name, text in inner.items() if times[text] == 1 and len(text) < len(cut[name])}


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


def _cut_inside(name: str, least: int, most: int) -> str:
    """Return the beginning, and the word that ends at or behind character `least`."""
    gaps = [gap.start() for gap in _GAPS.finditer(name)]
    start = max((gap for gap in gaps if gap < least - 1), default=0)
    end = min((gap for gap in gaps if gap >= least), default=len(name))
    word = name[start:end].strip(" -_") + (ELLIPSIS if end < len(name) else "")
    head = max((gap for gap in gaps if gap <= max(LEAST_BROKEN, most - len(word))), default=0)
    return f"{name[:head]}{ELLIPSIS}{word}" if 0 < head < start else name


def on_two_lines(text: str) -> tuple[str, ...]:
    """Break between two words, after a hyphen or where it was cut, so that the longer line is as short as can be."""
    if len(text) < LEAST_BROKEN:
        return (text,)
    broken = [(text[: gap.end()].rstrip(), text[gap.end() :]) for gap in _BREAKS.finditer(text, 1)]
    broken = [lines for lines in broken if lines[1]]
    return min(broken, key=lambda lines: max(map(len, lines)), default=(text,))
