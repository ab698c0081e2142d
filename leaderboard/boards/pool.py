"""All entries of a benchmark with all their scores, read in a few queries; and which of the scores count in a view."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Context
from math import isfinite
from typing import Any, TypedDict

from django.db.models import QuerySet

from leaderboard.boards.cells import missing
from leaderboard.boards.models import Entry, Score
from leaderboard.boards.rows import Cell
from leaderboard.boards.standing import Column, column
from leaderboard.metrics.registry import METRICS
from leaderboard.protocol import MissingReason, Provenance, Scope

HEADLINE_ENERGY = "energy_per_item_j"
"""The metric whose value says that an entry has an energy."""

Key = tuple[str, str]
"""Scope and provenance of a score, blank where they play no part."""

_IDENTITY = {
    "id": "uuid",
    "model": "submission__model_slug",
    "model_name": "submission__model_name",
    "organisation": "submission__organisation",
    "family": "submission__family",
    "device": "device__slug",
    "device_name": "device__name",
    "device_class": "device__kind",
    "vendor": "device__vendor",
    "runtime": "runtime",
    "batch": "submission__batch",
    "threads": "submission__threads",
    "precision": "precision",
    "published_at": "published_at",
    "stable": "stable",
    "guard": "guard",
    "status": "status",
}


class ScopeCount(TypedDict):
    """How many entries have an energy in a scope: all, and by provenance."""

    entries: int
    provenances: dict[str, int]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One entry: who it is, and its newest score of each metric by scope and provenance."""

    pk: int
    identity: Mapping[str, Any]
    scores: Mapping[str, Mapping[Key, Cell]]

    def cells(self, scope: Scope | None, src: Sequence[Provenance]) -> dict[str, Cell]:
        """Return one cell for each metric: energies of the best provenance in `src` that the scope has."""
        chosen = self._energy_key(scope, src)
        return {metric: self._cell(metric, chosen, scope) for metric in METRICS if metric in self.scores}

    def _energy_key(self, scope: Scope | None, src: Sequence[Provenance]) -> Key | None:
        keys = [(scope or "", provenance.value) for provenance in Provenance if provenance in src]
        energies = self.scores.get(HEADLINE_ENERGY, {})
        present = [key for key in keys if key in energies]
        with_value = [key for key in present if energies[key].value is not None]
        return next(iter([*with_value, *present]), None)

    def _cell(self, metric: str, chosen: Key | None, scope: Scope | None) -> Cell:
        scores = self.scores[metric]
        if not METRICS[metric].scoped:
            return next(iter(scores.values()))
        if chosen is not None and chosen in scores:
            return scores[chosen]
        if ("", "") in scores:
            return scores["", ""]
        if scope is None:  # no entry has a value in any scope: what was measured says why
            return next(iter(scores.values()))
        # Here it has an energy, but of a provenance that does not count; or nothing measures this scope there.
        elsewhere = any(key[0] == (scope or "") for key in scores)
        return missing(MissingReason.NOT_MEASURED if elsewhere else MissingReason.NO_SENSOR, scope)


def candidates(entries: QuerySet[Entry]) -> tuple[Candidate, ...]:
    """Read the entries with their scores, oldest first: two queries whatever their number."""
    scores = _scores(Score.objects.filter(entry__in=entries, metric__in=METRICS))
    rows = entries.order_by("pk").values_list("pk", *_IDENTITY.values())
    return tuple(Candidate(pk, _identity(values), scores.get(pk, {})) for pk, *values in rows)


def headline_energy(entry: Entry, scope: Scope | None, src: Sequence[Provenance]) -> Cell | None:
    """Return the one cell of an entry that says whether it has an energy: one query."""
    scores = _scores(Score.objects.filter(entry=entry, metric=HEADLINE_ENERGY))
    return Candidate(entry.pk, {}, scores.get(entry.pk, {})).cells(scope, src).get(HEADLINE_ENERGY)


def _scores(rows: QuerySet[Score]) -> dict[int, dict[str, dict[Key, Cell]]]:
    found: dict[int, dict[str, dict[Key, Cell]]] = {}
    # Versions rise, so that the newest formula's score is written last and stays.
    for pk, metric, scope, provenance, *rest in rows.order_by("version").values_list(
        "entry_id", "metric", "scope", "provenance", "value", "low", "high", "n", "missing_reason"
    ):
        found.setdefault(pk, {}).setdefault(metric, {})[scope, provenance] = to_cell(scope, provenance, *rest)
    return found


def _identity(values: Sequence[Any]) -> dict[str, Any]:
    identity: dict[str, Any] = dict(zip(_IDENTITY, values, strict=True))
    published: datetime = identity["published_at"]
    return identity | {"id": str(identity["id"]), "published_at": published.isoformat()}


def to_cell(scope: str, provenance: str, *rest: Any) -> Cell:
    """Return the cell of a score; `rest` are its value, low, high, n and missing_reason."""
    value, low, high, n, reason = rest
    return Cell(
        value,
        _outward(low, ROUND_FLOOR),
        _outward(high, ROUND_CEILING),
        Provenance(provenance) if provenance else None,
        Scope(scope) if scope else None,
        n,
        MissingReason(reason) if reason else None,
    )


def _outward(bound: float | None, rounding: str) -> float | None:
    """A bound to nine digits: it comes from draws of float32, and digits that mean nothing would be half of a file."""
    if bound is None or not isfinite(bound):
        return bound
    return float(Context(prec=9, rounding=rounding).create_decimal(repr(bound)))


def energy_counts(pool: Iterable[Candidate]) -> dict[str, ScopeCount]:
    """Return what `Board.scopes` holds."""
    found: dict[str, ScopeCount] = {}
    for candidate in pool:
        energies = candidate.scores.get(HEADLINE_ENERGY, {})
        keys = [key for key, cell in energies.items() if cell.value is not None]
        for scope in {scope for scope, _ in keys}:
            found.setdefault(scope, ScopeCount(entries=0, provenances={}))["entries"] += 1
        for scope, provenance in keys:
            counts = found[scope]["provenances"]
            counts[provenance] = counts.get(provenance, 0) + 1
    return found


def columns(
    metrics: Iterable[str], entries: QuerySet[Entry], rows: Mapping[int, Mapping[str, Cell]]
) -> dict[str, Column]:
    """Return each metric of all rows, with its draws: one query. `rows` has the cells of each entry, by its key."""
    wanted = tuple(dict.fromkeys(metrics))
    draws = stored_draws(wanted, entries, rows)
    return {
        metric: column(metric, [_value(row, metric) for row in rows.values()], [draws[metric].get(pk) for pk in rows])
        for metric in wanted
    }


def stored_draws(
    metrics: Iterable[str], entries: QuerySet[Entry], rows: Mapping[int, Mapping[str, Cell]]
) -> dict[str, dict[int, bytes]]:
    """Return by metric and entry the draws of the scores that are in `rows`; one without draws is left out."""
    draws: dict[str, dict[int, bytes]] = {metric: {} for metric in metrics}
    scores = Score.objects.filter(entry__in=entries, metric__in=draws, draws__isnull=False).order_by("version")
    for pk, metric, scope, provenance, stored in scores.values_list(
        "entry_id", "metric", "scope", "provenance", "draws"
    ):
        cell = rows[pk].get(metric) if pk in rows else None
        if cell and (cell.scope or "", cell.provenance) == (scope, provenance):
            draws[metric][pk] = bytes(stored or b"")
    return draws


def _value(row: Mapping[str, Cell], metric: str) -> float | None:
    cell = row.get(metric)
    return cell.value if cell else None
