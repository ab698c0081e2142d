"""The orders of a board's rows, in words, and those that its form offers."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from frontend.present import words
from frontend.present.registry import METRICS
from leaderboard.boards.columns import shown as shown_columns
from leaderboard.boards.rows import BoardView
from leaderboard.boards.viewing import best_first

# What a column that is no metric is sorted by, best first; the organisation and the provenance are not sorted by.
SORTS = {"device": "device", "published": "-published"}


@dataclass(frozen=True, slots=True)
class Option:
    """One of a list's values and its words."""

    value: str
    label: str
    chosen: bool


def order_of(view: BoardView) -> str:
    """What the rows of a view are ordered by."""
    ranked = any(row.rank is not None for row in view.rows)
    sort = view.view.sort or (() if ranked else (best_first(view.view.y),))
    return said(sort) or _("rank")


def orders_of(view: BoardView) -> tuple[Option, ...]:
    """The board's own order, each column best first, and whatever else the view has."""
    chosen = "~".join(view.view.sort)
    columns = (best for key in shown_columns(view.view, view.grammar) if (best := best_of(key)))
    offered = {"": _("rank"), "model": said(("model",)), **{word: said((word,)) for word in columns}}
    offered.setdefault(chosen, said(view.view.sort))
    return tuple(Option(value, label, value == chosen) for value, label in offered.items())


def best_of(column: str) -> str:
    """The word of an address that sorts by a column, best first; empty where it does not sort."""
    return SORTS.get(column, "") if column not in METRICS else best_first(column)


def said(sort: Iterable[str]) -> str:
    return ", ".join(_said(word) for word in sort)


def order_words(direction: str) -> str:
    return _("highest") if direction == "higher" else _("lowest")


def _said(word: str) -> str:
    column, turned = word.removeprefix("-"), word.startswith("-")
    if column in METRICS or column == "rank":
        name = words.metric_phrase(METRICS[column].name) if column in METRICS else _("rank")
        return f"{name}, {_('highest first') if turned else _('lowest first')}"
    if column == "published":
        return _("date, newest first") if turned else _("date, oldest first")
    name = _("model") if column == "model" else _("device")
    return f"{name}, {_('Z to A') if turned else _('A to Z')}"
