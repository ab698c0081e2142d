"""Raw samples of every window, kept while an attempt is measured, under the names that its report gives the windows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from agents.energy.base import EnergySource, RawTrace
from leaderboard.protocol import EnergyReading, Measured, WindowKind


@dataclass(frozen=True)
class Kept:
    source: str
    reading: EnergyReading
    traces: tuple[RawTrace, ...]


@dataclass(frozen=True)
class LabelledWindow:
    """One window with the samples of all sources."""

    kind: WindowKind
    index: int
    kept: tuple[Kept, ...]

    def times_s(self) -> Iterator[float]:
        for one in self.kept:
            for trace in one.traces:
                yield from trace.series.times_s[:1]
                yield from trace.series.times_s[-1:]


@dataclass
class Recorder:
    """Sources that are watched by it work as before. A window is one reading of each of them."""

    _rounds: list[list[Kept]] = field(default_factory=list)

    def watch(self, source: EnergySource) -> EnergySource:
        return _Watched(source, self)

    def saw(self, kept: Kept) -> None:
        if not self._rounds or any(known.source == kept.source for known in self._rounds[-1]):
            self._rounds.append([])
        self._rounds[-1].append(kept)

    def rounds(self) -> list[list[Kept]]:
        """Every window so far, as one reading of each source. Between two windows the last one is whole."""
        return self._rounds

    def windows(self, measured: Measured) -> list[LabelledWindow]:
        """All windows in the order of time. What became no part of the report was set aside."""
        labels = {id(reading): (kind, index) for kind, index, reading in _readings(measured)}
        found, aside = [], 0
        for kept in self._rounds:
            label = next((labels[id(one.reading)] for one in kept if id(one.reading) in labels), None)
            if label is None:
                label, aside = (WindowKind.SET_ASIDE, aside), aside + 1
            found.append(LabelledWindow(*label, tuple(kept)))
        return found


class _Watched:
    def __init__(self, source: EnergySource, recorder: Recorder) -> None:
        self.info = source.info
        self.window_s = source.window_s
        self._source = source
        self._recorder = recorder
        self.prepare = source.prepare
        self.start = source.start
        self.close = source.close
        self.traces = source.traces

    def stop(self) -> EnergyReading:
        reading = self._source.stop()
        self._recorder.saw(Kept(self.info.key, reading, self._source.traces()))
        return reading


def _readings(measured: Measured) -> Iterator[tuple[WindowKind, int, EnergyReading]]:
    parts: list[tuple[WindowKind, Iterable[tuple[EnergyReading, ...]]]] = [
        (WindowKind.IDLE_BEFORE, [measured.idle_before]),
        (WindowKind.REPEAT, [repeat.energy for repeat in measured.repeats]),
        (WindowKind.PREFILL, [window.energy for window in measured.prefill]),
        (WindowKind.IDLE_AFTER, [measured.idle_after]),
    ]
    for kind, windows in parts:
        for index, readings in enumerate(windows):
            for reading in readings:
                yield kind, index, reading
