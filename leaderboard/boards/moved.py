"""What addresses said before: each step rewrites one older form of the grammar into the next one.

A key that gets another name, or a value another meaning, gets a step at the end of `STEPS`. Links that were given away
before are then led to the address of today.
"""

from collections.abc import Callable, Iterable, Sequence

Pairs = Sequence[tuple[str, str]]
Step = Callable[[Pairs], Pairs]

STEPS: tuple[Step, ...] = ()
"""Oldest first. No key has been renamed since addresses were first published."""


def renamed(old: str, new: str) -> Step:
    """Return the step for a key that has another name since; a pair that has the new name already wins."""

    def step(pairs: Pairs) -> Pairs:
        known = {key for key, _ in pairs}
        kept = [(key, value) for key, value in pairs if key != old or new not in known]
        return [(new if key == old else key, value) for key, value in kept]

    return step


def brought_up_to_date(pairs: Iterable[tuple[str, str]], steps: Sequence[Step] | None = None) -> Pairs:
    """Return the pairs as today's grammar has them; the very same pairs where nothing has moved."""
    found: Pairs = list(pairs)
    for step in STEPS if steps is None else steps:
        found = list(step(found))
    return found
