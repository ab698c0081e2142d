"""Publishing: from an accepted result to an entry with its scores, and to the boards that show it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from leaderboard.boards.grading import Graded, grade
from leaderboard.boards.models import Board, Entry, EntryChange, Measurement, Score
from leaderboard.boards.plausible import Unscorable
from leaderboard.boards.rebuild import rebuild_board
from leaderboard.boards.second_source import disagreements
from leaderboard.catalog.models import RUNTIMES, Benchmark, Price
from leaderboard.metrics.registry import METRICS, UnknownMetric
from leaderboard.metrics.statistics.resampling import stable_seed
from leaderboard.metrics.vocabulary import MetricInputError
from leaderboard.runs.models import Job, Result
from leaderboard.runs.states import JobState
from leaderboard.scoring.drafts import all_scores
from leaderboard.scoring.energy import Prices, Rate
from leaderboard.scoring.evidence import Evidence, gather
from leaderboard.scoring.readings import by_source
from leaderboard.scoring.run import Draft, Run
from leaderboard.submissions.models import Submission

__all__ = ["BadBoard", "Unscorable", "ensure_board", "rebuild_board", "score_result"]


class BadBoard(Exception):
    """A board's description names what does not exist."""


def ensure_board(*, benchmark: Benchmark, spec: dict[str, Any], now: datetime) -> Board:
    """Make the board of a benchmark version, or bring its axes up to date; raises BadBoard.

    `spec` is the "board" part of benchmark.json: `title rank_metric x y`, and maybe `slug` and `scope`. Title, ranking
    metric and scope are an operator's to change, so they are kept once the board exists.
    """
    try:
        unknown = [spec[name] for name in ("rank_metric", "x", "y") if spec[name] not in METRICS]
    except KeyError as error:
        raise BadBoard(f"The board of {benchmark} does not say its {error.args[0]}.") from None
    if unknown:
        raise BadBoard(str(UnknownMetric(unknown[0])))
    axes = {"x": spec["x"], "y": spec["y"]}
    board, created = Board.objects.get_or_create(
        slug=spec.get("slug", benchmark.slug),
        benchmark=benchmark,
        defaults=axes
        | {
            "title": spec.get("title", benchmark.title),
            "rank_metric": spec["rank_metric"],
            "scope": spec.get("scope", ""),
        },
    )
    moved = not created and Board.objects.filter(pk=board.pk).exclude(**axes).update(**axes) == 1
    if moved or board.revision == 0:
        rebuild_board(board=board, now=now)
        board.refresh_from_db()
    return board


def score_result(*, result: Result, now: datetime) -> Entry:
    """Publish an accepted result, or keep it private as its submission, and return its entry; raises Unscorable.

    Safe to run twice or beside itself: the constraints of Entry decide who publishes, and the job becomes `published`
    only after every board shows the entry, if it is not private. Whatever is cut short is finished by the next run.
    """
    if not result.accepted:
        raise Unscorable("Another result of this job was accepted.")
    entry = Entry.objects.filter(result=result).first() or _publish(result, now=now)
    for board in Board.objects.filter(benchmark=entry.benchmark_id) if entry.status in Entry.ON_BOARDS else ():
        if not board.rows.filter(entry=entry).exists():
            rebuild_board(board=board, now=now)
    Job.objects.move(result.job_id, JobState.PUBLISHED, now=now, code="", message="")
    return entry


def _publish(result: Result, *, now: datetime) -> Entry:
    graded = grade(result)
    evidence = gather(graded.measured, graded.outcomes, by_source(graded.measured))
    try:
        drafts = _drafts(result, graded, _prices(result, now=now))
    except MetricInputError as error:
        raise Unscorable(f"The report's numbers contradict each other: {error}.") from error
    try:
        with transaction.atomic():
            entry = _create_entry(result, graded, now=now)
            if entry.status == Entry.Status.PUBLISHED:
                EntryChange.objects.create(entry=entry, kind=EntryChange.Kind.PUBLISHED, at=now)
            measurements = _create_measurements(result, graded, evidence)
            _create_scores(entry, drafts, measurements)
    except IntegrityError:
        # Somebody else was faster. Anything but that is a fault here, and get() says so.
        entry = Entry.objects.get(result=result)
    return entry


def _drafts(result: Result, graded: Graded, prices: Prices) -> list[Draft]:
    artefact = result.job.submission.artefact
    run = Run(
        measured=graded.measured,
        outcomes=graded.outcomes,
        item_seed=stable_seed("items", result.job.benchmark.inputs_sha256),
        repeat_seed=stable_seed("repeats", str(result.job.uuid)),
    )
    return all_scores(run, artefact_bytes=artefact.size_bytes, parameters=artefact.parameters, prices=prices)


def _prices(result: Result, *, now: datetime) -> Prices:
    book = Price.objects.book(device_slug=result.attempt.device.slug, at=now)
    rates = {
        kind: Rate(price.value, price.citation, price.valid_from.date().isoformat()) for kind, price in book.items()
    }
    return Prices(rates.get(Price.Kind.ELECTRICITY_USD_PER_KWH), rates.get(Price.Kind.DEVICE_USD_PER_HOUR))


def _create_entry(result: Result, graded: Graded, *, now: datetime) -> Entry:
    # Whoever makes a submission public holds its jobs too, so that what is read here stays true until this is written.
    Job.objects.hold(result.job_id)
    submission = Submission.objects.select_related("artefact").get(pk=result.job.submission_id)
    return Entry.objects.create(
        job=result.job,
        result=result,
        submission=submission,
        benchmark=result.job.benchmark,
        device=result.attempt.device,
        runtime=RUNTIMES[submission.artefact.format],
        # A word of addresses and filters, so it is spelled like one.
        precision=slugify(graded.measured.precision)[:20] or submission.artefact.precision,
        status=Entry.Status.PRIVATE if submission.private else Entry.Status.PUBLISHED,
        stable=graded.measured.stable,
        guard=graded.measured.guard,
        warnings=[*graded.report.warnings, *disagreements(graded.measured)],
        published_at=now,
    )


def _create_measurements(
    result: Result, graded: Graded, evidence: Iterable[Evidence]
) -> dict[tuple[str, str], Measurement]:
    rows = Measurement.objects.bulk_create(
        Measurement(
            result=result,
            quantity=item.quantity,
            value=item.value,
            provenance=item.provenance,
            scope=item.scope or "",
            source=item.source,
            method=item.method or "",
            n=item.n,
            protocol_version=graded.report.protocol_version,
            missing_reason=item.missing or "",
            detail=item.detail,
        )
        for item in evidence
    )
    return {(row.quantity, row.source): row for row in rows}


def _create_scores(entry: Entry, drafts: Iterable[Draft], measurements: dict[tuple[str, str], Measurement]) -> None:
    drafts = list(drafts)
    scores = Score.objects.bulk_create(_to_score(entry, draft) for draft in drafts)
    through = Score.measurements.through
    through.objects.bulk_create(
        through(score=score, measurement=measurements[key])
        for score, draft in zip(scores, drafts, strict=True)
        for key in draft.quantities
    )


def _to_score(entry: Entry, draft: Draft) -> Score:
    low, high = draft.bounds()
    return Score(
        entry=entry,
        metric=draft.metric,
        version=METRICS[draft.metric].version,
        scope=draft.scope or "",
        provenance=draft.provenance or "",
        value=None if draft.spread is None else draft.spread.value,
        low=low,
        high=high,
        n=draft.n,
        missing_reason=draft.missing or "",
        terms=draft.terms,
        draws=draft.stored_draws(),
    )
