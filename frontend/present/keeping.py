"""Pages that are kept in the database: what the memory of a process has, for all of them and from the start."""

import json
from dataclasses import asdict

from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import get_supported_language_variant, override

from frontend.present.board import Form
from frontend.present.board_page import BoardPage, board_page
from leaderboard.boards.kept_page import keep_page, kept_page
from leaderboard.boards.lookup import public_slug
from leaderboard.boards.selectors import board_view


def keep(board_pk: int) -> None:
    """Make and keep the page of a board's default view."""
    language = get_supported_language_variant(settings.LANGUAGE_CODE)  # as a request's is called
    with override(language):
        page = board_page(board_view(public_slug(board_pk), ""))
    if not page.failed:
        content = json.dumps(asdict(page)).encode()
        keep_page(board_pk, revision=page.revision, language=language, content=content)


def kept(board_pk: int, slug: str, *, revision: int, language: str) -> BoardPage | None:
    """Return the kept page of this revision, if there is one that goes by this slug: one query."""
    content = kept_page(board_pk, revision=revision, language=language)
    if content is None:
        return None
    fields = json.loads(content)
    # The first version of a benchmark goes by another name once there is a second one.
    if fields["slug"] != slug:
        return None
    forms = tuple(Form(**form) for form in fields["forms"])
    return BoardPage(**{**fields, "forms": forms, "body": SafeString(fields["body"])})
