"""What the pages about all boards, one device and one model read."""

from collections.abc import Sequence

from django.db.models import Count

from leaderboard.boards.details import BoardCard, BoardRows, ModelPage
from leaderboard.boards.lookup import default_scope, public_slugs
from leaderboard.boards.models import Board, BoardEntry
from leaderboard.boards.rebuild import default_sources
from leaderboard.boards.rows import Row
from leaderboard.boards.stored import rows_by_board
from leaderboard.boards.viewing import best_first, natural, ordered
from leaderboard.protocol import Provenance
from leaderboard.submissions.models import Submission


def board_list() -> tuple[BoardCard, ...]:
    """Return the newest version of every board, by title: four queries."""
    boards = list(Board.objects.select_related("benchmark"))
    names = public_slugs(boards)
    counted = BoardEntry.objects.values_list("board").annotate(
        Count("entry", distinct=True), Count("entry__device", distinct=True)
    )
    counts = {pk: (entries, devices) for pk, entries, devices in counted}
    fronts = {part.slug: part.rows for part in rows_by_board(front="on")}
    cards = [
        _card(board, counts.get(board.pk, (0, 0)), fronts.get(board.slug, ()))
        for board in boards
        if names[board.pk] == board.slug
    ]
    return tuple(sorted(cards, key=lambda card: natural(card.title)))


def _card(board: Board, counts: tuple[int, int], on_front: Sequence[Row]) -> BoardCard:
    scope = default_scope(board)
    best = ordered(on_front, sort=(best_first(board.y),), unranked=board.y)
    return BoardCard(
        slug=board.slug,
        title=board.title,
        description=board.benchmark.description,
        rank_metric=board.rank_metric,
        scope=scope,
        estimated=scope is not None and default_sources(board.scopes[scope]) == (Provenance.ESTIMATED,),
        entries=counts[0],
        devices=counts[1],
        front=tuple(dict.fromkeys(row.model_name for row in best)),
        updated_at=board.updated_at,
    )


def device_entries(slug: str) -> tuple[BoardRows, ...]:
    """Return the entries measured on a device, by board."""
    return rows_by_board(entry__device__slug=slug)


def model_page(slug: str) -> ModelPage:
    """Raises Submission.DoesNotExist for a model that has no entry."""
    measured = Submission.objects.filter(model_slug=slug, entries__isnull=False).order_by("-created_at")
    known = list(measured.values("model_name", "family", "licence", "artefact__sha256", "artefact__reference"))
    if not known:
        raise Submission.DoesNotExist(f"No model {slug!r} was measured here.")
    return ModelPage(
        slug=slug,
        name=known[0]["model_name"],
        family=known[0]["family"],
        licences=tuple(dict.fromkeys(row["licence"] for row in known)),
        sha256s=tuple(dict.fromkeys(row["artefact__sha256"] for row in known if row["artefact__sha256"])),
        references=tuple(dict.fromkeys(row["artefact__reference"] for row in known if row["artefact__reference"])),
        boards=rows_by_board(entry__submission__model_slug=slug),
    )
