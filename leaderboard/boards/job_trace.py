"""The trace of a job that is over, for the job's own page: what its entry's page draws, read in four queries."""

from dataclasses import dataclass
from uuid import UUID

from leaderboard.accounts.models import User
from leaderboard.boards.grading import read_report
from leaderboard.boards.lookup import default_scope
from leaderboard.boards.models import Board, Entry
from leaderboard.boards.plausible import Unscorable
from leaderboard.boards.pool import headline_energy
from leaderboard.boards.rebuild import default_sources
from leaderboard.boards.rows import Cell
from leaderboard.boards.trace_view import TraceView, trace_view
from leaderboard.protocol import Measured


@dataclass(frozen=True, slots=True)
class JobTrace:
    """`energy` is what the entry's page shows at its head: the trace of its source is drawn first."""

    trace: TraceView
    measured: Measured
    energy: Cell | None


def job_trace(entry: UUID, *, user: User | None) -> JobTrace | None:
    """None where there is no such entry for `user`, or its report can no longer be read."""
    related = ("result__attempt", "result__job__benchmark", "result__job__submission")
    found = Entry.objects.visible_to(user).select_related(*related).filter(uuid=entry).first()
    if found is None:
        return None
    try:
        report, measured = read_report(found.result)
    except Unscorable:
        return None
    return JobTrace(trace_view(found.result.attempt, report), measured, _energy(found))


def _energy(entry: Entry) -> Cell | None:
    board = Board.objects.filter(benchmark=entry.benchmark_id).order_by("pk").first()
    if board is None:
        return None
    scope = default_scope(board)
    return headline_energy(entry, scope, default_sources(board.scopes.get(scope or "")))
