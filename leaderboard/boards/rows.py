"""What a view of a board is made of: frozen values between the database, the pages and the files."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from leaderboard.boards.reported.source import Source
from leaderboard.protocol import MissingReason, Provenance, Scope

Words = object
"""What `str` makes a text of, in the language that is then spoken: charts read rows too, and know no Django."""
Front = Literal["on", "contested", "dominated", "unplaced"]
Colour = Literal["front", "family", "dev", "class", "vendor", "quant", "engine", "batch", "org"]
"""What the colour and the shape of a point tell: its membership, or the value of a filter's key."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One metric of one entry. `value` may be math.inf; it is None exactly when `missing_reason` says why."""

    value: float | None
    low: float | None
    high: float | None
    provenance: Provenance | None
    scope: Scope | None
    n: int
    missing_reason: MissingReason | None

    @property
    def infinite(self) -> bool:
        return self.value == float("inf")


@dataclass(frozen=True, slots=True)
class Config:
    """Of a reported result, `batch` and `threads` may be None and `precision` empty: nobody has said."""

    runtime: str
    batch: int | None
    threads: int | None
    precision: str


@dataclass(frozen=True, slots=True)
class Row:
    """One entry in one energy scope. Rank, band and `front` are over the whole board, never over a filtered view."""

    id: UUID
    model: str
    model_name: str
    family: str
    device: str
    device_name: str
    device_class: str
    config: Config
    published_at: datetime
    stable: bool | None
    """None, and no guard, where nobody here watched: the result is reported."""
    guard: str
    rank: int | None
    rank_low: int | None
    rank_high: int | None
    band: int | None
    front: Front
    front_probability: float | None
    cells: Mapping[str, Cell]
    vendor: str = ""
    """Who made the device; empty where nobody has said."""
    organisation: str = ""
    organisation_name: str = ""
    """Who made the model, as a slug and as it is written; empty where nobody has said."""
    status: str = "published"
    """What a rebuild wrote before rows had one is published."""


@dataclass(frozen=True, slots=True)
class Note:
    """A part of an address that was ignored, and why. Views are kept, so the reason has no language yet."""

    key: str
    value: str
    reason: Words
    href: str = ""
    """Where to read on, where there is such a page."""


@dataclass(frozen=True, slots=True)
class View:
    """The state of a board's address, complete: what the query did not say has the board's default."""

    board: str
    x: str
    y: str
    xs: Literal["log", "lin"] | None
    ys: Literal["log", "lin"] | None
    scope: Scope | None
    src: tuple[Provenance, ...]
    sort: tuple[str, ...]
    q: str
    device: tuple[str, ...]
    device_class: tuple[str, ...]
    precision: tuple[str, ...]
    runtime: tuple[str, ...]
    batch: tuple[int, ...]
    minimum: Mapping[str, float]
    maximum: Mapping[str, float]
    highlight: tuple[str, ...]
    colour: Colour
    zoom: tuple[float, float, float, float] | None
    """The window on the plot, in the metrics' own units: x from, x to, y from, y to."""
    compared: tuple[str, ...]
    """Entries chosen to be compared; the first is the baseline."""
    ci: bool
    page: int
    per: int | None
    vendor: tuple[str, ...] = ()
    organisation: tuple[str, ...] = ()
    model: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    """The table's columns after rank and model, in their order; empty for the board's own (`columns.shown`)."""
    group: Literal["config", "model"] = "config"
    """Whether each row is a configuration, or the best of a model."""
    front_in_view: bool = False
    band: bool = False
    """Whether the front's band over the resamples is drawn."""
    panels: Literal["both", "chart", "table"] = "both"
    """What a narrow screen shows."""
    asof: int | None = None
    """The revision at which the board is frozen; None for the board as it is."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """What a board's address may say.

    `defaults` is the view of the address without a query. `sources` gives the default `src` of each scope. `values`
    has, under the query key, what exists on the board: `scope dev class vendor quant engine batch org model hl`.
    `columns` are the columns that the board shows without being asked, `metrics` all that it is scored by.
    """

    defaults: View
    sources: Mapping[Scope | None, tuple[Provenance, ...]]
    values: Mapping[str, frozenset[str]]
    columns: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()

    def defaults_in(self, scope: Scope | None) -> View:
        return replace(self.defaults, scope=scope, src=self.sources.get(scope, ()))


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter, with the number of entries on the board that have it."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class BoardView:
    """All rows of a view in its order, and what a reader needs around them. Every representation starts here.

    `rows` are all pages of the view, `board_rows` the whole board in the same scope. `choices` are keyed by query key:
    `src dev class vendor quant engine batch org`. `grammar` writes the addresses of neighbouring views, `address.link`.
    `best_of` says by the id of a row that stands for its model how many configurations it is the best of; `view_front`
    has the ids on the front of the rows shown, where the view asks for it. A view that is frozen says when in
    `frozen_at`, and in `since` what became of its entries: their status by id.
    """

    slug: str
    title: str
    description: str
    benchmark: str
    n_items: int
    rank_metric: str
    revision: int
    updated_at: datetime | None
    view: View
    query: str
    notes: tuple[Note, ...]
    rows: tuple[Row, ...]
    board_rows: tuple[Row, ...]
    total: int
    choices: Mapping[str, tuple[Choice, ...]]
    scopes: tuple[Choice, ...]
    estimated: bool
    pages: int
    grammar: Grammar
    best_of: Mapping[str, int] = field(default_factory=dict)
    view_front: frozenset[str] = frozenset()
    frozen_at: datetime | None = None
    since: Mapping[str, str] = field(default_factory=dict)
    reported: Source | None = None
    """Who published the results; None for a board of what was measured here."""
