"""The page of a result that somebody else has published: what they said, and nothing that nobody knows."""

from collections.abc import Mapping
from typing import Any

from frontend.present import words
from frontend.present.entry import line_of
from frontend.present.registry import METRICS
from leaderboard.boards.reported.reading import ReportedDetail


def reported_context(detail: ReportedDetail) -> Mapping[str, Any]:
    row = detail.row
    lines = [(line_of(METRICS[key], cell), detail.about.get(key, "")) for key, cell in row.cells.items()]
    return {
        "detail": detail,
        "row": row,
        "config": words.config_line(row.config),
        "front": words.FRONT_WORDS[row.front],
        "lines": lines,
        "facts": tuple(detail.facts.items()),
    }
