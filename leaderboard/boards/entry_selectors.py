"""What the page of one entry reads: its scores, what they came from, and how to measure it again."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from leaderboard.accounts.models import User
from leaderboard.boards.cells import UNPLACED, to_row
from leaderboard.boards.changes import history_of
from leaderboard.boards.details import EntryDetail, MeasurementLine, Reproduce, ScoreLine
from leaderboard.boards.grading import read_report
from leaderboard.boards.item_energies import item_energies
from leaderboard.boards.lookup import default_scope, public_slugs
from leaderboard.boards.models import Board, BoardEntry, Entry, Measurement, Score
from leaderboard.boards.plausible import Unscorable
from leaderboard.boards.pool import candidates, to_cell
from leaderboard.boards.rebuild import default_sources
from leaderboard.boards.rows import Row
from leaderboard.boards.stored import is_estimated, rows_by_board
from leaderboard.boards.trace_view import UNREADABLE, TraceState, TraceView, trace_view
from leaderboard.metrics.registry import METRICS
from leaderboard.protocol import EnergyMethod, MissingReason, Provenance, Scope
from leaderboard.submissions.models import Submission
from leaderboard.submissions.selectors import private_part

_OF_MEASURED = ("thermal", "runtime_version", "provider", "repeats", "histogram", "warmup_calls")


def entry_detail(uuid: UUID, *, user: User | None = None) -> EntryDetail:
    """Return everything about one entry that `user` may see, also a withdrawn or private one, which has no rank.

    Raises Entry.DoesNotExist.
    """
    entry = (
        Entry.objects.visible_to(user)
        .select_related(
            "result__attempt", "submission__artefact", "submission__submitted_by", "benchmark", "device", "job"
        )
        .get(uuid=uuid)
    )
    board, slug = _home(entry)
    scope = default_scope(board)
    siblings = _siblings(entry, board)
    row = next((row for row in siblings if row.id == uuid), None) or _row_off_the_board(entry, board, scope)
    bands = _bands(board, scope)
    return EntryDetail(
        id=uuid,
        job=entry.job.uuid,
        board=slug,
        board_title=board.title,
        benchmark=str(entry.benchmark),
        n_items=entry.benchmark.n,
        rank_metric=board.rank_metric,
        status=entry.status,
        row=row,
        scope=scope,
        estimated=is_estimated([row]),
        ranked=sum(band is not None for band in bands),
        tied=sum(band == row.band for band in bands) - 1 if row.rank is not None else 0,
        scores=_scores(entry),
        measurements=_measurements(entry),
        siblings=tuple(other for other in siblings if other.id != uuid),
        reproduce=reproduce(entry.submission, entry.benchmark.slug, entry.device.slug),
        history=history_of(entry),
        warnings=tuple(entry.warnings),
        protocol_version=entry.job.protocol_version,
        **_told(entry),
        artefact_sha256=entry.submission.artefact.sha256,
        reference=entry.submission.artefact.reference,
        licence=entry.submission.licence,
        submitted_by=entry.submission.submitted_by.get_username(),
    )


def _told(entry: Entry) -> dict[str, Any]:
    """Return what the agent's report says. One of a protocol of then may say nothing to this version."""
    try:
        report, measured = read_report(entry.result)
    except Unscorable:
        return {
            "trace": TraceView(TraceState.ABSENT, UNREADABLE, is_warning=True),
            **dict.fromkeys(("measured", "thermal", "histogram", "warmup_calls")),
            **dict.fromkeys(("fingerprint", "runtime_version", "provider"), ""),
            **dict.fromkeys(("phases", "repeats", "item_energies"), ()),
            "environment": {},
        }
    trace = trace_view(entry.result.attempt, report)
    return {
        "trace": trace,
        "item_energies": item_energies(measured, trace),
        "measured": measured,
        "fingerprint": report.environment.fingerprint,
        "environment": report.environment.facts,
        "phases": report.phases,
        **{name: getattr(measured, name) for name in _OF_MEASURED},
    }


def reproduce(submission: Submission, benchmark: str, device: str) -> Reproduce:
    options = {"batch": submission.batch, "threads": submission.threads}
    artefact = submission.artefact
    model = {"name": submission.model_name, "licence": submission.licence}
    if artefact.sha256:
        model["sha256"] = artefact.sha256
    else:
        model |= {"format": artefact.format, "reference": artefact.reference}
    what = "FILE" if artefact.sha256 else f"--{artefact.format} {artefact.reference}"
    if submission.organisation:
        model["organisation"] = submission.organisation
    if submission.family:
        model["family"] = submission.family
    if submission.released_on:
        model["released_on"] = submission.released_on.isoformat()
    private = private_part(submission)
    return Reproduce(
        body={"model": model, "benchmark": benchmark, "device": device, "options": options, **private},
        command=(
            f"./perwatt submit {what} --benchmark {benchmark} --device {device} "
            f"--batch {submission.batch} --threads {submission.threads} {'--private ' if private else ''}--wait"
        ),
    )


def _home(entry: Entry) -> tuple[Board, str]:
    """Return the first board of the entry's benchmark version, and the slug that it goes by."""
    boards = list(Board.objects.select_related("benchmark").order_by("pk"))
    own = next((board for board in boards if board.benchmark_id == entry.benchmark_id), None)
    if own is None:
        raise Entry.DoesNotExist(f"No board shows {entry}.")
    return own, public_slugs(boards)[own.pk]


def _siblings(entry: Entry, board: Board) -> tuple[Row, ...]:
    """Return the same model's rows on the same board: other devices, configurations and times, and its own."""
    found = rows_by_board(board=board, entry__submission__model_slug=entry.submission.model_slug)
    return found[0].rows if found else ()


def _row_off_the_board(entry: Entry, board: Board, scope: Scope | None) -> Row:
    candidate = candidates(Entry.objects.filter(pk=entry.pk))[0]
    cells = candidate.cells(scope, default_sources(board.scopes.get(scope or "")))
    return to_row(candidate.identity, UNPLACED, cells)


def _bands(board: Board, scope: Scope | None) -> list[int | None]:
    return list(BoardEntry.objects.filter(board=board, scope=scope or "").values_list("band", flat=True))


def _scores(entry: Entry) -> tuple[ScoreLine, ...]:
    found = Score.objects.filter(entry=entry).defer("draws").prefetch_related("measurements")
    order = {metric: index for index, metric in enumerate(METRICS)}
    known = sorted(
        (score for score in found if score.metric in order), key=lambda score: (order[score.metric], score.scope)
    )
    return tuple(
        ScoreLine(
            key=score.metric,
            cell=to_cell(
                score.scope,
                score.provenance,
                score.value,
                score.low,
                score.high,
                score.n,
                score.missing_reason,
            ),
            version=score.version,
            terms=score.terms,
            quantities=_names(score.measurements.all()),
        )
        for score in known
    )


def _names(measurements: Iterable[Measurement]) -> tuple[str, ...]:
    return tuple(sorted(measurement.quantity for measurement in measurements))


def _measurements(entry: Entry) -> tuple[MeasurementLine, ...]:
    return tuple(
        MeasurementLine(
            quantity=row.quantity,
            value=row.value,
            provenance=Provenance(row.provenance),
            scope=Scope(row.scope) if row.scope else None,
            source=row.source,
            method=EnergyMethod(row.method) if row.method else None,
            n=row.n,
            protocol_version=row.protocol_version,
            missing_reason=MissingReason(row.missing_reason) if row.missing_reason else None,
            detail=row.detail,
        )
        for row in Measurement.objects.filter(result=entry.result_id).order_by("pk")
    )
