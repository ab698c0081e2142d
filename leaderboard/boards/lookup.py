"""Boards by the slug of an address: `digits` is the newest version, `digits-v1` the first."""

import re
from collections.abc import Iterable, Mapping

from leaderboard.boards.models import Board, Entry, ReportedBoard, ReportedEntry
from leaderboard.protocol import Scope

_VERSIONED = re.compile(r"(?P<slug>.+)-v(?P<version>[0-9]{1,9})")


def find_board(slug: str) -> tuple[Board, str]:
    """Return the board and the slug that it goes by; raises Board.DoesNotExist."""
    match = _VERSIONED.fullmatch(slug)
    names = {slug, match["slug"]} if match else {slug}
    boards = list(Board.objects.filter(slug__in=names).select_related("benchmark"))
    named = [board for board in boards if board.slug == slug]
    if match and not named:
        named = [
            board
            for board in boards
            if board.slug == match["slug"] and board.benchmark.version == int(match["version"])
        ]
    if not named:
        raise Board.DoesNotExist(f"There is no board {slug!r}.")
    board = max(named, key=lambda board: board.benchmark.version)
    return board, public_slugs(boards)[board.pk]


def board_state(slug: str) -> tuple[int, int, str]:
    """Return what changes with every rebuild of a board, to remember its views by; raises Board.DoesNotExist."""
    try:
        board, _ = find_board(slug)
    except Board.DoesNotExist:
        return _reported_state(slug)
    return board.pk, board.revision, str(board.updated_at)


def _reported_state(slug: str) -> tuple[int, int, str]:
    found = ReportedBoard.objects.filter(slug=slug).values_list("pk", "revision", "loaded_at").first()
    if found is None:
        raise Board.DoesNotExist(f"There is no board {slug!r}.")
    pk, revision, loaded_at = found
    return pk, revision, str(loaded_at)


def board_progress(slug: str) -> tuple[int, int]:
    """Return a board's revision and how many entries it has now; raises Board.DoesNotExist."""
    try:
        board, _ = find_board(slug)
    except Board.DoesNotExist:
        pk, revision, _ = _reported_state(slug)
        return revision, ReportedEntry.objects.filter(board=pk).count()
    return board.revision, Entry.objects.filter(benchmark=board.benchmark_id, status=Entry.Status.PUBLISHED).count()


def public_slugs(boards: Iterable[Board]) -> Mapping[int, str]:
    """Return the slug that each of the boards goes by; of a board's versions, all must be among them."""
    newest: dict[str, int] = {}
    boards = list(boards)
    for board in boards:
        newest[board.slug] = max(newest.get(board.slug, 0), board.benchmark.version)
    return {
        board.pk: board.slug
        if board.benchmark.version == newest[board.slug]
        else f"{board.slug}-v{board.benchmark.version}"
        for board in boards
    }


def public_slug(board_pk: int) -> str:
    """Return the slug that a board goes by; raises Board.DoesNotExist."""
    slug = Board.objects.values_list("slug", flat=True).get(pk=board_pk)
    return public_slugs(Board.objects.filter(slug=slug).select_related("benchmark"))[board_pk]


def default_scope(board: Board) -> Scope | None:
    """Return the operator's choice where it has an energy, else the scope in which most entries have one."""
    if board.scope in board.scopes:
        return Scope(board.scope)
    present = [scope for scope in Scope if scope in board.scopes]
    return max(present, key=lambda scope: int(board.scopes[scope]["entries"]), default=None)
