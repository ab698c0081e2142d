"""Sampling a power reading in a thread, for sources that have no energy counter."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from leaderboard.metrics.energy.traces import integrate_power_j


@dataclass(frozen=True)
class PowerTrace:
    """Samples on the monotonic clock: times in s since the first, powers in W."""

    times_s: tuple[float, ...]
    powers_w: tuple[float, ...]

    def joules(self) -> float | None:
        """Trapezoid over the actual sample times; `None` for fewer than two samples."""
        return integrate_power_j(self.times_s, self.powers_w) if len(self.times_s) > 1 else None


class PowerSampler:
    """Reads `read_w` every `period_s`, and once at either end, so that the trace covers the whole window."""

    def __init__(self, read_w: Callable[[], float | None], period_s: float) -> None:
        self._read_w = read_w
        self._period_s = period_s
        self._stop = threading.Event()
        self._samples: list[tuple[int, float]] = []
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._samples = []
        self._stop.clear()
        self._take()
        self._thread = threading.Thread(target=self._run, name="power-sampler", daemon=True)
        self._thread.start()

    def stop(self) -> PowerTrace:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._take()
        origin = self._samples[0][0] if self._samples else 0
        return PowerTrace(
            tuple((at - origin) / 1e9 for at, _ in self._samples), tuple(power for _, power in self._samples)
        )

    def _run(self) -> None:
        while not self._stop.wait(self._period_s):
            self._take()

    def _take(self) -> None:
        power_w = self._read_w()
        at = time.monotonic_ns()
        if power_w is not None and (not self._samples or at > self._samples[-1][0]):
            self._samples.append((at, power_w))
