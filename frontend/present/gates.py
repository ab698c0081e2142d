"""What an entry was held against before it was published, and what came of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from frontend import numbers
from frontend.present.trace import forced
from leaderboard.boards.details import EntryDetail
from leaderboard.boards.trace_view import TraceState
from leaderboard.protocol import GuardVerdict, Provenance
from leaderboard.runs.integration import LIMIT

Result = Literal["passed", "failed", "open"]


@dataclass(frozen=True, slots=True)
class Gate:
    """`open` could not be looked at; the sentence says why."""

    result: Result
    name: str
    sentence: str
    href: str = ""


def gates_of(entry: EntryDetail) -> tuple[Gate, ...]:
    return (_settled(entry), _quiet(entry), _cool(entry), _sensor(entry), _trace(entry), _answers(entry), _tail(entry))


def counted(gates: Iterable[Gate]) -> str:
    results = [gate.result for gate in gates]
    return _("%(passed)d of %(all)d passed, %(failed)d failed, %(open)d could not be looked at.") % {
        "passed": results.count("passed"),
        "all": len(results),
        "failed": results.count("failed"),
        "open": results.count("open"),
    }


def _gate(held: bool, name: str, yes: str, no: str, href: str = "") -> Gate:
    return Gate("passed" if held else "failed", name, yes if held else no, href)


def _settled(entry: EntryDetail) -> Gate:
    repeats = numbers.counted(len(entry.repeats), _("repeat"), _("repeats"))
    return _gate(
        bool(entry.row.stable),
        _("Repeats settled"),
        _("The median of %s is known within 3 %%.") % repeats,
        _("The interval of the median stayed over 3 %% after %s.") % repeats,
        "/methods/#stable",
    )


def _quiet(entry: EntryDetail) -> Gate:
    name, href = _("Machine quiet"), "/methods/#guard"
    if entry.row.guard == GuardVerdict.UNKNOWN:
        return Gate("open", name, _("This machine does not tell what else ran on it."), href)
    quiet = entry.row.guard in (GuardVerdict.CLEAN, GuardVerdict.THROTTLED)
    if quiet and "machine_not_quiet" in entry.warnings:
        return Gate("failed", name, _("It was quiet while it was timed, and not when the measurement began."), href)
    return _gate(
        quiet,
        name,
        _("Nothing else took time from the measurement."),
        _("Other work was seen while it was timed."),
        href,
    )


def _cool(entry: EntryDetail) -> Gate:
    name = _("Clocks held")
    events = forced(entry.measured)
    if entry.row.guard == GuardVerdict.THROTTLED or "throttled" in entry.warnings or events:
        return Gate("failed", name, _("Heat or a weak supply held clocks down while it was timed."))
    if all(repeat.guard.throttle_events is None for repeat in entry.repeats) and entry.thermal is None:
        return Gate("open", name, _("This device tells neither its temperature nor whether it was throttled."))
    return Gate("passed", name, _("No throttling was seen."))


def _sensor(entry: EntryDetail) -> Gate:
    name = _("Energy from a sensor")
    cell = entry.row.cells.get("energy_per_item_j")
    if cell is None or cell.value is None or cell.provenance is None:
        return Gate("failed", name, _("No energy was read."))
    href = f"/methods/#provenance-{cell.provenance.value}"
    read = cell.provenance in (Provenance.MEASURED, Provenance.COUNTER)
    no = _("The joules are an estimate: time multiplied by a constant.")
    return _gate(read, name, _("A meter or a counter of the hardware was read."), no, href)


def _trace(entry: EntryDetail) -> Gate:
    results: dict[TraceState, Result] = {TraceState.AGREES: "passed", TraceState.UNUSABLE: "failed"}
    name = _("Joules found again in the raw trace")
    if entry.trace.state is TraceState.DIFFERS:
        return Gate(
            "failed",
            name,
            _("Agent and server are further apart than %s.") % numbers.with_unit(numbers.compact(LIMIT * 100), "%"),
            "#trace",
        )
    return Gate(results.get(entry.trace.state, "open"), name, entry.trace.sentence)


def _answers(entry: EntryDetail) -> Gate:
    sentence = _("The server graded %s against a key that never left it.") % numbers.counted(
        entry.n_items, _("answer"), _("answers")
    )
    return Gate(
        "failed" if entry.trace.outcomes else "passed", _("Answers graded here"), entry.trace.outcomes or sentence
    )


def _tail(entry: EntryDetail) -> Gate:
    calls = sum(repeat.calls for repeat in entry.repeats)
    said = numbers.counted(calls, _("call"), _("calls"))
    return _gate(
        calls >= 1000,
        _("Enough calls for the slowest percent"),
        _("%s were timed.") % said,
        _("%s were timed; p99 needs 1,000.") % said,
    )
