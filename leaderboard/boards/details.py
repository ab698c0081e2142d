"""What the pages about one entry, one device and all boards are made of: frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from leaderboard.boards.changes import ChangeLine
from leaderboard.boards.item_energies import ItemEnergies
from leaderboard.boards.rows import Cell, Row
from leaderboard.boards.trace_view import TraceView
from leaderboard.protocol import (
    EnergyMethod,
    HistogramCounts,
    Measured,
    MissingReason,
    PhaseMark,
    Provenance,
    Repeat,
    Scope,
    Thermal,
)


@dataclass(frozen=True, slots=True)
class BoardCard:
    """One board in the list of all. `front` names the models on the default front, best `y` first."""

    slug: str
    title: str
    description: str
    rank_metric: str
    scope: Scope | None
    estimated: bool
    entries: int
    devices: int
    front: tuple[str, ...]
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class BoardRows:
    """Some rows of one board in one scope, in its order, and what is needed to head and draw them.

    `scopes` are all that the board has an energy in.
    """

    slug: str
    title: str
    rank_metric: str
    x: str
    y: str
    scope: Scope | None
    estimated: bool
    rows: tuple[Row, ...]
    scopes: tuple[Scope, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One score with the version of its formula, the terms it is made of and the quantities it came from."""

    key: str
    cell: Cell
    version: int
    terms: Mapping[str, Any]
    quantities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MeasurementLine:
    quantity: str
    value: float | None
    provenance: Provenance
    scope: Scope | None
    source: str
    method: EnergyMethod | None
    n: int
    protocol_version: int
    missing_reason: MissingReason | None
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reproduce:
    """What asks for the same measurement again: the REST body, and the command that sends it."""

    body: Mapping[str, Any]
    command: str


@dataclass(frozen=True, slots=True)
class EntryDetail:
    """Everything about one entry. `row` stands in the board's default scope; `scores` has every scope.

    `measured`, `histogram` and `warmup_calls` are None, and what else the report told is empty, where it can no longer
    be read.
    """

    id: UUID
    job: UUID
    board: str
    board_title: str
    benchmark: str
    n_items: int
    rank_metric: str
    status: str
    row: Row
    scope: Scope | None
    estimated: bool
    ranked: int
    """How many of the board's entries have a rank, and how many others no clear difference tells from this one."""
    tied: int
    scores: tuple[ScoreLine, ...]
    measurements: tuple[MeasurementLine, ...]
    fingerprint: str
    environment: Mapping[str, str]
    runtime_version: str
    provider: str
    phases: tuple[PhaseMark, ...]
    warnings: tuple[str, ...]
    repeats: tuple[Repeat, ...]
    histogram: HistogramCounts | None
    warmup_calls: int | None
    protocol_version: int
    artefact_sha256: str | None
    reference: str
    licence: str
    submitted_by: str
    siblings: tuple[Row, ...]
    reproduce: Reproduce
    trace: TraceView
    item_energies: tuple[ItemEnergies, ...]
    thermal: Thermal | None
    measured: Measured | None
    history: tuple[ChangeLine, ...]

    @property
    def successor(self) -> UUID | None:
        """What the last decision named in its place; a decision to restore names nothing."""
        return self.history[-1].successor if self.history else None

    @property
    def reason(self) -> str:
        return self.history[-1].reason if self.history else ""
