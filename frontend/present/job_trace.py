"""The power trace of a job that was measured: the panel of its entry's page, on the job's own."""

from collections.abc import Mapping
from typing import Any

from frontend.present.trace import trace_panel, withheld
from leaderboard.boards.job_trace import JobTrace
from leaderboard.boards.judged import Judged


def trace_context(judged: Judged | None, kept: JobTrace | None) -> Mapping[str, Any]:
    """Of a job that has its entry, else of one whose report is verified; without a panel where nothing was measured."""
    if kept is not None:
        panel = trace_panel(kept.trace, kept.measured, kept.energy)
        return {"panel": panel, "withheld": withheld(kept.energy)}
    return {"panel": trace_panel(judged.trace, judged.measured, None) if judged else None, "withheld": ""}
