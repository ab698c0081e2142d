"""What an entry was held against before it was published, and what came of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from frontend import numbers
from frontend.present.registry import spoken_sentence
from frontend.present.trace import forced
from leaderboard.boards.judged import Judged
from leaderboard.boards.trace_view import TraceState
from leaderboard.protocol import GuardVerdict, Provenance
from leaderboard.runs.integration import LIMIT

Result = Literal["passed", "failed", "open"]


@dataclass(frozen=True, slots=True)
class Gate:
    """`open` could not be looked at, or not yet where it is `pending`; the sentence says why."""

    result: Result
    name: str
    sentence: str
    href: str = ""
    pending: bool = False


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


def _settled(judged: Judged) -> Gate:
    repeats = numbers.counted(len(judged.measured.repeats), _("repeat"), _("repeats"))
    return _gate(
        judged.stable,
        _("Repeats settled"),
        _("The median of %s is known within 3 %%.") % repeats,
        _("The interval of the median stayed over 3 %% after %s.") % repeats,
        "/methods/#stable",
    )


def _quiet(judged: Judged) -> Gate:
    name, href = _("Machine quiet"), "/methods/#guard"
    if judged.guard == GuardVerdict.UNKNOWN:
        return Gate("open", name, _("This machine does not tell what else ran on it."), href)
    quiet = judged.guard in (GuardVerdict.CLEAN, GuardVerdict.THROTTLED)
    if quiet and "machine_not_quiet" in judged.warnings:
        return Gate("failed", name, _("It was quiet while it was timed, and not when the measurement began."), href)
    return _gate(
        quiet,
        name,
        _("Nothing else took time from the measurement."),
        _("Other work was seen while it was timed."),
        href,
    )


def _cool(judged: Judged) -> Gate:
    name = _("Clocks held")
    events = forced(judged.measured)
    if judged.guard == GuardVerdict.THROTTLED or "throttled" in judged.warnings or events:
        return Gate("failed", name, _("Heat or a weak supply held clocks down while it was timed."))
    if (
        all(repeat.guard.throttle_events is None for repeat in judged.measured.repeats)
        and judged.measured.thermal is None
    ):
        return Gate("open", name, _("This device tells neither its temperature nor whether it was throttled."))
    return Gate("passed", name, _("No throttling was seen."))


def _sensor(judged: Judged) -> Gate:
    name = _("Energy from a sensor")
    if judged.energy is None:
        return Gate("failed", name, _("No energy was read."))
    href = f"/methods/#provenance-{judged.energy.value}"
    read = judged.energy in (Provenance.MEASURED, Provenance.COUNTER)
    no = _("The joules are an estimate: time multiplied by a constant.")
    return _gate(read, name, _("A meter or a counter of the hardware was read."), no, href)


def _trace(judged: Judged) -> Gate:
    results: dict[TraceState, Result] = {TraceState.AGREES: "passed", TraceState.UNUSABLE: "failed"}
    name = _("Joules found again in the raw trace")
    if judged.trace.state is TraceState.DIFFERS:
        return Gate(
            "failed",
            name,
            _("Agent and server are further apart than %s.") % numbers.with_unit(numbers.compact(LIMIT * 100), "%"),
            "#trace" if judged.graded else "",
        )
    waits = judged.trace.state is TraceState.WAITING
    return Gate(results.get(judged.trace.state, "open"), name, spoken_sentence(judged.trace.said), pending=waits)


def _answers(judged: Judged) -> Gate:
    if not judged.graded:
        now = _("The server grades them now, against a key that never left it.")
        return Gate("open", _("Answers graded here"), now, pending=True)
    sentence = _("The server graded %s against a key that never left it.") % numbers.counted(
        judged.n_items, _("answer"), _("answers")
    )
    return Gate(
        "failed" if judged.trace.outcomes else "passed", _("Answers graded here"), judged.trace.outcomes or sentence
    )


def _tail(judged: Judged) -> Gate:
    calls = sum(repeat.calls for repeat in judged.measured.repeats)
    said = numbers.counted(calls, _("call"), _("calls"))
    return _gate(
        calls >= 1000,
        _("Enough calls for the slowest percent"),
        _("%s were timed.") % said,
        _("%s were timed; p99 needs 1,000.") % said,
    )


GATES = (_settled, _quiet, _cool, _sensor, _trace, _answers, _tail)


def gates_of(judged: Judged) -> tuple[Gate, ...]:
    return tuple(gate(judged) for gate in GATES)
