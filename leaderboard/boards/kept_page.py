"""The page of a large board's default view, made once with each revision, so that no reader waits for all its rows."""

import zlib

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from leaderboard.boards.models import Board, KeptPage

WORTH_KEEPING = 1000
"""Rows from which on a page takes a reader longer than a glance; a smaller one is made as it is asked for."""


def keep_later(board: Board, rows: int) -> None:
    """Have the default view's page made once the revision is committed. A failure is logged, and leaves it to readers.

    How a page looks is the pages' affair: settings name who makes it, as they name the pages.
    """
    if rows >= WORTH_KEEPING:
        make = import_string(settings.PAGE_KEEPER)
        transaction.on_commit(lambda: make(board.pk), robust=True)


def keep_page(board_pk: int, *, revision: int, language: str, content: bytes) -> None:
    """Keep a revision's page; one of a newer revision stays."""
    packed = {"revision": revision, "language": language, "content": zlib.compress(content)}
    with transaction.atomic():
        if not KeptPage.objects.filter(board_id=board_pk, revision__gt=revision).exists():
            KeptPage.objects.update_or_create(board_id=board_pk, defaults=packed)


def kept_page(board_pk: int, *, revision: int, language: str) -> bytes | None:
    """Return the page of exactly this revision, if it is kept: one query."""
    found = KeptPage.objects.filter(board_id=board_pk, revision=revision, language=language)
    content = found.values_list("content", flat=True).first()
    return None if content is None else zlib.decompress(bytes(content))


def forget_pages() -> None:
    KeptPage.objects.all().delete()
