"""The query grammar of a board: one view has one address, and no address is an error.

Lists are joined by `~`. Only what differs from the board's default is written, keys in the order of `KEYS`. What
cannot be used (an unknown key, a value that nothing on the board has) is ignored and named in a note.
"""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, quote

from django.utils.translation import gettext_lazy as _

from leaderboard.boards import address_values as values
from leaderboard.boards.columns import own_columns
from leaderboard.boards.limit_text import read_limit
from leaderboard.boards.rows import BoardView, Grammar, Note, View
from leaderboard.metrics.registry import METRICS
from leaderboard.protocol import Scope

COLUMNS = values.COLUMNS
MAX_NOTES = values.MAX_NOTES
PER_PAGE = values.PER_PAGE


def read(pairs: Iterable[tuple[str, str]], grammar: Grammar) -> tuple[View, tuple[Note, ...]]:
    """Return the complete view, and a note for everything that was ignored. Never raises."""
    notes: list[Note] = []
    changes: dict[str, Any] = {}
    limits: dict[str, dict[str, float]] = {"min": {}, "max": {}}
    seen: set[str] = set()
    for key, text in pairs:
        if key in seen:
            values.note(notes, key, text, _("The key stands here twice; the first one counts."))
            continue
        seen.add(key)
        try:
            _read_one(values.Text(key, text, grammar, notes), changes, limits)
        except values.Ignored as ignored:
            values.note(notes, key, text, ignored.reason)
    base = grammar.defaults_in(changes.get("scope", grammar.defaults.scope))
    _tell_axes_apart(changes, base, notes)
    view = replace(base, **changes, minimum=limits["min"], maximum=limits["max"])
    if view.columns == own_columns(grammar.columns, (view.x, view.y)):
        view = replace(view, columns=())
    return view, tuple(notes)


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
            parts += [(f"{key}.{metric}", number_text(value[metric])) for metric in METRICS if metric in value]
        elif value != getattr(default, rule.field):
            parts.append((key, rule.write(value)))
    return "&".join(f"{key}={quote(text, safe='~')}" for key, text in parts)


def link(shown: BoardView, **changes: Any) -> str:
    """Return the query string of a neighbour of the view that is shown."""
    return write(replace(shown.view, **changes), shown.grammar)


def requested_revision(pairs: Iterable[tuple[str, str]]) -> int | None:
    """Return the revision that an address asks for, if it is a number at all."""
    word = next((text for key, text in pairs if key == "asof"), "")
    number = int(word) if word.isascii() and word.isdigit() and len(word) <= values.MOST_DIGITS else None
    return number if str(number) == word else None


def requested_scope(pairs: Iterable[tuple[str, str]], known: Container[str]) -> Scope | None:
    """Return the scope that `read` will choose, or None: the rows of a view are those of its scope."""
    word = next((text for key, text in pairs if key == "scope"), "")
    return Scope(word) if word in known else None


def _tell_axes_apart(changes: dict[str, Any], base: View, notes: list[Note]) -> None:
    """A metric against itself is a line that says nothing: what asked for it is left out of the changes."""
    for axis in ("y", "x"):
        chosen = {key: changes.get(key, getattr(base, key)) for key in ("x", "y")}
        if axis in changes and chosen["x"] == chosen["y"]:
            values.note(notes, axis, changes.pop(axis), _("The other axis has this metric."))


def _read_one(part: values.Text, changes: dict[str, Any], limits: dict[str, dict[str, float]]) -> None:
    bound, dot, metric = part.key.partition(".")
    if dot and bound in limits:
        if metric not in METRICS:
            raise values.Ignored(_("There is no such metric."))
        limits[bound][metric] = read_limit(part.text, metric)
    elif part.key in KEYS and part.key not in limits:
        rule = KEYS[part.key]
        changes[rule.field] = rule.read(part)
    else:
        raise values.Ignored(_("This board has no such key."))


def number_text(value: float) -> str:
    """A number as an address has it."""
    # `+` means a space in old query parsers, and 1e5 says the same as 1e+5.
    return repr(float(value)).removesuffix(".0").replace("e+", "e")


def _joined(values: Iterable[Any]) -> str:
    return "~".join(str(value) for value in values)


@dataclass(frozen=True, slots=True)
class _Rule:
    field: str
    read: Callable[[values.Text], Any]
    write: Callable[[Any], str] = str


KEYS: Mapping[str, _Rule] = {
    "x": _Rule("x", values.metric),
    "y": _Rule("y", values.metric),
    "xs": _Rule("xs", values.scale),
    "ys": _Rule("ys", values.scale),
    "scope": _Rule("scope", values.scope),
    "src": _Rule("src", values.sources, _joined),
    "sort": _Rule("sort", values.sort, _joined),
    "q": _Rule("q", values.search),
    "dev": _Rule("device", values.known, _joined),
    "class": _Rule("device_class", values.known, _joined),
    "vendor": _Rule("vendor", values.known, _joined),
    "quant": _Rule("precision", values.known, _joined),
    "engine": _Rule("runtime", values.known, _joined),
    "batch": _Rule("batch", values.batches, _joined),
    "org": _Rule("organisation", values.known, _joined),
    "model": _Rule("model", values.known, _joined),
    "group": _Rule("group", values.group),
    "min": _Rule("minimum", values.metric),
    "max": _Rule("maximum", values.metric),
    "hl": _Rule("highlight", values.highlighted, _joined),
    "color": _Rule("colour", values.colour),
    "front_in_view": _Rule("front_in_view", values.flag, lambda chosen: "1" if chosen else "0"),
    "zoom": _Rule("zoom", values.zoom, lambda zoom: _joined(number_text(edge) for edge in zoom or ())),
    "e": _Rule("compared", values.compared, _joined),
    "ci": _Rule("ci", values.flag, lambda ci: "1" if ci else "0"),
    "band": _Rule("band", values.flag, lambda chosen: "1" if chosen else "0"),
    "cols": _Rule("columns", values.columns, _joined),
    "view": _Rule("panels", values.panels),
    "page": _Rule("page", values.page),
    "per": _Rule("per", values.per, lambda per: "all" if per is None else str(per)),
    "asof": _Rule("asof", values.revision),
}
"""Every key, in the order of an address. `min` and `max` stand there as `min.<metric>` and `max.<metric>`."""
