"""The address of a comparison: `e=a~b~c&base=&m=&scope=`. Nothing in it is an error; what is ignored is noted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from leaderboard.boards.address_values import MAX_COMPARED, MAX_LIST, note
from leaderboard.boards.rows import Note
from leaderboard.metrics.registry import METRICS
from leaderboard.protocol import Scope

KEYS = ("e", "base", "m", "scope")


@dataclass(frozen=True, slots=True)
class Wanted:
    """`ids` holds everything that may be an entry; whether it is one the database says. `metrics` empty: the usual."""

    ids: tuple[UUID, ...]
    base: UUID | None
    metrics: tuple[str, ...]
    scope: Scope | None


def read(pairs: Iterable[tuple[str, str]]) -> tuple[Wanted, list[Note]]:
    notes: list[Note] = []
    values: dict[str, str] = {}
    for key, text in pairs:
        if key not in KEYS:
            note(notes, key, text, _("A comparison has no such key."))
        elif key in values:
            note(notes, key, text, _("The key stands here twice; the first one counts."))
        else:
            values[key] = text
    base = _uuid(values.get("base", ""))
    if values.get("base") and base is None:
        note(notes, "base", values["base"], _("This is no entry's id."))
    wanted = Wanted(
        ids=_ids(values.get("e", ""), notes),
        base=base,
        metrics=_metrics(values.get("m", ""), notes),
        scope=_scope(values.get("scope", ""), notes),
    )
    return wanted, notes


def at_most(ids: Sequence[UUID], notes: list[Note]) -> tuple[UUID, ...]:
    """The first ones that a comparison has room for."""
    for left_out in ids[MAX_COMPARED:]:
        note(notes, "e", str(left_out), format_lazy(_("At most {most} entries are compared."), most=MAX_COMPARED))
    return tuple(ids[:MAX_COMPARED])


def write(ids: Sequence[UUID], base: UUID | None, metrics: Sequence[str], scope: Scope | None) -> str:
    """The query string, without `?`; the baseline only where it is not the first entry."""
    parts: Mapping[str, str] = {
        "e": "~".join(str(one) for one in ids),
        "base": str(base) if base and ids and base != ids[0] else "",
        "m": "~".join(metrics),
        "scope": scope or "",
    }
    return "&".join(f"{key}={quote(text, safe='~')}" for key, text in parts.items() if text)


def _words(text: str, key: str, notes: list[Note]) -> list[str]:
    words = [word for word in dict.fromkeys(text.split("~")) if word]
    if len(words) > MAX_LIST:
        note(
            notes,
            key,
            text,
            format_lazy(_("The list is longer than {most} values; the first ones count."), most=MAX_LIST),
        )
    return words[:MAX_LIST]


def _ids(text: str, notes: list[Note]) -> tuple[UUID, ...]:
    found: dict[UUID, None] = {}
    for word in _words(text, "e", notes):
        known = _uuid(word)
        if known is None:
            note(notes, "e", word, _("This is no entry's id."))
        else:
            found[known] = None
    return tuple(found)


def _metrics(text: str, notes: list[Note]) -> tuple[str, ...]:
    words = _words(text, "m", notes)
    for word in words:
        if word not in METRICS:
            note(notes, "m", word, _("There is no such metric."))
    return tuple(metric for metric in METRICS if metric in words)


def _scope(text: str, notes: list[Note]) -> Scope | None:
    if text and text not in set(Scope):
        note(notes, "scope", text, _("There is no such scope."))
    return Scope(text) if text in set(Scope) else None


def _uuid(text: str) -> UUID | None:
    # The full form alone: braces, `urn:uuid:` and bare digits would give one view several addresses.
    try:
        found = UUID(text)
    except ValueError:
        return None
    return found if str(found) == text.lower() else None
