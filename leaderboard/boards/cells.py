"""Cells and rows in their stored form: the wire's, so that what a board stores is what its JSON says.

An infinite number is `null` there: JSON has none. `infinite` says it of the value, and of the upper bound it is meant
when there is a lower bound without an upper one.
"""

from collections.abc import Mapping
from datetime import datetime
from math import inf, isinf
from typing import Any, TypedDict
from uuid import UUID

from leaderboard.boards.rows import Cell, Config, Front, Row
from leaderboard.protocol import MissingReason, Provenance, Scope
from leaderboard.submissions.names import organisation_of


class WireCell(TypedDict):
    value: float | None
    low: float | None
    high: float | None
    infinite: bool
    provenance: str | None
    scope: str | None
    n: int
    missing_reason: str | None


class Place(TypedDict):
    """Where an entry stands on its whole board."""

    rank: int | None
    rank_low: int | None
    rank_high: int | None
    band: int | None
    front: Front
    front_probability: float | None


UNPLACED = Place(rank=None, rank_low=None, rank_high=None, band=None, front="unplaced", front_probability=None)


def to_wire(cell: Cell) -> WireCell:
    return WireCell(
        value=_finite(cell.value),
        low=_finite(cell.low),
        high=_finite(cell.high),
        infinite=cell.infinite,
        provenance=cell.provenance,
        scope=cell.scope,
        n=cell.n,
        missing_reason=cell.missing_reason,
    )


def from_wire(wire: WireCell) -> Cell:
    value, low, high = wire["value"], wire["low"], wire["high"]
    if wire["infinite"]:
        value, low, high = inf, inf if low is None else low, inf
    elif low is not None and high is None:
        high = inf
    return Cell(
        value,
        low,
        high,
        _PROVENANCES[wire["provenance"]],
        _SCOPES[wire["scope"]],
        wire["n"],
        _REASONS[wire["missing_reason"]],
    )


def missing(reason: MissingReason, scope: Scope | None = None) -> Cell:
    return Cell(None, None, None, None, scope, 0, reason)


def to_row(identity: Mapping[str, Any], place: Place, cells: Mapping[str, Cell]) -> Row:
    """`identity` is what BoardEntry.identity holds."""
    return Row(
        id=UUID(identity["id"]),
        model=identity["model"],
        model_name=identity["model_name"],
        family=identity["family"],
        device=identity["device"],
        device_name=identity["device_name"],
        device_class=identity["device_class"],
        config=Config(identity["runtime"], identity["batch"], identity["threads"], identity["precision"]),
        published_at=datetime.fromisoformat(identity["published_at"]),
        stable=identity["stable"],
        guard=identity["guard"],
        status=identity.get("status", "published"),
        cells=cells,
        # Rows of a revision before devices and models had one.
        vendor=identity.get("vendor", ""),
        organisation=organisation_of(identity["model"]),
        organisation_name=identity.get("organisation", ""),
        **place,
    )


def _finite(number: float | None) -> float | None:
    return None if number is None or isinf(number) else number


# A dictionary is ten times faster than calling the enumeration, and a board has tens of thousands of cells.
_PROVENANCES: Mapping[str | None, Provenance | None] = {None: None} | {item.value: item for item in Provenance}
_SCOPES: Mapping[str | None, Scope | None] = {None: None} | {item.value: item for item in Scope}
_REASONS: Mapping[str | None, MissingReason | None] = {None: None} | {item.value: item for item in MissingReason}
