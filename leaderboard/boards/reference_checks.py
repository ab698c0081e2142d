"""The result of a reference job: graded like any other, judged as a health check, and never published."""

from datetime import datetime

import numpy as np

from leaderboard.boards.grading import Graded, grade
from leaderboard.boards.models import Board, Entry
from leaderboard.boards.rebuild import rebuild_board
from leaderboard.health.judging import Judgement, Observed
from leaderboard.health.models import HealthCheck, Verdict
from leaderboard.health.recording import last_good_at, record
from leaderboard.protocol import Provenance
from leaderboard.runs.models import Result
from leaderboard.scoring.readings import SourceEnergy, by_source, scored


def settle_reference(*, result: Result, now: datetime) -> None:
    """Judge the device by this result; what it published since it was last well gets a warning. Raises Unscorable."""
    check = HealthCheck.objects.get(job_id=result.job_id)
    if check.verdict != Verdict.ASKED:
        return
    graded = grade(result)
    found = record(check=check, observed=_observed(graded), n=len(graded.outcomes), now=now)
    if found.verdict in (Verdict.DRIFTED, Verdict.FAILED):
        flag_entries(check=check, found=found, now=now)


def flag_entries(*, check: HealthCheck, found: Judgement, now: datetime) -> int:
    """Warn at each entry that the device published since its last good check; return how many."""
    entries = Entry.objects.filter(device_id=check.device_id)
    since = last_good_at(check)
    if since is not None:
        entries = entries.filter(published_at__gt=since)
    warning = f"Measured after the device's last good health check; the next one said: {found.sentence}"
    flagged = [entry for entry in entries if warning not in entry.warnings]
    for entry in flagged:
        Entry.objects.filter(pk=entry.pk, warnings=entry.warnings).update(warnings=[*entry.warnings, warning])
    for board in Board.objects.filter(benchmark__in={entry.benchmark_id for entry in flagged}):
        rebuild_board(board=board, now=now)
    return len(flagged)


def _observed(graded: Graded) -> Observed:
    measured = graded.measured
    meter = _meter(scored(by_source(measured)))
    return Observed(
        fingerprint=graded.report.environment.fingerprint,
        guard=measured.guard,
        correct=int(graded.outcomes.sum()),
        latency_p50_s=float(np.median([repeat.median_s for repeat in measured.repeats])),
        mean_power_w=meter.joules / meter.seconds if meter is not None and meter.joules is not None else None,
        power_source=meter.source if meter is not None else "",
    )


def _meter(energies: tuple[SourceEnergy, ...]) -> SourceEnergy | None:
    """Return the first source that meters: an estimate is the same constant on a well device and an ill one."""
    metered = (Provenance.MEASURED, Provenance.COUNTER)
    return next((one for one in energies if one.provenance in metered and one.missing is None), None)
