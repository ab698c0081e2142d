"""What becomes of an attempt's file: kept as Parquet, and held against the report that names it.

A file may come before its result or long after it. It is looked at once both are here; what a lost message left out
is found by the sweep.
"""

import logging
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from leaderboard.catalog import blobs
from leaderboard.protocol import CALLS_FILE, POWER_FILE, Measured, Report
from leaderboard.queue.broker import TaskName, ring
from leaderboard.runs.call_files import fault_of_calls, read_calls
from leaderboard.runs.integration import Comparison, integrate_again
from leaderboard.runs.models import AttemptArtefact, TraceCheck
from leaderboard.runs.parquet import outcomes_parquet, power_parquet
from leaderboard.runs.trace_files import BadTrace, read_outcomes, read_power

log = logging.getLogger(__name__)

MAX_PARQUET_BYTES = 256 * 1024**2
OTHER_DIGEST = "It has another digest than the report names."
NOT_NAMED = "The report does not name it."
OTHER_ANSWERS = "Its answers are not those of the report."


@dataclass(frozen=True, slots=True)
class _Found:
    verdict: TraceCheck.Verdict
    reason: str = ""
    difference: float | None = None
    lines: tuple[Comparison, ...] = ()
    parquet: bytes | None = None


def check_artefact(*, artefact_id: int, now: datetime) -> TraceCheck | None:
    """Look at a file and write down what it says; None where there is no accepted result yet, or it was looked at.

    Raises OSError when the file cannot be read or kept here; the sweep then asks again.
    """
    rows = AttemptArtefact.objects.filter(pk=artefact_id, checked_at=None, attempt__result__accepted=True)
    artefact = rows.select_related("attempt__result").first()
    if artefact is None:
        return None
    found = _look(artefact)
    stored = None if found.parquet is None else blobs.store([found.parquet], limit=MAX_PARQUET_BYTES)
    try:
        with transaction.atomic():
            AttemptArtefact.objects.filter(pk=artefact.pk).update(checked_at=now)
            return TraceCheck.objects.create(
                artefact=artefact,
                verdict=found.verdict,
                reason=found.reason,
                difference=found.difference,
                lines=[_line(line) for line in found.lines],
                parquet_sha256=stored.sha256 if stored else "",
                checked_at=now,
            )
    except IntegrityError:
        return None  # two looked at once, and saw the same


def sweep_unchecked() -> int:
    """Ask again for what was not looked at, though its result is here; return how many."""
    waiting = AttemptArtefact.objects.filter(checked_at=None, attempt__result__accepted=True)
    ids = list(waiting.values_list("pk", flat=True))
    for pk in ids:
        ring(TaskName.CHECK_TRACE, artefact_id=pk)
    return len(ids)


def _look(artefact: AttemptArtefact) -> _Found:
    report = Report.model_validate_json(artefact.attempt.result.payload)
    named = {ref.name: ref.sha256 for ref in report.artefacts}.get(artefact.name)
    if named is None or report.measured is None:
        return _unusable(NOT_NAMED)
    if named != artefact.sha256:
        return _unusable(OTHER_DIGEST)
    look = {POWER_FILE: _look_at_power, CALLS_FILE: _look_at_calls}.get(artefact.name, _look_at_outcomes)
    try:
        return look(artefact, report.measured)
    except BadTrace as error:
        return _unusable(str(error))
    except OSError:
        raise
    except Exception as error:
        # Whatever it is, asking again would find it again.
        log.exception("%s cannot be looked at", artefact)
        return _unusable(f"Reading it failed ({type(error).__name__}).")


def _look_at_power(artefact: AttemptArtefact, measured: Measured) -> _Found:
    power = read_power(blobs.path(artefact.sha256))
    content = power_parquet(power)
    try:
        lines = integrate_again(measured, power)
    except BadTrace as error:
        return _Found(TraceCheck.Verdict.UNUSABLE, str(error), parquet=content)
    if not lines:
        return _Found(TraceCheck.Verdict.UNUSABLE, "The report states no energy.", parquet=content)
    chief = [line for line in lines if line.windows == "repeats"] or lines
    verdict = TraceCheck.Verdict.AGREES if all(line.agrees for line in lines) else TraceCheck.Verdict.DIFFERS
    worst = max((line.difference for line in chief), key=abs)
    return _Found(verdict, difference=worst, lines=lines, parquet=content)


def _look_at_outcomes(artefact: AttemptArtefact, measured: Measured) -> _Found:
    outcomes = read_outcomes(blobs.path(artefact.sha256))
    content = outcomes_parquet(outcomes)
    if outcomes != (measured.answers or measured.texts):
        return _Found(TraceCheck.Verdict.DIFFERS, OTHER_ANSWERS, parquet=content)
    return _Found(TraceCheck.Verdict.AGREES, parquet=content)


def _look_at_calls(artefact: AttemptArtefact, measured: Measured) -> _Found:
    fault = fault_of_calls(read_calls(blobs.path(artefact.sha256)), measured)
    return _Found(TraceCheck.Verdict.DIFFERS if fault else TraceCheck.Verdict.AGREES, fault)


def _unusable(reason: str) -> _Found:
    return _Found(TraceCheck.Verdict.UNUSABLE, reason)


def _line(line: Comparison) -> dict[str, Any]:
    return {**asdict(line), "difference": line.difference, "agrees": line.agrees}
