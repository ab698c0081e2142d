"""A board's plot in the colours and shapes of a category, and what its legend says of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from frontend.charts.points import outline
from frontend.charts.scatter import Placed, Plot
from frontend.figures.look import Group
from frontend.present.groups import groups_of
from leaderboard.boards.rows import BoardView

KEY_RADIUS = 5.0


@dataclass(frozen=True, slots=True)
class Key:
    """A line of the legend: a slot of the palette, the path of its shape around (0, 0), and what has them."""

    hue: str
    path: str
    label: str


def coloured(view: BoardView, plot: Plot) -> tuple[Plot, tuple[Key, ...]]:
    """Return the plot as `color` asks for it, with its keys; as it is, without any, where the front is the colour."""
    if view.view.colour == "front":
        return plot, ()
    groups, group_of = groups_of(view)
    by_key = {group.key: group for group in groups}
    placed = tuple(_in_hue(mark, by_key[group_of[mark.point.id]]) for mark in plot.placed)
    shown = {mark.point.hue for mark in placed}
    return replace(plot, placed=placed), tuple(_key(group) for group in _best_first(groups) if _hue(group) in shown)


def _in_hue(mark: Placed, group: Group) -> Placed:
    return replace(mark, point=replace(mark.point, hue=_hue(group), shape=group.shape))


def _best_first(groups: Sequence[Group]) -> list[Group]:
    """By their slots; the rest, which has none, last."""
    return sorted(groups, key=lambda group: (_hue(group) == "c0", _hue(group)))


def _hue(group: Group) -> str:
    return group.colour.removeprefix("--")


def _key(group: Group) -> Key:
    return Key(_hue(group), outline(group.shape, KEY_RADIUS), group.label)
