"""Sampling readings in a thread: power where a source has no energy counter, and the raw trace beside one that has."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

Row = tuple[float | None, ...]

_threads: set[int] = set()


def sampler_threads() -> frozenset[int]:
    """The kernel's numbers of the threads that sample now: how long they wait for a CPU disturbs no model."""
    return frozenset(_threads)


@dataclass(frozen=True)
class Series:
    """Samples of one quantity on the monotonic clock. `at_ends`: both the first and the last try gave one."""

    times_s: tuple[float, ...]
    values: tuple[float, ...]
    at_ends: bool

    def longest_standstill_s(self) -> float:
        """The longest time without any change of the value; what is unchanged to the end counts."""
        longest, since = 0.0, 0
        for index in range(1, len(self.values)):
            if self.values[index] != self.values[since]:
                since = index
            longest = max(longest, self.times_s[index] - self.times_s[since])
        return longest

    def longest_gap_s(self) -> float:
        return max((b - a for a, b in zip(self.times_s, self.times_s[1:], strict=False)), default=0.0)


@dataclass(frozen=True)
class Samples:
    """Rows of readings, each with the time at which it was complete."""

    times_s: tuple[float, ...]
    rows: tuple[Row, ...]

    def column(self, index: int) -> Series:
        """One quantity of the rows; a reading that failed is left out, and never filled in."""
        pairs = [(at, row[index]) for at, row in zip(self.times_s, self.rows, strict=True)]
        there = [(at, value) for at, value in pairs if value is not None]
        at_ends = bool(pairs) and pairs[0][1] is not None and pairs[-1][1] is not None
        return Series(tuple(at for at, _ in there), tuple(value for _, value in there), at_ends)


class Sampler:
    """Calls `read` every `period_s`, and once at either end on the thread that starts and stops it.

    `read` gives a row, with `None` for what could not be read; it does not raise. It should cost microseconds: it runs
    beside what is measured.
    """

    def __init__(self, read: Callable[[], Row], period_s: float) -> None:
        self._read = read
        self._period_s = period_s
        self._stop = threading.Event()
        self._samples: list[tuple[int, Row]] = []
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._samples = []
        self._stop = threading.Event()
        self._take()
        thread = threading.Thread(target=self._run, args=(self._stop,), name="sampler", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            # The model has taken all memory but a thread's stack. Both ends are still read, and they are the value of
            # a counter; a power says that it has too few samples.
            return
        self._thread = thread
        _threads.add(thread.native_id or 0)

    def stop(self) -> Samples:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            _threads.discard(self._thread.native_id or 0)
            self._thread = None
        self._take()
        return Samples(tuple(at / 1e9 for at, _ in self._samples), tuple(row for _, row in self._samples))

    def _run(self, stop: threading.Event) -> None:
        while not stop.wait(self._period_s):
            self._take()

    def _take(self) -> None:
        row = self._read()
        at = time.monotonic_ns()
        if self._samples and at <= self._samples[-1][0]:
            at = self._samples[-1][0] + 1  # two readings within one step of the clock
        self._samples.append((at, row))
