"""Which colour and shape a point has: the same for a category whatever the view leaves out."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext as _

from frontend.figures.look import FRONT, OTHER, SHAPES, Group
from frontend.present import words
from frontend.present.hardware_words import vendor_name
from leaderboard.boards.rows import BoardView, Row

OTHERS = "others"

# Colour: (value of a row, label of that value).
_CATEGORIES: Mapping[str, tuple[Callable[[Row], str], Callable[[Row], str]]] = {
    "family": (lambda row: row.family, lambda row: row.family),
    "dev": (lambda row: row.device, lambda row: row.device_name),
    "class": (lambda row: row.device_class, lambda row: row.device_class),
    "vendor": (lambda row: row.vendor, lambda row: vendor_name(row.vendor)),
    "quant": (lambda row: row.config.precision, lambda row: row.config.precision),
    "engine": (lambda row: row.config.runtime, lambda row: row.config.runtime),
    "batch": (lambda row: str(row.config.batch), lambda row: str(row.config.batch)),
    "org": (lambda row: row.organisation, lambda row: row.organisation_name or _("not stated")),
}


def groups_of(view: BoardView) -> tuple[tuple[Group, ...], Mapping[str, str]]:
    """Return the groups, drawn first to last, and the group's key of each row by the row's id."""
    colour = view.view.colour
    if colour == "front":
        return _by_front(), {str(row.id): _membership(row) for row in view.rows}
    value, label = _CATEGORIES[colour]
    hued = _with_a_hue(view.board_rows, value)
    labels = _told_apart({value(row): label(row) or _("unnamed") for row in view.board_rows})
    groups = [Group(f"is-{key}", labels[key], *SHAPES[place]) for place, key in enumerate(hued)]
    rest = len(labels) - len(hued)
    if rest:
        groups.insert(0, Group(OTHERS, _("%d others") % rest, OTHER, "circle"))
    return tuple(groups), {str(row.id): f"is-{value(row)}" if value(row) in hued else OTHERS for row in view.rows}


def _told_apart(labels: Mapping[str, str]) -> Mapping[str, str]:
    """Two devices may bear one name; their slugs differ."""
    names = Counter(labels.values())
    return {key: f"{label} ({key})" if names[label] > 1 else label for key, label in labels.items()}


def _by_front() -> tuple[Group, ...]:
    return (
        Group("dominated", str(words.FRONT_WORDS["dominated"]), OTHER, "circle"),
        Group("contested", str(words.FRONT_WORDS["contested"]), FRONT, "diamond"),
        Group("on", str(words.FRONT_WORDS["on"]), FRONT, "circle"),
    )


def _membership(row: Row) -> str:
    return row.front if row.front in {"on", "contested"} else "dominated"


def _with_a_hue(board: Sequence[Row], value: Callable[[Row], str]) -> list[str]:
    """The largest categories of the whole board, oldest first: a filter or a new entry recolours nothing."""
    counts = Counter(value(row) for row in board)
    first: dict[str, tuple[float, str]] = {}
    for row in board:
        seen = row.published_at.timestamp(), value(row)
        first[value(row)] = min(first.get(value(row), seen), seen)
    largest = sorted(counts, key=lambda key: (-counts[key], first[key]))[: len(SHAPES)]
    return sorted(largest, key=lambda key: first[key])
