"""What a watcher of a job is told, as server-sent events. Pure: the job and its log go in, text comes out.

Events: `state` (a `JobAnswer`), `log` (`first`, the number of its first line, and `lines` with their attempt), `ping`
when nothing else was sent for a while, `end` after the last word of a job that is over. The id of an event is a cursor:
whoever brings the last one back, as `Last-Event-ID` or `?after=`, misses nothing and reads nothing twice. An id that is
none starts from the beginning.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from leaderboard.api.jobs import job_values
from leaderboard.api.shapes import JobAnswer
from leaderboard.runs.logs import LogLine
from leaderboard.runs.selectors import JobView
from leaderboard.runs.watching import Cursor

KIND = "text/event-stream; charset=utf-8"
MOST_LINES = 500  # in one event
START = Cursor("", 0)
PING = b"event: ping\ndata: {}\n\n"


def news(view: JobView, lines: Sequence[LogLine], cursor: Cursor) -> tuple[list[bytes], Cursor]:
    """Return what a watcher at the cursor has not been told, and where it is then.

    The log comes before the state, so that a job that is over has been told whole. A cursor beyond the log's end is of
    another log, which starts again.
    """
    told: list[bytes] = []
    start = cursor.lines if cursor.lines <= len(lines) else 0
    for at in range(start, len(lines), MOST_LINES):
        piece = lines[at : at + MOST_LINES]
        cursor = Cursor(cursor.revision, at + len(piece))
        shown = [{"attempt": line.attempt, "text": line.text} for line in piece]
        told.append(_event("log", {"first": at + 1, "lines": shown}, cursor))
    body = JobAnswer(**job_values(view)).model_dump_json()
    revision = hashlib.sha256(body.encode()).hexdigest()[:12]
    if revision != cursor.revision:
        cursor = Cursor(revision, cursor.lines)
        told.append(_event("state", body, cursor))
    if view.is_over:
        told.append(_event("end", {}, cursor))
    return told, cursor


def _event(name: str, data: str | Mapping[str, Any], cursor: Cursor) -> bytes:
    text = data if isinstance(data, str) else json.dumps(data)
    return f"event: {name}\nid: {cursor}\ndata: {text}\n\n".encode()
