"""The query grammar of a board: one view has one address, and no address is an error.

Lists are joined by `~`. Only what differs from the board's default is written, keys in the order of `KEYS`. What
cannot be used (an unknown key, a value that nothing on the board has) is ignored and named in a note.
"""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any
from urllib.parse import parse_qsl, quote

from leaderboard.boards.rows import BoardView, Grammar, Note, View
from leaderboard.metrics.registry import METRICS
from leaderboard.protocol import Provenance, Scope

MAX_TEXT = 200
MAX_LIST = 50
MAX_NOTES = 20
MAX_SORT = 3
SHOWN_VALUE = 60
PER_PAGE = (50, 100)
COLUMNS = ("rank", "model", "device", "published")
"""What can be sorted by beside the metrics."""


class _Ignored(Exception):
    """A value that cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class _Text:
    """One value of one key as it came, and where complaints about parts of it go."""

    key: str
    text: str
    grammar: Grammar
    notes: list[Note]

    def complain(self, value: str, reason: str) -> None:
        _note(self.notes, self.key, value, reason)


def read(pairs: Iterable[tuple[str, str]], grammar: Grammar) -> tuple[View, tuple[Note, ...]]:
    """Return the complete view, and a note for everything that was ignored. Never raises."""
    notes: list[Note] = []
    changes: dict[str, Any] = {}
    limits: dict[str, dict[str, float]] = {"min": {}, "max": {}}
    seen: set[str] = set()
    for key, text in pairs:
        if key in seen:
            _note(notes, key, text, "The key stands here twice; the first one counts.")
            continue
        seen.add(key)
        try:
            _read_one(_Text(key, text, grammar, notes), changes, limits)
        except _Ignored as ignored:
            _note(notes, key, text, str(ignored))
    base = grammar.defaults_in(changes.get("scope", grammar.defaults.scope))
    return replace(base, **changes, minimum=limits["min"], maximum=limits["max"]), tuple(notes)


def parse(query: str) -> list[tuple[str, str]]:
    """Split a query string; what is no UTF-8 is replaced."""
    return parse_qsl(query.removeprefix("?"), keep_blank_values=True, errors="replace")


def write(view: View, grammar: Grammar) -> str:
    """Return the view's query string, without `?`; empty for the board's default view."""
    default = grammar.defaults_in(view.scope)
    default = replace(default, scope=grammar.defaults.scope)
    parts = []
    for key, rule in KEYS.items():
        value = getattr(view, rule.field)
        if key in {"min", "max"}:
            parts += [(f"{key}.{metric}", _number(value[metric])) for metric in METRICS if metric in value]
        elif value != getattr(default, rule.field):
            parts.append((key, rule.write(value)))
    return "&".join(f"{key}={quote(text, safe='~')}" for key, text in parts)


def link(shown: BoardView, **changes: Any) -> str:
    """Return the query string of a neighbour of the view that is shown."""
    return write(replace(shown.view, **changes), shown.grammar)


def requested_scope(pairs: Iterable[tuple[str, str]], known: Container[str]) -> Scope | None:
    """Return the scope that `read` will choose, or None: the rows of a view are those of its scope."""
    word = next((text for key, text in pairs if key == "scope"), "")
    return Scope(word) if word in known else None


def _read_one(part: _Text, changes: dict[str, Any], limits: dict[str, dict[str, float]]) -> None:
    bound, dot, metric = part.key.partition(".")
    if dot and bound in limits:
        if metric not in METRICS:
            raise _Ignored("There is no such metric.")
        limits[bound][metric] = _finite(part.text)
    elif part.key in KEYS and part.key not in limits:
        rule = KEYS[part.key]
        changes[rule.field] = rule.read(part)
    else:
        raise _Ignored("This board has no such key.")


def _note(notes: list[Note], key: str, value: str, reason: str) -> None:
    if len(notes) < MAX_NOTES:
        notes.append(Note(_shown(key), _shown(value), reason))


def _shown(text: str) -> str:
    clean = "".join(letter if letter.isprintable() else "�" for letter in text[: SHOWN_VALUE + 1])
    return clean if len(clean) <= SHOWN_VALUE else clean[:SHOWN_VALUE] + "…"


def _metric(part: _Text) -> str:
    if part.text not in METRICS:
        raise _Ignored("There is no such metric.")
    return part.text


def _scale(part: _Text) -> str:
    if part.text not in {"log", "lin"}:
        raise _Ignored("A scale is log or lin.")
    return part.text


def _scope(part: _Text) -> Scope:
    if part.text not in part.grammar.values["scope"]:
        raise _Ignored("No entry of this board has an energy in such a scope.")
    return Scope(part.text)


def _words(part: _Text) -> list[str]:
    """Split a list; each word once, and no more words than a person would write."""
    words = list(dict.fromkeys(part.text.split("~")))
    if len(words) > MAX_LIST:
        raise _Ignored(f"The list is longer than {MAX_LIST} values.")
    return words


def _sources(part: _Text) -> tuple[Provenance, ...]:
    words = _words(part)
    chosen = tuple(provenance for provenance in Provenance if provenance in words)
    if not chosen:
        raise _Ignored("There is no such provenance.")
    for word in words:
        if word not in chosen:
            part.complain(word, "There is no such provenance.")
    return chosen


def _known(part: _Text) -> tuple[str, ...]:
    """Return those of the words that exist on the board, sorted: their order says nothing."""
    words = _words(part)
    for word in words:
        if word not in part.grammar.values[part.key]:
            part.complain(word, "Nothing on this board has this value.")
    return tuple(sorted(set(words) & part.grammar.values[part.key]))


def _batches(part: _Text) -> tuple[int, ...]:
    return tuple(sorted(int(word) for word in _known(part)))


def _sort(part: _Text) -> tuple[str, ...]:
    chosen: dict[str, str] = {}
    for word in _words(part):
        column = word.removeprefix("-")
        if column not in METRICS and column not in COLUMNS:
            part.complain(word, "There is no such column.")
        elif len(chosen) == MAX_SORT or column in chosen:
            part.complain(word, f"At most {MAX_SORT} different columns sort.")
        else:
            chosen[column] = word
    return tuple(chosen.values())


def _search(part: _Text) -> str:
    if len(part.text) > MAX_TEXT:
        raise _Ignored(f"The search text is longer than {MAX_TEXT} characters.")
    # Lone surrogates and control characters can be in no name, and not in an address either.
    clean = "".join(letter if letter.isprintable() else " " for letter in part.text)
    return " ".join(clean.split())


def _flag(part: _Text) -> bool:
    if part.text not in {"0", "1"}:
        raise _Ignored("This is 1 or 0.")
    return part.text == "1"


def _page(part: _Text) -> int:
    if not (part.text.isascii() and part.text.isdigit() and len(part.text) <= 6 and int(part.text) >= 1):
        raise _Ignored("A page is a number from 1 on.")
    return int(part.text)


def _per(part: _Text) -> int | None:
    if part.text == "all":
        return None
    if part.text not in {str(number) for number in PER_PAGE}:
        raise _Ignored("A page has 50, 100 or all rows.")
    return int(part.text)


def _finite(text: str) -> float:
    try:
        number = float(text) if len(text) <= MAX_TEXT else float("nan")
    except ValueError:
        number = float("nan")
    if not isfinite(number):
        raise _Ignored("A limit is a plain number, in the metric's own unit.")
    return number


def _number(value: float) -> str:
    # `+` means a space in old query parsers, and 1e5 says the same as 1e+5.
    return repr(float(value)).removesuffix(".0").replace("e+", "e")


def _joined(values: Iterable[Any]) -> str:
    return "~".join(str(value) for value in values)


@dataclass(frozen=True, slots=True)
class _Rule:
    field: str
    read: Callable[[_Text], Any]
    write: Callable[[Any], str] = str


KEYS: Mapping[str, _Rule] = {
    "x": _Rule("x", _metric),
    "y": _Rule("y", _metric),
    "xs": _Rule("xs", _scale),
    "ys": _Rule("ys", _scale),
    "scope": _Rule("scope", _scope),
    "src": _Rule("src", _sources, _joined),
    "sort": _Rule("sort", _sort, _joined),
    "q": _Rule("q", _search),
    "dev": _Rule("device", _known, _joined),
    "class": _Rule("device_class", _known, _joined),
    "quant": _Rule("precision", _known, _joined),
    "engine": _Rule("runtime", _known, _joined),
    "batch": _Rule("batch", _batches, _joined),
    "min": _Rule("minimum", _metric),
    "max": _Rule("maximum", _metric),
    "hl": _Rule("highlight", _known, _joined),
    "ci": _Rule("ci", _flag, lambda ci: "1" if ci else "0"),
    "page": _Rule("page", _page),
    "per": _Rule("per", _per, lambda per: "all" if per is None else str(per)),
}
"""Every key, in the order of an address. `min` and `max` stand there as `min.<metric>` and `max.<metric>`."""
