"""How the best value of a metric moved from date to date, and what it would be without a family. Pure, no database."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from leaderboard.boards.rows import Cell, Row
from leaderboard.metrics.costs.halving import MIN_POINTS, HalvingTime, halving_time
from leaderboard.metrics.vocabulary import Direction

DAYS_PER_MONTH = 365.25 / 12
MIN_INSTANTS = 4
"""Dates that a trend needs: see `halving_time`."""


@dataclass(frozen=True, slots=True)
class Dated:
    """An entry that meets the conditions and has a value, on the date that it counts from."""

    row: Row
    cell: Cell
    value: float
    on: date


@dataclass(frozen=True, slots=True)
class Move:
    """An entry that was better than everything before it.

    `kind` tells what was new: a `model`, or only the `device` (or the configuration) under a model known before.
    """

    row: Row
    cell: Cell
    value: float
    on: date
    kind: Literal["first", "model", "device"]


@dataclass(frozen=True, slots=True)
class Saving:
    """The best value that would be left without a family, and the share of it that the family saves.

    `share` is (V(M without g) - V(M)) / V(M without g) where lower is better (arXiv 2504.13359), and its mirror
    (V(M) - V(M without g)) / V(M) where higher is; None where nothing else meets the conditions. `left` has the value
    that would be left, `best` the best there is: where their intervals overlap, the share may be none.
    """

    family: str
    entries: int
    without: float | None
    share: float | None
    left: Cell | None
    best: Cell


def moves_of(entries: Iterable[Dated], direction: Direction) -> tuple[Move, ...]:
    """Return what moved the best value, oldest first: at most one entry a date, the best of that date."""
    sign = 1.0 if direction == "lower" else -1.0
    found: list[Move] = []
    known: set[str] = set()
    best = math.inf
    for entry in sorted(entries, key=lambda item: (item.on, sign * item.value, str(item.row.id))):
        if sign * entry.value < best:
            kind: Literal["first", "model", "device"] = "device" if entry.row.model in known else "model"
            best = sign * entry.value
            found.append(Move(entry.row, entry.cell, entry.value, entry.on, kind if found else "first"))
        known.add(entry.row.model)
    return tuple(found)


def savings_of(entries: Sequence[Dated], direction: Direction) -> tuple[Saving, ...]:
    """Return each family's saving, largest first; one without which nothing is left comes first of all."""
    families = sorted({entry.row.family for entry in entries if entry.row.family})
    found = [_saving(entries, family, direction) for family in families]
    return tuple(sorted(found, key=lambda item: (item.share is not None, -(item.share or 0.0), item.family)))


def _saving(entries: Sequence[Dated], family: str, direction: Direction) -> Saving:
    pick = min if direction == "lower" else max
    best = pick(entries, key=_value_of)
    others = [entry for entry in entries if entry.row.family != family]
    size = len(entries) - len(others)
    if not others:
        return Saving(family, size, None, None, None, best.cell)
    left = pick(others, key=_value_of)
    larger = left.value if direction == "lower" else best.value
    share = abs(left.value - best.value) / larger if larger > 0 else None
    return Saving(family, size, left.value, share, left.cell, best.cell)


def _value_of(entry: Dated) -> float:
    return entry.value


def trend_of(moves: Sequence[Move], direction: Direction) -> HalvingTime | None:
    """Return the time in which what is left above a floor halves; None where the moves are too few, or none fits."""
    if direction != "lower" or len(moves) < MIN_POINTS or len({move.on for move in moves}) < MIN_INSTANTS:
        return None
    months = [(move.on - moves[0].on).days / DAYS_PER_MONTH for move in moves]
    return halving_time(months, [move.value for move in moves])
