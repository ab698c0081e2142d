"""The compared entries, read in a few queries whatever their number."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import numpy as np
from pydantic import ValidationError

from leaderboard.boards.cells import UNPLACED, to_row
from leaderboard.boards.compare.shapes import Member
from leaderboard.boards.grading import read_report
from leaderboard.boards.lookup import public_slugs
from leaderboard.boards.models import Board, Entry, Measurement
from leaderboard.boards.plausible import Unscorable
from leaderboard.boards.pool import HEADLINE_ENERGY, Candidate, candidates, stored_draws
from leaderboard.boards.rows import Cell
from leaderboard.metrics.vocabulary import FloatArray
from leaderboard.protocol import HistogramCounts, Measured, Provenance, Report, Scope
from leaderboard.scoring.evidence import LATENCY, OUTCOMES, unpack_outcomes

_RELATED = ("benchmark", "device", "job", "submission__artefact", "result__attempt")


class Loaded:
    """Entries by id with all their scores, as the database has them; what of it is shown depends on the scope."""

    def __init__(self, ids: Sequence[UUID]) -> None:
        """Five queries: entries, scores, identities, measurements, boards."""
        rows = Entry.objects.filter(uuid__in=ids).select_related(*_RELATED).defer("result__attempt__log")
        found = {entry.uuid: entry for entry in rows} if ids else {}
        self.entries = [found[one] for one in ids if one in found]
        self.queryset = Entry.objects.filter(pk__in=[entry.pk for entry in self.entries])
        pool = {candidate.pk: candidate for candidate in candidates(self.queryset)} if self.entries else {}
        self.pool: list[Candidate] = [pool[entry.pk] for entry in self.entries]
        self._details = self._read_details() if len(self.entries) > 1 else {}
        several = len(self.entries) > 1
        self.reports = {entry.result.attempt_id: _report(entry) for entry in self.entries} if several else {}
        self.boards = list(Board.objects.select_related("benchmark").order_by("pk"))
        self._slugs = public_slugs(self.boards)

    def home(self, entry: Entry) -> Board | None:
        """The first board of the entry's benchmark version."""
        return next((board for board in self.boards if board.benchmark_id == entry.benchmark_id), None)

    def slug(self, board: Board) -> str:
        return self._slugs[board.pk]

    def member(self, place: int, cells: Mapping[str, Cell]) -> Member:
        entry, candidate = self.entries[place], self.pool[place]
        board = self.home(entry)
        outcomes, histogram = self._details.get(entry.result_id, (None, None))
        return Member(
            id=entry.uuid,
            board=self._slugs[board.pk] if board else "",
            board_title=board.title if board else str(entry.benchmark),
            benchmark=str(entry.benchmark),
            status=entry.status,
            row=to_row(candidate.identity, UNPLACED, cells),
            scopes=scopes_of(candidate),
            config=_config(entry, self.reports.get(entry.result.attempt_id)),
            outcomes=outcomes,
            histogram=histogram,
        )

    def draws(self, metrics: Sequence[str], cells: Sequence[Mapping[str, Cell]]) -> dict[str, list[FloatArray | None]]:
        """Return the draws of each metric, entry by entry; one query."""
        keys = [entry.pk for entry in self.entries]
        stored = stored_draws(metrics, self.queryset, dict(zip(keys, cells, strict=True)))
        return {metric: [_array(stored[metric].get(key)) for key in keys] for metric in stored}

    def _read_details(self) -> dict[int, tuple[FloatArray | None, HistogramCounts | None]]:
        rows = Measurement.objects.filter(
            result__in=[entry.result_id for entry in self.entries], quantity__in=(OUTCOMES, LATENCY)
        )
        outcomes: dict[int, FloatArray] = {}
        histograms: dict[int, HistogramCounts] = {}
        for result, quantity, n, detail in rows.values_list("result_id", "quantity", "n", "detail"):
            if quantity == OUTCOMES and "outcomes" in detail:
                outcomes[result] = unpack_outcomes(detail["outcomes"], n)
            elif "histogram" in detail:
                histograms[result] = HistogramCounts.model_validate(detail["histogram"])
        return {key: (outcomes.get(key), histograms.get(key)) for key in {*outcomes, *histograms}}


def scopes_of(candidate: Candidate) -> tuple[Scope, ...]:
    energies = candidate.scores.get(HEADLINE_ENERGY, {})
    present = {scope for (scope, _), cell in energies.items() if cell.value is not None}
    return tuple(scope for scope in Scope if scope.value in present)


def cells_in(candidate: Candidate, scope: Scope | None) -> dict[str, Cell]:
    """Every metric in one scope, each entry's energies of the best provenance that it has there."""
    return candidate.cells(scope, tuple(Provenance))


def _array(stored: bytes | None) -> FloatArray | None:
    return None if not stored else np.frombuffer(stored, dtype="<f4").astype(np.float64)


def _config(entry: Entry, said: tuple[Report, Measured] | None) -> dict[str, str]:
    submission, artefact = entry.submission, entry.submission.artefact
    found = {
        "model": submission.model_name,
        "organisation": submission.organisation,
        "family": submission.family,
        "licence": submission.licence,
        "model file": artefact.sha256 or artefact.reference,
        "format": artefact.format,
        "precision": entry.precision,
        "runtime": entry.runtime,
        "batch": str(submission.batch),
        "threads": str(submission.threads),
        "device": entry.device.slug,
        "device class": entry.device.kind,
        "guard": entry.guard,
        "repeats settled": "yes" if entry.stable else "no",
        "benchmark": str(entry.benchmark),
        "protocol": str(entry.job.protocol_version),
    }
    return found | (_reported(*said) if said else {})


def _report(entry: Entry) -> tuple[Report, Measured] | None:
    """None where the report can no longer be read."""
    try:
        return read_report(entry.result)
    except (Unscorable, ValidationError):
        return None


def _reported(report: Report, measured: Measured) -> dict[str, str]:
    """What the agent said about its runtime and machine."""
    facts = {f"machine: {name}": value for name, value in report.environment.facts.items()}
    return {
        "runtime version": measured.runtime_version,
        "provider": measured.provider,
        "fingerprint": report.environment.fingerprint,
        **facts,
    }
