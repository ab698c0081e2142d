"""The energies of a report, integrated again from its raw trace. Pure, no database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from leaderboard.metrics.energy.counters import counter_steps_j
from leaderboard.metrics.energy.traces import integrate_power_j
from leaderboard.metrics.vocabulary import FloatArray, MetricInputError
from leaderboard.protocol import KIND_OF_METHOD, EnergyReading, Measured, TraceKind, TraceLine, WindowKind
from leaderboard.runs.trace_files import BadTrace, PowerFile

LIMIT = 0.01
"""Agent and server may be so far apart, as a share of what the agent reported."""
SPAN_SHARE = 0.01
SPAN_S = 0.01
"""A trace of a window may be so much longer or shorter than the report says that its meter ran."""
_TICKS = 2  # an estimate counts CPU time in ticks, and a window has one at either end

_GROUPS: Mapping[WindowKind, str] = {
    WindowKind.REPEAT: "repeats",
    WindowKind.PREFILL: "prefill",
    WindowKind.IDLE_BEFORE: "idle",
    WindowKind.IDLE_AFTER: "idle",
}
_ORDER = dict.fromkeys(_GROUPS.values())


@dataclass(frozen=True, slots=True)
class Comparison:
    """One source over one group of windows: what the agent reported, and what its trace gives."""

    source: str
    windows: str
    count: int
    agent_j: float
    server_j: float
    allowed_j: float

    @property
    def difference(self) -> float:
        return self.server_j / self.agent_j - 1

    @property
    def agrees(self) -> bool:
        return abs(self.server_j - self.agent_j) <= self.allowed_j


@dataclass(frozen=True, slots=True)
class _Again:
    reading: EnergyReading
    agent_j: float
    server_j: float
    tick_j: float
    seconds: float


def integrate_again(measured: Measured, power: PowerFile) -> tuple[Comparison, ...]:
    """Compare every energy of the report, summed by source and group; raises BadTrace where the trace has it not."""
    places = {(mark.kind, mark.index): place for place, mark in enumerate(power.windows)}
    groups: dict[tuple[str, str], list[_Again]] = {}
    for kind, index, reading in _readings(measured):
        if reading.joules is None:
            continue
        place = places.get((kind, index))
        if place is None:
            raise BadTrace(f"It has no window {kind} {index + 1}.")
        again = _again(reading, reading.joules, power, place)
        if again is None:
            raise BadTrace(f"It has no samples of {reading.source} in {kind} {index + 1}.")
        if abs(again.seconds - reading.seconds) > SPAN_SHARE * reading.seconds + SPAN_S:
            raise BadTrace(
                f"Its samples of {reading.source} in {kind} {index + 1} cover {again.seconds:.4g} s, "
                f"and the report says {reading.seconds:.4g} s."
            )
        groups.setdefault((reading.source, _GROUPS[kind]), []).append(again)
    ordered = sorted(groups.items(), key=lambda item: list(_ORDER).index(item[0][1]))
    return tuple(_compared(*key, found) for key, found in ordered)


def _compared(source: str, windows: str, found: list[_Again]) -> Comparison:
    agent_j = sum(one.agent_j for one in found)
    return Comparison(
        source=source,
        windows=windows,
        count=len(found),
        agent_j=agent_j,
        server_j=sum(one.server_j for one in found),
        allowed_j=max(LIMIT * agent_j, sum(one.tick_j for one in found)),
    )


def _again(reading: EnergyReading, agent_j: float, power: PowerFile, place: int) -> _Again | None:
    kind = KIND_OF_METHOD[reading.method]
    own = [trace for trace in power.traces if (trace.line.source, trace.line.kind) == (reading.source, kind)]
    parts = [(trace.line, *trace.window(place)) for trace in own]
    parts = [part for part in parts if len(part[1]) > 1]
    if not parts:
        return None
    tick_j = sum(_TICKS * (reading.resolution_s or 0.0) * (line.watts or 0.0) for line, _, _ in parts)
    try:
        server_j, seconds = sum(_joules(*part) for part in parts), max(_span_s(times_s) for _, times_s, _ in parts)
        return _Again(reading, agent_j, server_j, tick_j, seconds)
    except MetricInputError as error:
        raise BadTrace(f"The samples of {reading.source} are no measurement: {error}.") from None


def _span_s(times_s: FloatArray) -> float:
    return float(times_s[-1] - times_s[0])


def _joules(line: TraceLine, times_s: FloatArray, values: FloatArray) -> float:
    if line.kind is TraceKind.POWER_W:
        return integrate_power_j(times_s, values)
    if line.kind is TraceKind.CPU_S:
        return float(values[-1] - values[0]) * (line.watts or 0.0)
    joules = float(counter_steps_j(values, line.range_j).sum())
    if joules != joules:  # noqa: PLR0124  NaN: a counter without a range stepped back
        raise BadTrace(f"The counter of {line.source} {line.part}".rstrip() + " steps back.")
    return joules


def _readings(measured: Measured) -> Iterator[tuple[WindowKind, int, EnergyReading]]:
    for kind, windows in (
        (WindowKind.IDLE_BEFORE, [measured.idle_before]),
        (WindowKind.REPEAT, [repeat.energy for repeat in measured.repeats]),
        (WindowKind.PREFILL, [window.energy for window in measured.prefill]),
        (WindowKind.IDLE_AFTER, [measured.idle_after]),
    ):
        for index, readings in enumerate(windows):
            for reading in readings:
                yield kind, index, reading
