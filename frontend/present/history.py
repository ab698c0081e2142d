"""Corrections and the changelog in a reader's words."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from frontend.present.words import Words
from leaderboard.boards.changes import ChangeLine
from leaderboard.boards.models import EntryChange

Kind = EntryChange.Kind

KIND_WORDS: Mapping[str, Words] = {
    Kind.PUBLISHED: _("published"),
    Kind.UNDER_REVIEW: _("put under review"),
    Kind.RESTORED: _("published again"),
    Kind.RETRACTED: _("retracted"),
    Kind.SUPERSEDED: _("superseded"),
}
DECISIONS: Mapping[str, Words] = {
    Kind.UNDER_REVIEW: _("Put under review: it stays on its boards with a badge"),
    Kind.RESTORED: _("Publish again"),
    Kind.RETRACTED: _("Retract: it leaves its boards, this page stays"),
    Kind.SUPERSEDED: _("Supersede: a successor stands in its place"),
}


@dataclass(frozen=True, slots=True)
class ShownChange:
    line: ChangeLine
    words: Words


def shown(lines: tuple[ChangeLine, ...]) -> tuple[ShownChange, ...]:
    return tuple(ShownChange(line, KIND_WORDS.get(line.kind, line.kind)) for line in lines)
