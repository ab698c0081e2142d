"""What of an address a page does not have, for the note on the page. No secret is said again."""

import re
from collections.abc import Collection

from django.http import HttpRequest
from django.utils.translation import gettext as _

from frontend.present.narrowing import narrowed
from leaderboard.boards.address_values import HIDDEN
from leaderboard.boards.rows import Note, Words

NEAR_SECRETS = ("/account/", "/devices/enrol/")
"""Pages that links with secrets lead to, or that show one: of what is wrong with their address no value is said."""
_WORD = re.compile(r"[a-z_]{1,20}")


def ignored_of(request: HttpRequest, keys: Collection[str]) -> tuple[Note, ...]:
    """Return a note for every key of the address that is none of the page's `keys`."""
    notes = narrowed(request.META.get("QUERY_STRING", ""), {}, keys).notes
    return tuple(_hushed(note) for note in notes) if request.path.startswith(NEAR_SECRETS) else notes


def dead(key: str, reason: Words) -> Note:
    """Return a note on a key whose value means nothing here and is not said again."""
    return Note(key, HIDDEN, reason)


def dead_choice(key: str, value: str) -> tuple[Note, ...]:
    """Return a note where a key that is 1 or left out has another value."""
    return () if value in {"", "1"} else (dead(key, _("It is 1, or left out.")),)


def _hushed(note: Note) -> Note:
    """A key alone may be the secret itself, so only what reads like a word is said."""
    return Note(note.key if _WORD.fullmatch(note.key) else HIDDEN, HIDDEN, note.reason)
