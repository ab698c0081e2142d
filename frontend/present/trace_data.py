"""What is drawn of a trace, and the windows in it, as CSV; seconds count from the plot's own 0 s."""

from collections.abc import Iterator, Mapping, Sequence

from frontend.present.device_index import csv_field
from frontend.present.trace import Sampled
from leaderboard.protocol import EnergyReading

POWER_COLUMNS = ("source", "part", "method", "scope", "provenance", "run", "at_s", "low_w", "mean_w", "high_w")
WINDOW_COLUMNS = (
    "window", "index", "source", "scope", "provenance", "begins_s", "lasts_s", "mean_w", "peak_w", "server_j",
    "agent_j", "flag",
)  # fmt: skip


def power_lines(found: Sampled) -> Iterator[Sequence[str]]:
    """One line for each stretch that is drawn; nothing was sampled between two runs, which count from 1."""
    yield POWER_COLUMNS
    readings = _readings(found)
    for line in found.plot.lines:
        about = (csv_field(line.source), csv_field(line.part), line.kind.value, *_kind(readings.get(line.source)))
        for stretch in line.stretches(found.plot.start_s):
            yield (*about, *map(repr, stretch))


def window_lines(found: Sampled) -> Iterator[Sequence[str]]:
    """One line for each row of the table of windows; windows of one kind count from 0."""
    yield WINDOW_COLUMNS
    about = (csv_field(found.source), *_kind(_readings(found).get(found.source)))
    for window in found.windows:
        power = window.power
        figures = (
            power.start_s - found.plot.start_s,
            power.end_s - power.start_s,
            *(power.mean_w, power.peak_w, power.joules, window.agent_j),
        )
        told = ("" if figure is None else repr(figure) for figure in figures)
        yield (power.kind, str(power.index), *about, *told, window.flag)


def _readings(found: Sampled) -> Mapping[str, EnergyReading]:
    return {reading.source: reading for repeat in found.measured.repeats for reading in repeat.energy}


def _kind(reading: EnergyReading | None) -> tuple[str, str]:
    """Scope and provenance; empty of a trace that no energy was read from."""
    return (reading.scope.value, reading.provenance.value) if reading else ("", "")
