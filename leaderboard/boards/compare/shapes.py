"""What a comparison is made of: frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from leaderboard.boards.power_bins import PowerLine
from leaderboard.boards.rows import Cell, Note, Row
from leaderboard.boards.said import Said
from leaderboard.boards.trace_plot import WindowLine
from leaderboard.metrics.statistics.intervals import Interval
from leaderboard.metrics.vocabulary import FloatArray
from leaderboard.protocol import HistogramCounts, Provenance, Scope

Verdict = Literal["better", "worse", "unclear", "incomparable"]
Why = Literal[
    "", "gate", "missing", "provenance", "once", "unpublished", "undrawn", "infinite", "exact", "equal", "meter"
]
"""What a verdict rests on when it is not the interval of the difference alone."""


@dataclass(frozen=True, slots=True)
class Member:
    """One of the compared entries. `outcomes` and `histogram` are None where its result keeps none."""

    id: UUID
    board: str
    board_title: str
    benchmark: str
    status: str
    row: Row
    scopes: tuple[Scope, ...]
    """The scopes in which it has an energy, widest first."""
    config: Mapping[str, str]
    outcomes: FloatArray | None
    histogram: HistogramCounts | None


@dataclass(frozen=True, slots=True)
class PhaseTotal:
    """The windows of one kind together. `agent_j` is None where the agent read none of them."""

    kind: str
    windows: int
    lasts_s: float
    mean_w: float
    joules: float
    agent_j: float | None
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MemberPower:
    """The trace of the source behind a member's energy. `why` says why there is none to draw; seconds count from the
    start of the first counted repeat.
    """

    why: Said | None
    said: Said | None = None
    """How the server's joules of it compare with the agent's."""
    is_warning: bool = False
    source: str = ""
    scope: Scope | None = None
    provenance: Provenance | None = None
    lines: tuple[PowerLine, ...] = ()
    windows: tuple[WindowLine, ...] = ()
    totals: tuple[PhaseTotal, ...] = ()
    start_s: float = 0.0
    end_s: float = 0.0
    zero_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One condition of the gate that the entries do not share, with each one's own."""

    key: Literal["benchmark", "items", "protocol", "scope"]
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Versus:
    """A contender against the baseline in one metric: contender - baseline, contender / baseline.

    `p_value` and `adjusted` are None where nothing was tested; `adjusted` is Holm's over the rows of the contender.
    """

    verdict: Verdict
    why: Why = ""
    difference: float | None = None
    difference_interval: Interval | None = None
    ratio: float | None = None
    ratio_interval: Interval | None = None
    probability_better: float | None = None
    p_value: float | None = None
    adjusted: float | None = None


@dataclass(frozen=True, slots=True)
class MetricLine:
    """One metric of all members in their order; `versus` is None for the baseline."""

    metric: str
    cells: tuple[Cell, ...]
    versus: tuple[Versus | None, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Items that a contender and the baseline both answer, one alone answers, or neither; the exact McNemar test."""

    contender: UUID
    both: int
    contender_only: int
    baseline_only: int
    neither: int
    p_value: float


@dataclass(frozen=True, slots=True)
class ConfigLine:
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`members` in the order of the address; with fewer than two there is nothing but them and the notes.

    `board` is the slug of the board that all of them belong to, empty when there are several. `common_scopes` are those
    in which every member that has an energy has one.
    """

    members: tuple[Member, ...]
    base: int
    scope: Scope | None
    common_scopes: tuple[Scope, ...]
    mismatches: tuple[Mismatch, ...]
    lines: tuple[MetricLine, ...]
    offered: tuple[str, ...]
    """Metrics that any member has, in the registry's order."""
    tested: int
    """How many comparisons Holm's adjustment is over, for each contender; the largest of them."""
    agreements: tuple[Agreement, ...]
    powers: tuple[MemberPower, ...]
    """In the order of the members; empty where fewer than two are compared."""
    config: tuple[ConfigLine, ...]
    same_config: int
    board: str
    x: str
    y: str
    board_rows: tuple[Row, ...]
    query: str
    notes: tuple[Note, ...]

    @property
    def comparable(self) -> bool:
        return len(self.members) > 1 and not self.mismatches
