"""Sleeping until something happens: a signal, a child's end, or the time."""

import os
import select
import signal
from types import FrameType
from typing import Self

STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Signals:
    """Counts the requests to stop; `wait` returns early on any signal. For the main thread."""

    def __init__(self) -> None:
        self.stops = 0

    def __enter__(self) -> Self:
        self._read, self._write = os.pipe()
        for descriptor in (self._read, self._write):
            os.set_blocking(descriptor, False)
        # An ignored hang-up stays ignored: that is what `nohup` asks for. An interrupt does not: every shell script
        # ignores it for what it starts in the background, and `kill -INT` has to end that too.
        nohup = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
        handled = [number for number in STOP if not (nohup and number == signal.SIGHUP)]
        self._before = {number: signal.signal(number, self._count) for number in handled}
        self._before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, self._ignore)
        self._wakeup_before = signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        return self

    def __exit__(self, *_: object) -> None:
        signal.set_wakeup_fd(self._wakeup_before)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        os.close(self._read)
        os.close(self._write)

    def wait(self, timeout_s: float) -> bool:
        """Sleep until a signal or for `timeout_s`; return whether it was asked to stop."""
        if not self.stops and select.select([self._read], [], [], timeout_s)[0]:
            os.read(self._read, 4096)
        return self.stops > 0

    def wait_for_another(self, timeout_s: float) -> bool:
        """Like `wait`, while stopping; return whether it was asked a second time."""
        if select.select([self._read], [], [], timeout_s)[0]:
            os.read(self._read, 4096)
        return self.stops > 1

    def _count(self, _number: int, _frame: FrameType | None) -> None:
        self.stops += 1

    def _ignore(self, _number: int, _frame: FrameType | None) -> None:
        """Only wakes `wait`: children are asked for their state where they are tended."""
