"""Bodies that are too large are refused before they are read: Django would spool them to disk first."""

import re

from django.conf import settings

from leaderboard.protocol import Problem

UPLOAD_PATH = "/api/v1/artefacts"
# The step of the form that takes a file, which comes among other fields.
FORM_PATH = re.compile(r"/submit/(?:[0-9a-f-]{36}/model/)?")
# What anybody may send without an account, in fields of a line each.
ACCOUNT_PATH = "/account/"
FORM_BYTES = 64 * 1024
TOO_LARGE = Problem(title="The body is over the size limit.", status=413, code="too_large", hint="Send a smaller file.")
NO_LENGTH = Problem(
    title="The request does not say how long its body is.",
    status=411,
    code="length_required",
    hint="Send a Content-Length; with curl, use --data-binary @FILE.",
)
_MOST_DIGITS = 18


def limit_of(path: str) -> int:
    """Return how many bytes a body may have: only model files are large."""
    if path == UPLOAD_PATH:
        return int(settings.MAX_ARTEFACT_BYTES)
    if FORM_PATH.fullmatch(path):
        return int(settings.MAX_ARTEFACT_BYTES) + FORM_BYTES
    if path.startswith(ACCOUNT_PATH):
        return FORM_BYTES
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


def length_of(headers: dict[str, str]) -> int | None:
    """Return how many bytes a body is said to have; None where that is no number."""
    length = headers.get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() and len(length) <= _MOST_DIGITS else None


def refusal(headers: dict[str, str], *, limit: int) -> Problem | None:
    """Return why a body may not be read, from its headers alone."""
    if headers.get("transfer-encoding"):
        return NO_LENGTH
    length = length_of(headers)
    if length is not None and length <= limit:
        return None
    return TOO_LARGE.model_copy(update={"detail": f"The limit is {limit / 1024**2:.0f} MiB."})
