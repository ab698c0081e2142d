"""Boards of reported results, read as boards are: the same rows, from another table."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from leaderboard.boards.details import BoardCard, BoardRows
from leaderboard.boards.lookup import default_scope
from leaderboard.boards.models import Board, ReportedBoard, ReportedEntry
from leaderboard.boards.reported.source import Source
from leaderboard.boards.rows import Row
from leaderboard.boards.stored import PLACE, stored_row
from leaderboard.boards.viewing import best_first, ordered
from leaderboard.catalog.models import Benchmark


@dataclass(frozen=True, slots=True)
class ReportedDetail:
    """One published result: its row, what each figure is in the publication's words, and its facts."""

    slug: str
    source: Source
    row: Row
    uid: str
    url: str
    about: dict[str, str]
    facts: dict[str, str]


@dataclass(frozen=True, slots=True)
class PublicationFacts:
    """What all results of a board have in common: facts by name, and what each figure is, by metric."""

    facts: dict[str, str]
    about: dict[str, str]


def publication_facts(slug: str) -> PublicationFacts:
    """Return what every result of the board says alike: one query."""
    said = list(ReportedEntry.objects.filter(board__slug=slug).order_by("pk").values_list("facts", "about"))
    return PublicationFacts(_common([facts for facts, _ in said]), _common([about for _, about in said]))


def _common(said: Sequence[dict[str, str]]) -> dict[str, str]:
    first = said[0] if said else {}
    return {name: text for name, text in first.items() if all(one.get(name) == text for one in said)}


def find_reported(slug: str) -> ReportedBoard | None:
    return ReportedBoard.objects.filter(slug=slug).first()


def as_board(found: ReportedBoard) -> Board:
    """Return it as the board that views are made of, which is in no table."""
    benchmark = Benchmark(slug=found.slug, version=1, title=found.title, description=found.description, n=0)
    return Board(
        slug=found.slug,
        title=found.title,
        benchmark=benchmark,
        rank_metric=found.rank_metric,
        x=found.x,
        y=found.y,
        scopes=found.scopes,
        revision=found.revision,
        updated_at=found.loaded_at,
    )


def source_of(found: ReportedBoard) -> Source:
    return Source(
        title=found.title,
        publisher=found.publisher,
        url=found.url,
        licence=found.licence,
        published_on=found.published_on,
        sha256=found.sha256,
        loaded_at=found.loaded_at,
    )


def reported_rows(found: ReportedBoard) -> dict[int, Row]:
    """Return the rows by their key: one query."""
    rows = ReportedEntry.objects.filter(board=found).order_by("pk")
    return {pk: stored_row(*values) for pk, *values in rows.values_list("pk", "identity", "cells", *PLACE)}


def reported_detail(uuid: UUID) -> ReportedDetail | None:
    entry = ReportedEntry.objects.select_related("board").filter(uuid=uuid).first()
    if entry is None:
        return None
    row = stored_row(entry.identity, entry.cells, *(getattr(entry, name) for name in PLACE))
    return ReportedDetail(
        slug=entry.board.slug,
        source=source_of(entry.board),
        row=row,
        uid=entry.uid,
        url=entry.url,
        about=entry.about,
        facts=entry.facts,
    )


def reported_cards() -> tuple[BoardCard, ...]:
    """Return the boards of reported results, by title: one query, and one for each."""
    found = ReportedBoard.objects.annotate(entries=Count("rows")).order_by("title")
    return tuple(
        BoardCard(
            slug=board.slug,
            title=board.title,
            description=board.description,
            rank_metric=board.rank_metric,
            scope=default_scope(as_board(board)),
            estimated=False,
            entries=board.entries,
            devices=len({row.device for row in rows}),
            front=_front(board, rows),
            updated_at=board.loaded_at,
        )
        for board in found
        for rows in [tuple(reported_rows(board).values())]
    )


def reported_fronts() -> tuple[BoardRows, ...]:
    """Return the rows on the front of each board of reported results that has one, by title: two queries."""
    rows: dict[int, list[Row]] = {}
    found = ReportedEntry.objects.filter(front="on").order_by("pk")
    for pk, *values in found.values_list("board_id", "identity", "cells", *PLACE):
        rows.setdefault(pk, []).append(stored_row(*values))
    return tuple(
        BoardRows(
            slug=board.slug,
            title=board.title,
            rank_metric=board.rank_metric,
            x=board.x,
            y=board.y,
            scope=default_scope(as_board(board)),
            estimated=False,
            rows=ordered(rows[board.pk], sort=(), unranked=best_first(board.y)),
        )
        for board in ReportedBoard.objects.order_by("title")
        if board.pk in rows
    )


def reported_titles() -> tuple[tuple[str, str], ...]:
    """Return slug and title of each board of reported results: one query."""
    return tuple(ReportedBoard.objects.order_by("title").values_list("slug", "title"))


def _front(board: ReportedBoard, rows: Sequence[Row]) -> tuple[str, ...]:
    best = ordered([row for row in rows if row.front == "on"], sort=(best_first(board.y),), unranked=board.y)
    return tuple(dict.fromkeys(row.model_name for row in best))
