"""What a choice is made of: frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from leaderboard.boards.compare.shapes import Versus
from leaderboard.boards.rows import BoardView, Note, Row
from leaderboard.metrics.statistics.drawn import Bound

Need = Literal["energy", "quality", "latency", "memory", "price"]
Certainty = Literal["meets", "probably", "unlikely", "unknown"]
"""At least 95 % of the resamples meet the limit, at least half, fewer; or there are no resamples to tell."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One numeric condition, in the metric's own unit; `leaves` counts the board's entries that meet it alone."""

    metric: str
    bound: Bound
    value: float
    leaves: int = 0

    @property
    def key(self) -> str:
        return f"{self.bound}.{self.metric}"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition that is no number: a device, a class, a licence, ... `leaves` as in a limit."""

    key: str
    values: tuple[str, ...]
    leaves: int = 0


@dataclass(frozen=True, slots=True)
class Sure:
    limit: Limit
    certainty: Certainty
    probability: float | None


@dataclass(frozen=True, slots=True)
class Card:
    """One entry of the short list. `best_in` names the needs in which nobody feasible is better, `tied` how many of
    the feasible show no clear difference from it there. `versus_next` compares it with the card that follows, or the
    last with the first, need by need.
    """

    row: Row
    best_in: tuple[Need, ...]
    tied: Mapping[Need, int]
    sure: tuple[Sure, ...]
    all_limits: float | None
    """Probability of meeting all limits that have resamples, at once."""
    next: Row | None
    versus_next: Mapping[Need, Versus]


@dataclass(frozen=True, slots=True)
class Missed:
    """An entry that misses one limit alone: by how much, in the metric's unit and as a share of the limit."""

    row: Row
    limit: Limit
    gap: float
    share: float
    sure: Sure


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One condition changed, the others kept: `to` is the new limit (None: dropped), `yields` how many meet all then.

    `share` is the change as a share of the limit; infinite where the condition is no number.
    """

    key: str
    limit: Limit | None
    to: float | None
    share: float
    yields: int
    query: str = ""


@dataclass(frozen=True, slots=True)
class BoardName:
    slug: str
    title: str


@dataclass(frozen=True, slots=True)
class Choosing:
    """A choice on one board; without one (`view` is None) there are only the boards to choose from.

    `offered` says which needs the board has values for, with the metric that each is read from.
    """

    boards: tuple[BoardName, ...]
    view: BoardView | None
    pref: tuple[Need, ...]
    offered: Mapping[Need, str]
    limits: tuple[Limit, ...]
    conditions: tuple[Condition, ...]
    licences: Mapping[str, int]
    licence: tuple[str, ...]
    feasible: tuple[Row, ...]
    front: int
    cards: tuple[Card, ...]
    missed: tuple[Missed, ...]
    relaxations: tuple[Relaxation, ...]
    query: str
    notes: tuple[Note, ...]
