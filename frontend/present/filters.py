"""The form beside a board: what can be chosen, what is chosen, and the ways out of a view that shows nothing."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from frontend.present import words
from frontend.present.limits import BOUNDS, Limit, limit_of, limits_of
from frontend.present.links import board_url, explore_url, neighbour
from frontend.present.orders import Option, orders_of
from frontend.present.registry import METRICS
from leaderboard.boards.address import KEYS, parse
from leaderboard.boards.rows import BoardView, Choice
from leaderboard.boards.viewing import filtered


@dataclass(frozen=True, slots=True)
class AxisField:
    key: str
    name: str
    options: tuple[Option, ...]
    scale_key: str
    scale_name: str
    scales: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    title: words.Words
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    action: str
    scopes: tuple[Choice, ...]
    axes: tuple[AxisField, ...]
    groups: tuple[Group, ...]
    limits: tuple[Limit, ...]
    q: str
    ci: bool
    band: bool | None
    """None where nothing was resampled."""
    front_in_view: bool
    colours: tuple[Option, ...]
    orders: tuple[Option, ...]
    """Of the rows; empty in the explorer, whose heads sort."""
    hidden: Mapping[str, str]
    active: int


@dataclass(frozen=True, slots=True)
class WayOut:
    """One change to a view that shows nothing, and what it is called."""

    href: str
    text: str


def filters_of(view: BoardView, *, explores: bool = False) -> Filters:
    """`explores`: the form is the explorer's."""
    state, resampled = view.view, _is_resampled(view)
    hidden = _kept(view)
    if explores:
        hidden |= {"sort": "~".join(state.sort), "band": "1" if state.band and not resampled else ""}
    present = {key for key in METRICS if _is_present(view, key)}
    return Filters(
        action=explore_url(view.slug) if explores else board_url(view.slug),
        scopes=view.scopes,
        axes=(_axis(view, "x", _("Horizontal"), present), _axis(view, "y", _("Vertical"), present)),
        groups=tuple(_groups(view)),
        limits=limits_of(view),
        q=state.q,
        ci=state.ci,
        band=state.band if resampled else None,
        front_in_view=state.front_in_view,
        colours=_colours(state.colour),
        orders=() if explores else orders_of(view),
        hidden={name: value for name, value in hidden.items() if value},
        active=len(_active(view)),
    )


def ways_out(view: BoardView) -> tuple[WayOut, ...]:
    """Each active filter as a link that drops it, with the rows that come back, and one that drops them all."""
    shown = len(filtered(view.board_rows, view.view))
    found = []
    for name, empty in _active(view):
        restored = len(filtered(view.board_rows, replace(view.view, **empty))) - shown
        said = _("Remove %(name)s, +%(count)d") % {"name": name, "count": restored}
        found.append(WayOut(neighbour(view, **empty), said))
    everything = {field: value for _name, empty in _active(view) for field, value in empty.items()}
    everything |= {field: {} for field in BOUNDS.values()}
    said = _("Clear all, +%d") % (len(view.board_rows) - shown)
    return (*found, WayOut(neighbour(view, **everything), said))


def _kept(view: BoardView) -> dict[str, str]:
    """What a view says that the form has no field for, as it stands in its address."""
    names = ("hl", "e", "model", "group", "cols", "view", "asof")
    return {key: value for key, value in parse(view.query) if key in names}


def _is_present(view: BoardView, key: str) -> bool:
    return any(row.cells[key].value is not None for row in view.board_rows if key in row.cells)


def _is_resampled(view: BoardView) -> bool:
    measured_here = not (view.frozen_at or view.reported)
    return measured_here and any(row.front_probability is not None for row in view.board_rows)


def _axis(view: BoardView, key: str, name: str, present: Collection[str]) -> AxisField:
    chosen, scale = getattr(view.view, key), getattr(view.view, f"{key}s")
    options = [metric for metric in METRICS.values() if metric.key in present or metric.key == chosen]
    scales = (("", _("auto")), ("log", _("log")), ("lin", _("linear")))
    return AxisField(
        key=key,
        name=name,
        options=tuple(Option(metric.key, metric.name, metric.key == chosen) for metric in options),
        scale_key=f"{key}s",
        scale_name=_("Scale of the axis: %s") % name,
        scales=tuple(Option(value, label, value == (scale or "")) for value, label in scales),
    )


def _colours(chosen: str) -> tuple[Option, ...]:
    return tuple(Option(key, str(title), key == chosen) for key, title in words.COLOUR_TITLES.items())


def _groups(view: BoardView) -> Iterable[Group]:
    """Only what there is a choice of."""
    for key, title in words.CHOICE_TITLES.items():
        choices = view.choices.get(key, ())
        if len(choices) > 1 or any(choice.chosen for choice in choices):
            yield Group(key, title, told_apart(choices))


def told_apart(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """Two devices may bear one name; their slugs differ."""
    names = Counter(choice.label for choice in choices)
    return tuple(
        replace(choice, label=f"{choice.label} ({choice.value})") if names[choice.label] > 1 else choice
        for choice in choices
    )


def _active(view: BoardView) -> list[tuple[str, dict[str, Any]]]:
    """Every filter that leaves rows out: what it is called, and the fields of a view without it."""
    state = view.view
    found: list[tuple[str, dict[str, Any]]] = []
    if state.q:
        found.append((_("search: %s") % state.q, {"q": ""}))
    for key, title in words.CHOICE_TITLES.items():
        field = KEYS[key].field
        labels = {choice.value: choice.label for choice in view.choices.get(key, ())}
        chosen = [labels.get(str(value), str(value)) for value in getattr(state, field)]
        if chosen:
            found.append((f"{str(title).lower()}: {', '.join(chosen)}", {field: ()}))
    if state.model:
        found.append((_("model: %s") % ", ".join(state.model), {"model": ()}))
    for bound, field in BOUNDS.items():
        values = getattr(state, field)
        for key in values:
            rest = {other: limit for other, limit in values.items() if other != key}
            limit = limit_of(view, bound, key)
            found.append((f"{limit.label}: {limit.value}", {field: rest}))
    return found
