"""What an entry says of the raw trace behind its energies: whether the server found the same joules in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from leaderboard.boards.said import Said
from leaderboard.protocol import CALLS_FILE, OUTCOMES_FILE, POWER_FILE, Report
from leaderboard.runs.integration import LIMIT
from leaderboard.runs.models import Attempt, AttemptArtefact, TraceCheck

NOT_KEPT = "trace_not_kept"
UNREADABLE = Said("Its report can no longer be read.")
TRACE_WORDS = {
    "agrees": "Integrated again on the server from the raw trace: within {share}.",
    "differs": (
        "Integrated again on the server, the raw trace of {source} gives {server} J for the {windows}; the agent "
        "reported {agent} J. They are {share} apart, and the limit is {limit}."
    ),
    "unusable": "The raw trace cannot be used: {reason} The joules are the agent's own.",
    "waiting": "The raw trace has not arrived yet: the joules are the agent's own.",
    "not_kept": "No raw trace: the agent could not keep it ({why}).",
    "no_source": "No raw trace: no energy source was read.",
    "old_agent": "No raw trace: this version of the agent kept none, so the joules are its own.",
}
"""What is known of a trace; `{words}` stand for names, numbers and what was found of a file."""


class TraceState(StrEnum):
    AGREES = "agrees"
    DIFFERS = "differs"
    UNUSABLE = "unusable"
    WAITING = "waiting"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class TraceView:
    """`said` says it in words; a warning is one that a reader of the figures should know. `parquet_sha256` is
    empty where there is no trace to hand out.
    """

    state: TraceState
    said: Said
    is_warning: bool
    lines: tuple[Mapping[str, Any], ...] = ()
    parquet_sha256: str = ""
    outcomes: str = ""
    power_sha256: str = ""
    """The file as the agent sent it, where its samples can be read."""
    calls: TraceState = TraceState.ABSENT
    """Whether the file of when calls ran is here, and as the report says."""
    calls_sha256: str = ""

    @property
    def sentence(self) -> str:
        return self.said.sentence


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
    answers = f"The file of answers: {outcomes.reason}" if outcomes and outcomes.reason else ""
    check = checks.get(POWER_FILE)
    if check is None:
        state, key, values = _without(report)
        return TraceView(state, Said(TRACE_WORDS[key], values), is_warning=bool(answers), outcomes=answers)
    calls = checks.get(CALLS_FILE)
    waiting = CALLS_FILE in {ref.name for ref in report.artefacts}
    state = TraceState(check.verdict)
    return TraceView(
        state=state,
        said=_said(check),
        is_warning=state is not TraceState.AGREES or bool(answers),
        lines=tuple(check.lines),
        parquet_sha256=check.parquet_sha256,
        outcomes=answers,
        power_sha256=digests[POWER_FILE] if check.parquet_sha256 else "",
        calls=TraceState(calls.verdict) if calls else TraceState.WAITING if waiting else TraceState.ABSENT,
        calls_sha256=digests[CALLS_FILE] if calls else "",
    )


def _without(report: Report) -> tuple[TraceState, str, Mapping[str, str]]:
    if POWER_FILE in {ref.name for ref in report.artefacts}:
        return TraceState.WAITING, "waiting", {}
    kept_not = [warning for warning in report.warnings if warning.startswith(f"{NOT_KEPT}: {POWER_FILE}")]
    if kept_not:
        why = kept_not[0].rpartition(": ")[2].rstrip(".")
        return TraceState.ABSENT, "not_kept", {"why": why}
    if report.measured is not None and not any(repeat.energy for repeat in report.measured.repeats):
        return TraceState.ABSENT, "no_source", {}
    return TraceState.ABSENT, "old_agent", {}


def _said(check: TraceCheck) -> Said:
    if check.verdict == TraceCheck.Verdict.UNUSABLE:
        return Said(TRACE_WORDS["unusable"], {"reason": check.reason})
    if check.verdict == TraceCheck.Verdict.AGREES:
        return Said(TRACE_WORDS["agrees"], {"share": _percent(_widest(check.lines))})
    line = next(line for line in check.lines if not line["agrees"])
    values = {
        "source": line["source"],
        "server": f"{line['server_j']:.4g}",
        "windows": line["windows"],
        "agent": f"{line['agent_j']:.4g}",
        "share": _percent(line["difference"]),
        "limit": _percent(LIMIT),
    }
    return Said(TRACE_WORDS["differs"], values)


def _widest(lines: Sequence[Mapping[str, Any]]) -> float:
    chief: Iterable[Mapping[str, Any]] = [line for line in lines if line["windows"] == "repeats"] or lines
    return max(abs(float(line["difference"])) for line in chief)


def _percent(share: float) -> str:
    """A share in per cent, rounded up to a tenth: `within` must not say less than there is."""
    tenths = -(-round(abs(share) * 1e6) // 1000)
    return f"{tenths / 10:g} %"
