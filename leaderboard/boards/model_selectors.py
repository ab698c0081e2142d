"""What the pages about models read: all of them, and everything on one."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, Value
from django.db.models.functions import Replace

from leaderboard.boards.details import BoardRows
from leaderboard.boards.lookup import public_slugs
from leaderboard.boards.models import Board, Entry
from leaderboard.boards.rows import Row
from leaderboard.boards.stored import rows_by_board
from leaderboard.boards.viewing import natural
from leaderboard.catalog.models import TENSOR_FORMATS, TEXT_FORMATS
from leaderboard.devices.models import Device
from leaderboard.protocol import Scope
from leaderboard.submissions.models import Submission


@dataclass(frozen=True, slots=True)
class ModelLine:
    """One model in the list of all. Of several files, what they have in common; None where they differ or say none."""

    slug: str
    name: str
    organisation: str
    family: str
    licences: tuple[str, ...]
    formats: tuple[str, ...]
    precisions: tuple[str, ...]
    parameters: int | None
    size_bytes: int | None
    released_on: date | None
    entries: int
    boards: tuple[str, ...]
    devices: int
    newest_at: datetime
    board_slugs: tuple[str, ...] = ()
    """In the order of `boards`."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One revision that was measured: a file by its digest, or a reference."""

    sha256: str | None
    reference: str
    format: str
    precision: str
    parameters: int | None
    size_bytes: int | None
    licence: str
    released_on: date | None
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """A board or a device, by its address's word and its name."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class ModelPage:
    """`slug` is the model's key: what its address has between `/models/` and the last slash.

    `boards` has the model's own rows, `fronts` by board the rows of everybody on the front.

    `fitting` are the boards that can take this kind of model, `devices` all that there are. `scopes` counts the boards
    that have an energy in each scope; with a `scope`, `boards` are those that have it, ranked in it.
    """

    slug: str
    name: str
    organisation: str
    family: str
    files: tuple[ModelFile, ...]
    boards: tuple[BoardRows, ...]
    fronts: Mapping[str, tuple[Row, ...]]
    fitting: tuple[Place, ...]
    devices: tuple[Place, ...]
    scopes: Mapping[Scope, int]
    scope: Scope | None
    measured: Mapping[tuple[str, str], int]
    """How many entries it has by board and device, in whatever scope."""

    @property
    def entries(self) -> tuple[UUID, ...]:
        return tuple(row.id for part in self.boards for row in part.rows)


_LISTED = {
    "slug": "submission__model_slug",
    "name": "submission__model_name",
    "organisation": "submission__organisation",
    "family": "submission__family",
    "licence": "submission__licence",
    "released_on": "submission__released_on",
    "format": "submission__artefact__format",
    "parameters": "submission__artefact__parameters",
    "size_bytes": "submission__artefact__size_bytes",
    "precision": "precision",
    "benchmark": "benchmark_id",
    "device": "device_id",
    "at": "published_at",
}


def model_list() -> tuple[ModelLine, ...]:
    """Return every model that stands on a board, by name: two queries."""
    every = list(Board.objects.select_related("benchmark").order_by("-pk"))
    names = public_slugs(every)
    boards = {board.benchmark_id: (names[board.pk], board.title) for board in every}
    found: dict[str, list[dict[str, Any]]] = {}
    for values in (
        Entry.objects.filter(status__in=Entry.ON_BOARDS).order_by("-published_at").values_list(*_LISTED.values())
    ):
        row = dict(zip(_LISTED, values, strict=True))
        found.setdefault(row["slug"], []).append(row)
    lines = (_line(slug, rows, boards) for slug, rows in found.items())
    return tuple(sorted(lines, key=lambda line: natural(line.name)))


def model_page(slug: str, *, scope: str = "") -> ModelPage:
    """Raises Submission.DoesNotExist for a model that has no entry: eight queries, two more with a scope.

    A scope that none of its boards has is none.
    """
    measured = Submission.objects.filter(model_slug=slug, private=False, entries__isnull=False).order_by(
        "-created_at", "-pk"
    )
    submissions = list(measured.select_related("artefact").distinct())
    if not submissions:
        raise Submission.DoesNotExist(f"No model {slug!r} was measured here.")
    own = rows_by_board(entry__submission__model_slug=slug)
    scopes = Counter(one for part in own for one in part.scopes)
    chosen = next((one for one in scopes if one == scope), None)
    shown = rows_by_board(in_scope=chosen, entry__submission__model_slug=slug) if chosen else own
    fronts = rows_by_board(in_scope=chosen, front="on")
    formats = {one.artefact.format for one in submissions}
    return ModelPage(
        slug=slug,
        name=submissions[0].model_name,
        organisation=submissions[0].organisation,
        family=submissions[0].family,
        files=_files(submissions),
        boards=shown,
        fronts={part.slug: part.rows for part in fronts},
        fitting=_fitting(formats, {part.slug for part in own}),
        devices=tuple(Place(*pair) for pair in Device.objects.order_by("name", "slug").values_list("slug", "name")),
        scopes=scopes,
        scope=chosen,
        measured=Counter((part.slug, row.device) for part in own for row in part.rows),
    )


def keys_of(slug: str) -> tuple[str, ...]:
    """Return the keys of the models that an address without an organisation can mean: one query.

    It has the name alone, or what a name with its owner was before there were organisations.
    """
    found = Submission.objects.filter(private=False, entries__isnull=False).exclude(organisation="")
    found = found.annotate(in_one=Replace("model_slug", Value("/"), Value("")))
    found = found.filter(Q(model_slug__endswith=f"/{slug}") | Q(in_one=slug))
    return tuple(found.order_by("model_slug").values_list("model_slug", flat=True).distinct())


def _line(slug: str, rows: Sequence[Mapping[str, Any]], boards: Mapping[int, tuple[str, str]]) -> ModelLine:
    newest = rows[0]
    on = dict.fromkeys(boards[row["benchmark"]] for row in rows if row["benchmark"] in boards)
    return ModelLine(
        slug=slug,
        name=newest["name"],
        organisation=newest["organisation"],
        family=newest["family"],
        licences=_each(rows, "licence"),
        formats=_each(rows, "format"),
        precisions=_each(rows, "precision"),
        parameters=_common(rows, "parameters"),
        size_bytes=_common(rows, "size_bytes"),
        released_on=_common(rows, "released_on"),
        entries=len(rows),
        boards=tuple(title for _slug, title in on),
        devices=len({row["device"] for row in rows}),
        newest_at=newest["at"],
        board_slugs=tuple(slug for slug, _title in on),
    )


def _each(rows: Iterable[Mapping[str, Any]], key: str) -> tuple[str, ...]:
    return tuple(sorted({row[key] for row in rows if row[key]}))


def _common(rows: Iterable[Mapping[str, Any]], key: str) -> Any:
    values = {row[key] for row in rows}
    return values.pop() if len(values) == 1 else None


def _files(submissions: Iterable[Submission]) -> tuple[ModelFile, ...]:
    """Newest first, each artefact once."""
    found: dict[int, ModelFile] = {}
    for one in submissions:
        artefact = one.artefact
        known = found.get(artefact.pk)
        if known is None:
            found[artefact.pk] = ModelFile(
                sha256=artefact.sha256,
                reference=artefact.reference,
                format=artefact.format,
                precision=artefact.precision,
                parameters=artefact.parameters,
                size_bytes=artefact.size_bytes,
                licence=one.licence,
                released_on=one.released_on,
                submitted_at=one.created_at,
            )
        elif known.released_on is None:
            found[artefact.pk] = replace(known, released_on=one.released_on)
    return tuple(found.values())


def _fitting(formats: set[str], measured: set[str]) -> tuple[Place, ...]:
    """The newest version of each board that takes one of these formats, and every board with an entry."""
    boards = list(Board.objects.select_related("benchmark"))
    names = public_slugs(boards)
    found = [
        Place(names[board.pk], board.title)
        for board in boards
        if names[board.pk] in measured
        or (
            names[board.pk] == board.slug and formats & (TEXT_FORMATS if board.benchmark.generation else TENSOR_FORMATS)
        )
    ]
    return tuple(sorted(found, key=lambda place: natural(place.name)))
