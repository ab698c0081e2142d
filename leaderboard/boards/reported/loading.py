"""A publication becomes a board of its own. Loading it again makes the board anew, or changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.utils.text import slugify

from leaderboard.boards.cells import Place, to_wire
from leaderboard.boards.models import Board, ReportedBoard, ReportedEntry
from leaderboard.boards.reported.publication import BadPublication, Figure, Loadable, Publication, Reported
from leaderboard.boards.rows import Cell
from leaderboard.boards.standing import Column, column, places
from leaderboard.protocol import Provenance, Scope

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Loaded:
    """`changed` is false where the very file had been loaded before."""

    slug: str
    results: int
    repeated: int
    systems: int
    changed: bool


def load(loadable: Loadable, *, slug: str, sha256: str, now: datetime) -> Loaded:
    """Write the board and its rows in one transaction; raises BadPublication where the slug is a measured board's."""
    if Board.objects.filter(slug=slug).exists():
        raise BadPublication(f"{slug} is a board of what was measured here; reported results have one of their own.")
    results = loadable.results
    said = Loaded(slug, len(results), loadable.repeated, len({result.device_name for result in results}), changed=False)
    with transaction.atomic():
        known = ReportedBoard.objects.select_for_update().filter(slug=slug).first()
        if known is not None and known.sha256 == sha256:
            return said
        board = _board(known, loadable, slug=slug, sha256=sha256, now=now)
        board.rows.all().delete()
        ReportedEntry.objects.bulk_create(_rows(board, loadable), batch_size=_BATCH)
    return replace(said, changed=True)


def _board(known: ReportedBoard | None, loadable: Loadable, *, slug: str, sha256: str, now: datetime) -> ReportedBoard:
    source = loadable.publication
    values: dict[str, Any] = {name: getattr(source, name) for name in Publication.__slots__}
    values |= {
        "scopes": _scopes(loadable.results),
        "sha256": sha256,
        "loaded_at": now,
        "revision": known.revision + 1 if known else 1,
    }
    board, _ = ReportedBoard.objects.update_or_create(slug=slug, defaults=values)
    return board


def _rows(board: ReportedBoard, loadable: Loadable) -> list[ReportedEntry]:
    source, results = loadable.publication, loadable.results
    standing = places(*(_column(results, metric) for metric in (source.rank_metric, source.x, source.y)))
    return [_row(board, result, _by_value(place)) for result, place in zip(results, standing, strict=True)]


def _by_value(place: Place) -> Place:
    """Nothing was resampled: how sure a place is, nobody knows."""
    rank, band, front = place["rank"], place["band"], place["front"]
    return Place(rank=rank, rank_low=None, rank_high=None, band=band, front=front, front_probability=None)


def _column(results: Sequence[Reported], metric: str) -> Column:
    figures = [result.figures.get(metric) for result in results]
    return column(metric, [figure.value if figure else None for figure in figures], [None] * len(figures))


def _row(board: ReportedBoard, result: Reported, place: Place) -> ReportedEntry:
    identity = uuid5(NAMESPACE_URL, f"{board.slug}/{result.uid}")
    return ReportedEntry(
        uuid=identity,
        board=board,
        uid=result.uid,
        url=result.url,
        facts=dict(result.facts),
        about={metric: figure.about for metric, figure in result.figures.items()},
        identity=_identity(board, result) | {"id": str(identity)},
        cells={metric: to_wire(_cell(figure)) for metric, figure in result.figures.items()},
        **place,
    )


def _identity(board: ReportedBoard, result: Reported) -> dict[str, Any]:
    return {
        "model": slugify(result.model_name)[:100],
        "model_name": result.model_name,
        # Who submitted a result is not who made its model.
        "organisation": "",
        "family": "",
        "device": slugify(result.device_name)[:100],
        "device_name": result.device_name,
        "device_class": result.device_class,
        "vendor": "",
        "runtime": result.runtime,
        "batch": result.batch,
        "threads": result.threads,
        "precision": result.precision,
        "published_at": datetime.combine(board.published_on, time(), UTC).isoformat(),
        "stable": None,
        "guard": "",
        "status": "published",
    }


def _cell(figure: Figure) -> Cell:
    """No interval was published, and none is made up; nor is a number of samples."""
    return Cell(figure.value, None, None, Provenance.REPORTED, figure.scope, 0, None)


def _scopes(results: Sequence[Reported]) -> dict[str, Mapping[str, Any]]:
    scopes = [_energy_scope(result) for result in results]
    counts = {scope: scopes.count(scope) for scope in Scope if scope in scopes}
    return {scope: {"entries": n, "provenances": {Provenance.REPORTED: n}} for scope, n in counts.items()}


def _energy_scope(result: Reported) -> Scope | None:
    figure = result.figures.get("energy_per_item_j")
    return figure.scope if figure else None
