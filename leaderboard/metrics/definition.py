"""What a record of the registry says about a metric."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from leaderboard.metrics.vocabulary import Direction

Status = Literal["V", "S", "D", "U", "P"]
"""How the formula is known: V read in the source itself, S in a write-up of it, D derived from such a statement,
U wording unverified, P a rule of this project."""

STATUS_WORDS: Mapping[Status, str] = {
    "V": "read in the source",
    "S": "read in a write-up of the source",
    "D": "derived from the source",
    "U": "unverified",
    "P": "Perwatt's own rule",
}

SCOPES = ("wall", "soc", "cpu_package", "accelerator", "process")
"""The boundaries that an energy can have, widest first: the words of the wire contract."""


@dataclass(frozen=True, slots=True)
class WorkedExample:
    """One computation that can be repeated: `function(**arguments)` gives `expected`."""

    function: Callable[..., float | None]
    arguments: Mapping[str, Any]
    expected: float
    citation: str
    relative_tolerance: float = 1e-9

    def compute(self) -> float | None:
        return self.function(**self.arguments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric that can be computed from what Perwatt collects.

    Values are stored in `unit` (SI) and shown times `display_factor` in `display_unit`. The glossary, the API
    descriptions and the column headers are made from these records.
    """

    key: str
    name: str
    symbol: str
    unit: str
    direction: Direction
    scoped: bool
    """True: the value carries the boundary of its energy source, and boards never mix those."""
    log_default: bool
    """True: an axis of this metric is logarithmic when its values span a factor of 20."""
    formula: str
    source: str
    arxiv: str | None = None
    status: Status
    version: int = 1
    display_factor: float = 1.0
    display_unit: str = ""
    counted_for: tuple[tuple[float, str], ...] = ()
    """In place of prefixes: factors and units from one item to ever more, of which a value has the first that suits."""
    short_name: str = ""
    """The name over a column, where the whole name would make it wide."""
    missing_rule: str
    infinity_rule: str = "Never infinite."
    summary: str
    """What it says, in plain words; the first sentence is the tooltip."""
    misleads: str
    """When it misleads."""
    example: WorkedExample = field(repr=False)

    def display(self, value: float) -> float:
        return value * self.display_factor

    @property
    def shown_unit(self) -> str:
        return self.display_unit or self.unit

    @property
    def scopes(self) -> tuple[str, ...]:
        """The boundaries that a value can have; none where energy plays no part."""
        return SCOPES if self.scoped else ()

    @property
    def column_name(self) -> str:
        return self.short_name or self.name

    @property
    def tooltip(self) -> str:
        return self.summary.split(". ", 1)[0].rstrip(".") + "."

    def described(self) -> dict[str, Any]:
        """The record as plain values, for a JSON answer: what `status` means in words, the example without code."""
        values = {name: getattr(self, name) for name in _DESCRIBED}
        example = {name: getattr(self.example, name) for name in ("arguments", "expected", "citation")}
        return values | {"status_words": STATUS_WORDS[self.status], "example": example}


_DESCRIBED = (
    "key", "name", "column_name", "symbol", "unit", "shown_unit", "display_factor", "direction", "scoped", "scopes",
    "formula", "source", "arxiv", "status", "version", "missing_rule", "infinity_rule", "summary", "misleads",
)  # fmt: skip
