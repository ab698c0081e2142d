"""What the value of each key of an address may be. A reader returns the value, or raises `Ignored` with the reason."""

import re
from dataclasses import dataclass, replace
from typing import Literal, get_args

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from leaderboard.boards.columns import ALL, PLAIN
from leaderboard.boards.rows import Colour, Grammar, Note, Words
from leaderboard.boards.short_ids import in_full
from leaderboard.metrics.registry import METRICS
from leaderboard.protocol import Provenance, Scope

MAX_TEXT = 200
MAX_LIST = 50
MAX_NOTES = 20
MAX_SORT = 3
MAX_COMPARED = 4
SHOWN_VALUE = 60
HIDDEN = "…"
_SECRET = re.compile("token|secret|passw|credential|signature|auth|csrf|session|api.?key", re.IGNORECASE)
"""Keys whose value is not said again: a page's note may be read over a shoulder, or photographed."""
UNPRINTABLE = _("What cannot be printed was left out.")
MOST_DIGITS = 9
FARTHEST = 1e100
"""No value is farther out, and between edges farther apart no axis has ticks: their distance is no number any more."""
MOST_COLUMNS = 40
PER_PAGE = (50, 100)
COLUMNS = ("rank", "model", "device", "published")
"""What can be sorted by beside the metrics."""


class Ignored(Exception):
    """A value that cannot be used, and why."""

    def __init__(self, reason: Words) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Text:
    """One value of one key as it came, and where complaints about parts of it go."""

    key: str
    text: str
    grammar: Grammar
    notes: list[Note]

    def complain(self, value: str, reason: Words) -> None:
        note(self.notes, self.key, value, reason)


def note(notes: list[Note], key: str, value: str, reason: Words, href: str = "") -> None:
    if len(notes) < MAX_NOTES:
        notes.append(Note(_shown(key), HIDDEN if _SECRET.search(key) else _shown(value), reason, href))


def _shown(text: str) -> str:
    clean = "".join(letter if letter.isprintable() else "�" for letter in text[: SHOWN_VALUE + 1])
    return clean if len(clean) <= SHOWN_VALUE else clean[:SHOWN_VALUE] + "…"


def metric(part: Text) -> str:
    if part.text not in METRICS:
        raise Ignored(_("There is no such metric."))
    return part.text


def scale(part: Text) -> str:
    if part.text not in {"log", "lin"}:
        raise Ignored(_("A scale is log or lin."))
    return part.text


def scope(part: Text) -> Scope:
    if part.text not in part.grammar.values["scope"]:
        raise Ignored(_("No entry of this board has an energy in such a scope."))
    return Scope(part.text)


def words_of(part: Text) -> list[str]:
    """Split a list; each word once, and no more words than a person would write."""
    words = list(dict.fromkeys(part.text.split("~")))
    if len(words) > MAX_LIST:
        raise Ignored(format_lazy(_("The list is longer than {most} values."), most=MAX_LIST))
    return words


def sources(part: Text) -> tuple[Provenance, ...]:
    words = words_of(part)
    chosen = tuple(provenance for provenance in Provenance if provenance in words)
    if not chosen:
        raise Ignored(_("There is no such provenance."))
    for word in words:
        if word not in chosen:
            part.complain(word, _("There is no such provenance."))
    return chosen


def known(part: Text) -> tuple[str, ...]:
    """Return those of the words that exist on the board, sorted: their order says nothing."""
    words = words_of(part)
    for word in words:
        if word not in part.grammar.values[part.key]:
            part.complain(word, _("Nothing on this board has this value."))
    return tuple(sorted(set(words) & part.grammar.values[part.key]))


def highlighted(part: Text) -> tuple[str, ...]:
    return known(replace(part, text="~".join(_in_full(part))))


def _in_full(part: Text) -> tuple[str, ...]:
    """The words of a list of entries; their short forms in full."""
    return tuple(in_full(word, part.grammar.values["hl"]) for word in words_of(part))


def batches(part: Text) -> tuple[int, ...]:
    return tuple(sorted(int(word) for word in known(part)))


def sort(part: Text) -> tuple[str, ...]:
    chosen: dict[str, str] = {}
    for word in words_of(part):
        column = word.removeprefix("-")
        if column not in METRICS and column not in COLUMNS:
            part.complain(word, _("There is no such column."))
        elif len(chosen) == MAX_SORT or column in chosen:
            part.complain(word, format_lazy(_("At most {most} different columns sort."), most=MAX_SORT))
        else:
            chosen[column] = word
    return tuple(chosen.values())


def columns(part: Text) -> tuple[str, ...]:
    """Return the chosen columns in the order they are named, or the one word for all of them."""
    if part.text == ALL:
        return (ALL,)
    chosen: list[str] = []
    for word in words_of(part):
        if word not in METRICS and word not in PLAIN:
            part.complain(word, _("There is no such column."))
        elif len(chosen) == MOST_COLUMNS:
            part.complain(word, format_lazy(_("A table has at most {most} columns."), most=MOST_COLUMNS))
        else:
            chosen.append(word)
    return tuple(chosen)


def group(part: Text) -> Literal["config", "model"]:
    if part.text == "model":
        return "model"
    if part.text == "config":
        return "config"
    raise Ignored(_("Rows are grouped by config or model."))


def panels(part: Text) -> Literal["both", "chart", "table"]:
    known: tuple[Literal["both", "chart", "table"], ...] = ("both", "chart", "table")
    for word in known:
        if part.text == word:
            return word
    raise Ignored(_("A narrow screen shows both, chart or table."))


def revision(part: Text) -> int:
    """Return the revision at which the rows are frozen; `values` has it only where it was kept."""
    if part.text not in part.grammar.values.get("asof", ()):
        raise Ignored(_("Nobody has made a citable copy of such a revision; this is the board as it is."))
    return int(part.text)


def search(part: Text) -> str:
    if len(part.text) > MAX_TEXT:
        raise Ignored(format_lazy(_("The search text is longer than {most} characters."), most=MAX_TEXT))
    if has_unprintable(part.text):
        part.complain(part.text, UNPRINTABLE)
    return printable(part.text)


def printable(text: str) -> str:
    """Lone surrogates and control characters can be in no name, and not in an address either."""
    clean = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(clean.split())


def has_unprintable(text: str) -> bool:
    """Whether `printable` leaves out more than white space."""
    return not all(letter.isprintable() or letter.isspace() for letter in text)


def flag(part: Text) -> bool:
    if part.text not in {"0", "1"}:
        raise Ignored(_("This is 1 or 0."))
    return part.text == "1"


def page(part: Text) -> int:
    if not (part.text.isascii() and part.text.isdigit() and len(part.text) <= 6 and int(part.text) >= 1):
        raise Ignored(_("A page is a number from 1 on."))
    return int(part.text)


def per(part: Text) -> int | None:
    if part.text == "all":
        return None
    if part.text not in {str(number) for number in PER_PAGE}:
        raise Ignored(_("A page has 50, 100 or all rows."))
    return int(part.text)


def colour(part: Text) -> Colour:
    known: tuple[Colour, ...] = get_args(Colour)
    for word in known:
        if part.text == word:
            return word
    raise Ignored(format_lazy(_("Points can be coloured by {known}."), known=", ".join(known)))


def compared(part: Text) -> tuple[str, ...]:
    """Return up to four entries; in their order, because the first is the baseline."""
    chosen: list[str] = []
    for word in dict.fromkeys(_in_full(part)):
        if word not in part.grammar.values["hl"]:
            part.complain(word, _("Nothing on this board has this value."))
        elif len(chosen) == MAX_COMPARED:
            part.complain(word, format_lazy(_("At most {most} entries are compared."), most=MAX_COMPARED))
        else:
            chosen.append(word)
    return tuple(chosen)


def zoom(part: Text) -> tuple[float, float, float, float]:
    parts = part.text.split("~")
    if len(parts) != 4:
        raise Ignored(_("A zoom is x0~x1~y0~y1."))
    x0, x1, y0, y1 = (_finite(text) for text in parts)
    if not (x0 < x1 and y0 < y1):
        raise Ignored(_("A zoom goes from the lower to the higher value."))
    return x0, x1, y0, y1


def _finite(text: str) -> float:
    try:
        number = float(text) if len(text) <= MAX_TEXT else float("nan")
    except ValueError:
        number = float("nan")
    if not abs(number) <= FARTHEST:
        raise Ignored(_("A zoom is four plain numbers, in the metrics' own units."))
    return number
