"""Sensors that are slow to ask, a meter on the network or another program: asked in a thread of their own, all along.

Whoever opens or closes a window never waits for such a sensor, however long it hangs.
"""

import threading
import time
from collections import deque
from collections.abc import Callable

from agents.sampling import Row, Samples

STALE_PERIODS = 3
"""What a sensor said so many periods ago says nothing about now; nor does the pause between two samples."""

_KEPT = 100_000  # rows; a day at once a second
_PATIENCE_S = 0.5


class Poller:
    """Calls `read` every `period_s` from `open` to `close`; a window is what was said meanwhile.

    The row at either end of a window is the newest that the sensor had told by then, if that is not stale: a meter
    that changes once a second could not tell more. `read` gives a row, with `None` for what could not be read.
    """

    def __init__(self, read: Callable[[], Row], period_s: float) -> None:
        self._read = read
        self._period_s = period_s
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._rows: deque[tuple[int, Row]] = deque(maxlen=_KEPT)
        self._newest: dict[int, tuple[int, float]] = {}
        self._first: tuple[int, Row] = (0, ())
        self._width = 0
        self._thread: threading.Thread | None = None

    def open(self) -> Row:
        """Ask once, on this thread, and then go on in another; what the sensor said."""
        row = self._take()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(self._stop,), name="poller", daemon=True)
        self._thread.start()
        return row

    def start(self) -> None:
        with self._lock:
            self._rows.clear()
            self._first = self._now()

    def stop(self) -> Samples:
        with self._lock:
            rows = [self._first, *(one for one in self._rows if one[0] > self._first[0])]
            last_ns, last = self._now()
            rows.append((max(last_ns, rows[-1][0] + 1), last))
        return Samples(tuple(at / 1e9 for at, _ in rows), tuple(row for _, row in rows))

    def close(self) -> None:
        """End the thread; one that hangs in its sensor is left to end by itself."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(_PATIENCE_S)
            self._thread = None

    def _run(self, stop: threading.Event) -> None:
        due = time.monotonic() + self._period_s
        while not stop.wait(max(0.0, due - time.monotonic())):
            due = max(due + self._period_s, time.monotonic())  # after a hang: at once, and not all that was missed
            self._take()

    def _take(self) -> Row:
        row = self._read()
        with self._lock:
            at = time.monotonic_ns()
            self._rows.append((at, row))
            self._newest |= {index: (at, value) for index, value in enumerate(row) if value is not None}
            self._width = len(row)
        return row

    def _now(self) -> tuple[int, Row]:
        """The newest value of each column that is not stale; the lock is held."""
        now = time.monotonic_ns()
        oldest = now - STALE_PERIODS * self._period_s * 1e9
        known = (self._newest.get(index) for index in range(self._width))
        return now, tuple(one[1] if one is not None and one[0] >= oldest else None for one in known)
