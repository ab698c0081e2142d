"""What the quality gates look at: of an entry, and of a report whose entry is still being made."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from leaderboard.boards.details import EntryDetail
from leaderboard.boards.grading import read_report
from leaderboard.boards.plausible import Unscorable
from leaderboard.boards.pool import HEADLINE_ENERGY
from leaderboard.boards.trace_view import TraceView, trace_view
from leaderboard.protocol import Measured, Provenance
from leaderboard.runs.models import Result
from leaderboard.runs.states import JobState


@dataclass(frozen=True, slots=True)
class Judged:
    """`energy` is where the joules per item come from, None without any; `graded` is false before the answers are."""

    measured: Measured
    stable: bool
    guard: str
    warnings: Sequence[str]
    energy: Provenance | None
    trace: TraceView
    n_items: int
    graded: bool


def judged_entry(entry: EntryDetail) -> Judged | None:
    """None where its report can no longer be read."""
    if entry.measured is None:
        return None
    cell = entry.row.cells.get(HEADLINE_ENERGY)
    return Judged(
        measured=entry.measured,
        stable=bool(entry.row.stable),
        guard=entry.row.guard,
        warnings=entry.warnings,
        # Joules that were read and are withheld for another reason, which has a gate of its own, were still read.
        energy=cell.provenance if cell is not None and cell.value is not None else _best(entry.measured),
        trace=entry.trace,
        n_items=entry.n_items,
        graded=True,
    )


def judged_job(job: UUID) -> Judged | None:
    """Return what is known while the server verifies a job: two queries. None where its report cannot be read."""
    results = Result.objects.filter(job__uuid=job, job__state=JobState.VERIFYING, accepted=True)
    result = results.select_related("attempt", "job__benchmark").defer("attempt__log").first()
    if result is None:
        return None
    try:
        report, measured = read_report(result)
    except Unscorable:
        return None  # the scoring says so at the job
    return Judged(
        measured=measured,
        stable=measured.stable,
        guard=measured.guard,
        warnings=report.warnings,
        energy=_best(measured),
        trace=trace_view(result.attempt, report),
        n_items=result.job.benchmark.n,
        graded=False,
    )


def _best(measured: Measured) -> Provenance | None:
    found = {reading.provenance for repeat in measured.repeats for reading in repeat.energy if reading.joules}
    return next((provenance for provenance in Provenance if provenance in found), None)
