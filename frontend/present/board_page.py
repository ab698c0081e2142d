"""A board's page without its reader: what is the same for everybody who asks for this view."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from frontend.present.board import Form, board_context
from leaderboard.boards.rows import BoardView

_REST = '<div class="board-body">'


@dataclass(frozen=True, slots=True)
class BoardPage:
    """`body` is HTML: heading, filters, chart, table. The rest is what head and foot of the page say of the view."""

    slug: str
    title: str
    query: str
    permalink: str
    revision: int
    updated: str
    total: int
    ignores: bool
    """Whether something in the address was ignored: the address is then left as it is."""
    is_live: bool
    """Whether a newer revision may come."""
    has_rows: bool
    failed: bool
    """Whether a part could not be made: nothing to be remembered."""
    forms: Sequence[Form]
    body: SafeString

    @property
    def head(self) -> SafeString:
        """The heading of the body, with what the board says in a sentence."""
        return SafeString(self.body.partition(_REST)[0])

    @property
    def rest(self) -> SafeString:
        return SafeString("".join(self.body.partition(_REST)[1:]))


def board_page(view: BoardView, request_id: str = "") -> BoardPage:
    """`request_id` is told where a part could not be made."""
    context = board_context(view)
    return BoardPage(
        slug=view.slug,
        title=view.title,
        query=view.query,
        permalink=context["permalink"],
        revision=view.revision,
        updated=f"{view.updated_at:%Y-%m-%d %H:%M}" if view.updated_at else "",
        total=view.total,
        ignores=bool(view.notes),
        is_live=view.frozen_at is None and view.reported is None,
        has_rows=bool(view.rows),
        failed=bool(view.rows) and not (context["chart"] and context["table"]),
        forms=context["forms"],
        body=SafeString(
            render_to_string("frontend/parts/board_body.html", {**context, "request_id": request_id}).strip()
        ),
    )
