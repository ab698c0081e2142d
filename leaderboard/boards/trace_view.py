"""What an entry says of the raw trace behind its energies: whether the server found the same joules in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from leaderboard.protocol import CALLS_FILE, OUTCOMES_FILE, POWER_FILE, Report
from leaderboard.runs.integration import LIMIT
from leaderboard.runs.models import Attempt, AttemptArtefact, TraceCheck

NOT_KEPT = "trace_not_kept"
UNREADABLE = "Its report can no longer be read."


class TraceState(StrEnum):
    AGREES = "agrees"
    DIFFERS = "differs"
    UNUSABLE = "unusable"
    WAITING = "waiting"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class TraceView:
    """`sentence` says it in words; a warning is one that a reader of the figures should know. `parquet_sha256` is
    empty where there is no trace to hand out.
    """

    state: TraceState
    sentence: str
    is_warning: bool
    lines: tuple[Mapping[str, Any], ...] = ()
    parquet_sha256: str = ""
    outcomes: str = ""
    power_sha256: str = ""
    """The file as the agent sent it, where its samples can be read."""
    calls: TraceState = TraceState.ABSENT
    """Whether the file of when calls ran is here, and as the report says."""
    calls_sha256: str = ""


def trace_view(attempt: Attempt, report: Report) -> TraceView:
    """Return what is known of the files of an attempt: one query."""
    return trace_views({attempt.pk: report})[attempt.pk]


def trace_views(reports: Mapping[int, Report]) -> dict[int, TraceView]:
    """The same for several attempts, by their keys: one query."""
    found: dict[int, list[AttemptArtefact]] = {key: [] for key in reports}
    for row in AttemptArtefact.objects.filter(attempt__in=reports).select_related("trace_check"):
        found[row.attempt_id].append(row)
    return {key: _view(found[key], report) for key, report in reports.items()}


def _view(found: Sequence[AttemptArtefact], report: Report) -> TraceView:
    checks = {row.name: row.trace_check for row in found if hasattr(row, "trace_check")}
    digests = {row.name: row.sha256 for row in found}
    outcomes = checks.get(OUTCOMES_FILE)
    said = f"The file of answers: {outcomes.reason}" if outcomes and outcomes.reason else ""
    check = checks.get(POWER_FILE)
    if check is None:
        state, sentence = _without(report)
        return TraceView(state, sentence, is_warning=bool(said), outcomes=said)
    calls = checks.get(CALLS_FILE)
    waiting = CALLS_FILE in {ref.name for ref in report.artefacts}
    state = TraceState(check.verdict)
    return TraceView(
        state=state,
        sentence=_sentence(check),
        is_warning=state is not TraceState.AGREES or bool(said),
        lines=tuple(check.lines),
        parquet_sha256=check.parquet_sha256,
        outcomes=said,
        power_sha256=digests[POWER_FILE] if check.parquet_sha256 else "",
        calls=TraceState(calls.verdict) if calls else TraceState.WAITING if waiting else TraceState.ABSENT,
        calls_sha256=digests[CALLS_FILE] if calls else "",
    )


def _without(report: Report) -> tuple[TraceState, str]:
    if POWER_FILE in {ref.name for ref in report.artefacts}:
        return TraceState.WAITING, "The raw trace has not arrived yet: the joules are the agent's own."
    kept_not = [warning for warning in report.warnings if warning.startswith(f"{NOT_KEPT}: {POWER_FILE}")]
    if kept_not:
        why = kept_not[0].rpartition(": ")[2].rstrip(".")
        return TraceState.ABSENT, f"No raw trace: the agent could not keep it ({why})."
    if report.measured is not None and not any(repeat.energy for repeat in report.measured.repeats):
        return TraceState.ABSENT, "No raw trace: no energy source was read."
    return TraceState.ABSENT, "No raw trace: this version of the agent kept none, so the joules are its own."


def _sentence(check: TraceCheck) -> str:
    if check.verdict == TraceCheck.Verdict.UNUSABLE:
        return f"The raw trace cannot be used: {check.reason} The joules are the agent's own."
    if check.verdict == TraceCheck.Verdict.AGREES:
        return f"Integrated again on the server from the raw trace: within {_percent(_widest(check.lines))}."
    line = next(line for line in check.lines if not line["agrees"])
    return (
        f"Integrated again on the server, the raw trace of {line['source']} gives {line['server_j']:.4g} J for the "
        f"{line['windows']}; the agent reported {line['agent_j']:.4g} J. "
        f"They are {_percent(line['difference'])} apart, and the limit is {_percent(LIMIT)}."
    )


def _widest(lines: Sequence[Mapping[str, Any]]) -> float:
    chief: Iterable[Mapping[str, Any]] = [line for line in lines if line["windows"] == "repeats"] or lines
    return max(abs(float(line["difference"])) for line in chief)


def _percent(share: float) -> str:
    """A share in per cent, rounded up to a tenth: `within` must not say less than there is."""
    tenths = -(-round(abs(share) * 1e6) // 1000)
    return f"{tenths / 10:g} %"
