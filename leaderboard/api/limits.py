"""Bodies that are too large are refused before they are read: Django would spool them to disk first."""

from leaderboard.protocol import Problem

TOO_LARGE = Problem(title="The body is over the size limit.", status=413, code="too_large", hint="Send a smaller file.")
NO_LENGTH = Problem(
    title="The request does not say how long its body is.",
    status=411,
    code="length_required",
    hint="Send a Content-Length; with curl, use --data-binary @FILE.",
)


def refusal(headers: dict[str, str], *, limit: int) -> Problem | None:
    """Return why a body may not be read, from its headers alone."""
    if headers.get("transfer-encoding"):
        return NO_LENGTH
    length = headers.get("content-length", "0")
    return None if length.isascii() and length.isdigit() and int(length) <= limit else TOO_LARGE
