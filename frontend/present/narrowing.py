"""Pages that list things narrow them by the address: `key=a~b`. Values of one key are alternatives, keys add up."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from frontend.present.links import joined, merged
from leaderboard.boards import address_values as values
from leaderboard.boards.address import parse
from leaderboard.boards.rows import Choice, Note

Thing = TypeVar("Thing")
Traits = Mapping[str, Collection[str]]
"""What one thing can be found by: the values that it has of each key."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """`chosen` by category, `texts` by free key, a note for each thing ignored, and the query that says the same."""

    chosen: Mapping[str, tuple[str, ...]]
    texts: Mapping[str, str]
    notes: tuple[Note, ...]
    query: str


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    title: str | Promise
    choices: tuple[Choice, ...]


def narrowed(query: str, known: Mapping[str, Collection[str]], texts: Collection[str] = ()) -> Narrowed:
    """Read an address: `known` has the values of each category, `texts` the keys of what a reader types.

    Whatever cannot be used is ignored and noted; a key that stands there twice is one list. Never raises.
    """
    notes: list[Note] = []
    chosen: dict[str, tuple[str, ...]] = {}
    typed: dict[str, str] = {}
    for key, text in parse(merged(query)):
        if key in known:
            chosen[key] = _known(key, text, known[key], notes)
        elif key not in texts:
            values.note(notes, key, text, _("This page has no such key."))
        elif len(text) > values.MAX_TEXT:
            values.note(notes, key, text, _("The text is longer than %d characters.") % values.MAX_TEXT)
        else:
            typed[key] = values.printable(text)
            if values.has_unprintable(text):
                values.note(notes, key, text, values.UNPRINTABLE)
    said = [
        (key, typed.get(key) or "~".join(chosen.get(key, ()))) for key in sorted((*texts, *known), key="page".__eq__)
    ]
    return Narrowed(chosen, typed, tuple(notes), joined((key, text) for key, text in said if text))


def _known(key: str, text: str, known: Collection[str], notes: list[Note]) -> tuple[str, ...]:
    """Those of the words that anything here has, sorted: their order says nothing."""
    words = list(dict.fromkeys(word for word in text.split("~") if word))
    if len(words) > values.MAX_LIST:
        values.note(notes, key, text, _("The list is longer than %d values.") % values.MAX_LIST)
        return ()
    for word in words:
        if word not in known:
            values.note(notes, key, word, _("Nothing here has this value."))
    return tuple(sorted(word for word in words if word in known))


def matches(traits: Traits, shown: Narrowed) -> bool:
    return all(set(words) & set(traits[key]) for key, words in shown.chosen.items() if words)


def known_values(
    things: Iterable[Thing], traits: Callable[[Thing], Traits], keys: Iterable[str]
) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {key: set() for key in keys}
    for thing in things:
        for key, words in traits(thing).items():
            found[key].update(words)
    return found


def groups_of(
    things: Sequence[Thing],
    traits: Callable[[Thing], Traits],
    shown: Narrowed,
    titles: Mapping[str, str | Promise],
    label: Callable[[str, str], str],
) -> tuple[Group, ...]:
    """Return the choices of each key that there is a choice of, most first, with the count of all that have it."""
    found = []
    for key, title in titles.items():
        counts = Counter(word for thing in things for word in traits(thing)[key])
        chosen = shown.chosen.get(key, ())
        ordered = sorted(counts, key=lambda word: (-counts[word], word))
        choices = tuple(Choice(word, label(key, word), counts[word], word in chosen) for word in ordered)
        if len(choices) > 1:
            found.append(Group(key, title, choices))
    return tuple(found)
