"""Which rows of a board a view shows, in which order, and what else could be chosen. Pure, no database."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf, isnan
from typing import Any

from leaderboard.boards.pool import ScopeCount
from leaderboard.boards.rows import Choice, Row, View
from leaderboard.metrics.registry import METRICS
from leaderboard.protocol import Provenance, Scope

SCOPE_LABELS: Mapping[Scope, str] = {
    Scope.WALL: "wall",
    Scope.SOC: "SoC",
    Scope.CPU_PACKAGE: "CPU package",
    Scope.ACCELERATOR: "accelerator only",
    Scope.PROCESS: "process",
}

# Query key: (field of View, value of a row, label of that value).
_FILTERS: Mapping[str, tuple[str, Callable[[Row], Any], Callable[[Row], str]]] = {
    "dev": ("device", lambda row: row.device, lambda row: row.device_name),
    "class": ("device_class", lambda row: row.device_class, lambda row: row.device_class),
    "vendor": ("vendor", lambda row: row.vendor, lambda row: row.vendor),
    "quant": ("precision", lambda row: row.config.precision, lambda row: row.config.precision),
    "engine": ("runtime", lambda row: row.config.runtime, lambda row: row.config.runtime),
    "batch": ("batch", lambda row: row.config.batch, lambda row: str(row.config.batch)),
    "org": ("organisation", lambda row: row.organisation, lambda row: row.organisation_name),
}


def filtered(rows: Iterable[Row], view: View) -> tuple[Row, ...]:
    """Leave rows out; no value, rank or front of those that stay depends on it."""
    tests: list[Callable[[Row], bool]] = [_has(value, chosen) for value, chosen in _chosen(view)]
    if view.model:
        tests.append(lambda row: row.model in view.model)
    tests += [_within(metric, low, inf) for metric, low in view.minimum.items()]
    tests += [_within(metric, -inf, high) for metric, high in view.maximum.items()]
    if view.q:
        tests.append(_mentions(view.q.casefold().split()))
    return tuple(row for row in rows if all(test(row) for test in tests))


def best_of_models(rows: Sequence[Row], *, y: str) -> tuple[tuple[Row, ...], dict[str, int]]:
    """Return the row of each model that stands first on the board, and how many configurations it is the best of.

    First is by rank; where nothing has one, by the best value of `y`.
    """
    best: dict[str, Row] = {}
    for row in ordered(rows, sort=(), unranked=best_first(y)):
        best.setdefault(row.model, row)
    counts = Counter(row.model for row in rows)
    return tuple(best.values()), {str(row.id): counts[row.model] for row in best.values()}


def ordered(rows: Iterable[Row], *, sort: Sequence[str], unranked: str) -> tuple[Row, ...]:
    """Sort by columns; ties by the next one, then by rank interval, then by entry id.

    Missing comes last in both directions. An infinite value is the worst real one. Without a sort the rank decides;
    where nothing has a rank, the column `unranked`.
    """
    found = by_interval(rows)
    if not sort:
        sort = ("rank",) if any(row.rank is not None for row in found) else (unranked,)
    for word in reversed(sort):
        found = _pass(found, _column(word.removeprefix("-")), descending=word.startswith("-"))
    return tuple(found)


def by_interval(rows: Iterable[Row]) -> list[Row]:
    """Return the order of rows that are equal in whatever they are sorted by: rank interval, then entry id."""
    return _pass(sorted(rows, key=lambda row: str(row.id)), _interval, descending=False)


def best_first(metric: str) -> str:
    """Return the sort word that puts the best value of a metric on top."""
    return f"-{metric}" if METRICS[metric].direction == "higher" else metric


def values(rows: Sequence[Row]) -> dict[str, frozenset[str]]:
    """Return, by query key, what exists among the rows."""
    found = {key: frozenset(str(value(row)) for row in rows) - {""} for key, (_, value, _) in _FILTERS.items()}
    return found | {"model": frozenset(row.model for row in rows), "hl": frozenset(str(row.id) for row in rows)}


def choices(rows: Sequence[Row], view: View, sources: Mapping[str, int]) -> dict[str, tuple[Choice, ...]]:
    """Return, by query key, every value with its count on the whole board. `sources` counts energies by provenance."""
    found = {
        "src": tuple(
            Choice(provenance.value, provenance.value, sources[provenance], provenance in view.src)
            for provenance in Provenance
            if provenance in sources
        )
    }
    for key, (field, value, label) in _FILTERS.items():
        counts = Counter(value(row) for row in rows if value(row) != "")
        labels = {value(row): label(row) for row in rows}
        found[key] = tuple(
            Choice(str(item), labels[item], counts[item], item in getattr(view, field)) for item in sorted(counts)
        )
    return found


def scope_choices(scopes: Mapping[str, ScopeCount], view: View) -> tuple[Choice, ...]:
    """Return the scopes that the board has, widest first, with the number of entries that have an energy there."""
    return tuple(
        Choice(scope.value, SCOPE_LABELS[scope], scopes[scope]["entries"], scope == view.scope)
        for scope in Scope
        if scope in scopes
    )


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key of a text in which 7B comes before 34B."""
    parts = re.split(r"([0-9]+)", text.casefold())
    return tuple((0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part) for part in parts if part)


def _chosen(view: View) -> list[tuple[Callable[[Row], Any], tuple[Any, ...]]]:
    return [(value, getattr(view, field)) for field, value, _ in _FILTERS.values() if getattr(view, field)]


def _has(value: Callable[[Row], Any], chosen: tuple[Any, ...]) -> Callable[[Row], bool]:
    return lambda row: value(row) in chosen


def _within(metric: str, low: float, high: float) -> Callable[[Row], bool]:
    """A missing value meets no limit, an infinite one no upper limit."""

    def test(row: Row) -> bool:
        number = _number(row, metric)
        return number is not None and low <= number <= high

    return test


def _mentions(words: Sequence[str]) -> Callable[[Row], bool]:
    def test(row: Row) -> bool:
        names = (
            row.model,
            row.organisation_name,
            row.model_name,
            row.family,
            row.device,
            row.device_name,
            row.device_class,
        )
        text = " ".join((*names, row.config.runtime, row.config.precision)).casefold()
        return all(word in text for word in words)

    return test


def _pass(rows: list[Row], key: Callable[[Row], Any], *, descending: bool) -> list[Row]:
    """Sort, stably; rows without a key keep their order at the end, in either direction."""
    keyed = [(key(row), row) for row in rows]
    present = [pair for pair in keyed if pair[0] is not None]
    present.sort(key=lambda pair: pair[0], reverse=descending)
    return [row for _, row in present] + [row for found, row in keyed if found is None]


def _interval(row: Row) -> tuple[int, int] | None:
    return None if row.rank_low is None or row.rank_high is None else (row.rank_low, row.rank_high)


def _column(name: str) -> Callable[[Row], Any]:
    if name in METRICS:
        worst = -inf if METRICS[name].direction == "higher" else inf
        return lambda row: worst if _number(row, name) == inf else _number(row, name)
    return _PLAIN_COLUMNS[name]


def _number(row: Row, metric: str) -> float | None:
    cell = row.cells.get(metric)
    return None if cell is None or cell.value is None or isnan(cell.value) else cell.value


_PLAIN_COLUMNS: Mapping[str, Callable[[Row], Any]] = {
    "rank": lambda row: row.rank,
    "model": lambda row: natural(row.model_name),
    "device": lambda row: natural(row.device_name),
    "published": lambda row: row.published_at,
}
