"""Was the machine ours while we measured? From /proc alone; one snapshot costs less than a tenth of a millisecond.

Three shares of a window's wall time decide: time the hypervisor gave away (steal), time in which some task waited for a
CPU (PSI), and time in which the busiest-waiting thread of this process was ready to run and did not. Cores that others
kept busy are recorded beside them. A file that is missing makes the verdict `unknown`, never `clean`. A window in which
clocks were held down is `throttled`, where the machine has a way to tell.
"""

import contextlib
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from agents.process_tree import ProcessTree
from agents.sampling import sampler_threads
from agents.throttling import ThrottleCounts
from leaderboard.protocol import GuardReading, GuardVerdict

PROC = Path("/proc")

STEAL_LIMIT = 0.01
PRESSURE_LIMIT = 0.10
RUN_QUEUE_WAIT_LIMIT = 0.02
# A server and its client hand each request over, and wait for a core that the other is just leaving: a tenth of a
# window and more on a machine that does nothing else. Others that had less of a core than this cannot be the cause.
OWN_WAITS_OTHERS_BUSY_CORES = 0.10
# While this process only waits, another core in use shows before any of the three limits does.
QUIET_OTHERS_BUSY_CORES = 0.25


@dataclass(frozen=True)
class Snapshot:
    """Counters in seconds since boot or birth; `None` where the kernel has no such file."""

    at_ns: int
    steal_s: float | None
    busy_s: float | None
    cpus: int
    pressure_s: float | None
    waits_s: dict[int, float] | None
    own_cpu_s: float
    throttles: int | None = None
    held_down: bool = False


class Guard:
    """Windows of this process on this machine; `proc` is another tree in tests."""

    def __init__(self, proc: Path = PROC, throttling: ThrottleCounts | None = None) -> None:
        self._proc = proc
        self._served_by: ProcessTree | None = None
        self._own_waits = False
        self._throttling = throttling or ThrottleCounts()
        self._start = self._snapshot()

    def serves(self, tree: ProcessTree | None, *, own_waits: bool = False) -> None:
        """From now on `tree` works for this process: it is none of the others, and its waits count.

        `own_waits` where client and server wait for each other on the same cores.
        """
        self._served_by, self._own_waits = tree, own_waits

    def start(self) -> None:
        self._start = self._snapshot()

    def stop(self) -> GuardReading:
        return judge(self._start, self._snapshot(), own_waits=self._own_waits)

    def wait_until_quiet(self, quiet_s: float, patience_s: float, sleep: Callable[[float], None] = time.sleep) -> bool:
        """Sleep until one stretch of `quiet_s` was quiet; false when `patience_s` passed without one."""
        if quiet_s <= 0:
            return True
        deadline = time.monotonic() + patience_s
        while True:
            self.start()
            sleep(quiet_s)
            if _quiet(self.stop()):
                return True
            if time.monotonic() + quiet_s > deadline:
                return False

    def _snapshot(self) -> Snapshot:
        steal_s, busy_s, cpus = self._cpu_times()
        return Snapshot(
            at_ns=time.monotonic_ns(),
            steal_s=steal_s,
            busy_s=busy_s,
            cpus=cpus,
            pressure_s=self._pressure_s(),
            waits_s=self._waits_s(),
            own_cpu_s=time.process_time() + (self._served_by.cpu_s() if self._served_by else 0.0),
            throttles=self._throttling.read(),
            held_down=self._throttling.holds_now(),
        )

    def _cpu_times(self) -> tuple[float | None, float | None, int]:
        """Steal and busy seconds of all CPUs together, and their number (fields of proc(5), guest is within user)."""
        ticks_per_s = os.sysconf("SC_CLK_TCK")
        with contextlib.suppress(OSError, ValueError, IndexError):
            lines = (self._proc / "stat").read_text(encoding="ascii").splitlines()
            user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, lines[0].split()[1:9])
            cpus = sum(line.startswith("cpu") for line in lines) - 1
            return steal / ticks_per_s, (user + nice + system + irq + softirq) / ticks_per_s, cpus
        return None, None, 0

    def _pressure_s(self) -> float | None:
        with contextlib.suppress(OSError, ValueError, IndexError):
            some = (self._proc / "pressure/cpu").read_text(encoding="ascii").splitlines()[0]
            return int(some.rpartition("total=")[2]) / 1e6
        return None

    def _waits_s(self) -> dict[int, float] | None:
        """Run-queue wait of each thread that works for us (second field of schedstat, in ns), samplers left out."""
        waits: dict[int, float] = {}
        samplers = {str(thread) for thread in sampler_threads()}
        for process in ("self", *(self._served_by.pids() if self._served_by else ())):
            with contextlib.suppress(OSError):
                for task in (self._proc / f"{process}/task").iterdir():
                    if task.name in samplers:
                        continue
                    # A thread may end between the listing and the reading.
                    with contextlib.suppress(OSError, ValueError, IndexError):
                        waits[int(task.name)] = int((task / "schedstat").read_text(encoding="ascii").split()[1]) / 1e9
        return waits or None


def judge(start: Snapshot, end: Snapshot, *, own_waits: bool = False) -> GuardReading:
    wall_s = max((end.at_ns - start.at_ns) / 1e9, 1e-9)
    steal_s = _difference(start.steal_s, end.steal_s)
    busy_s = _difference(start.busy_s, end.busy_s)
    pressure_s = _difference(start.pressure_s, end.pressure_s)
    steal = None if steal_s is None else min(1.0, steal_s / (wall_s * max(1, end.cpus)))
    pressure = None if pressure_s is None else min(1.0, pressure_s / wall_s)
    wait = _longest_wait(start, end, wall_s)
    others = None if busy_s is None else max(0.0, (busy_s - (end.own_cpu_s - start.own_cpu_s)) / wall_s)
    events = _throttle_events(start, end)
    return GuardReading(
        verdict=verdict_of(steal, *_foreign(pressure, wait, others, own_waits=own_waits), throttled=bool(events)),
        steal_share=steal,
        pressure_share=pressure,
        run_queue_wait_share=wait,
        others_busy_cores=others,
        own_waits=own_waits,
        throttle_events=events,
    )


def throttled(reading: GuardReading) -> GuardReading:
    """The same window, of which another instrument says that clocks were held down."""
    verdict = reading.verdict if reading.verdict is GuardVerdict.NOISY else GuardVerdict.THROTTLED
    return reading.model_copy(update={"verdict": verdict, "throttle_events": max(1, reading.throttle_events or 0)})


def rejected(reading: GuardReading) -> GuardReading:
    """The same window, in which another's work ran on the device itself: nothing it says of energy is ours."""
    return reading.model_copy(update={"verdict": GuardVerdict.REJECTED})


def _foreign(
    pressure: float | None, wait: float | None, others: float | None, *, own_waits: bool
) -> tuple[float | None, float | None]:
    """Pressure and wait that others can have caused."""
    if own_waits and others is not None and others < OWN_WAITS_OTHERS_BUSY_CORES:
        return (None if pressure is None else 0.0), (None if wait is None else 0.0)
    return pressure, wait


def verdict_of(
    steal: float | None, pressure: float | None, wait: float | None, *, throttled: bool = False
) -> GuardVerdict:
    """Over a limit is noisy even where another reading is missing; a missing one is never clean."""
    limits = ((steal, STEAL_LIMIT), (pressure, PRESSURE_LIMIT), (wait, RUN_QUEUE_WAIT_LIMIT))
    if any(share is not None and share > limit for share, limit in limits):
        return GuardVerdict.NOISY
    if throttled:
        return GuardVerdict.THROTTLED
    if any(share is None for share, _ in limits):
        return GuardVerdict.UNKNOWN
    return GuardVerdict.CLEAN


def overall(readings: Iterable[tuple[GuardReading, float]]) -> GuardVerdict:
    """Verdict of a run from its windows and their seconds: of the time-weighted mean shares.

    One window in which clocks were held down is enough: the repeats are then not of one machine. So is a rejected one.
    """
    known = list(readings)
    if any(reading.verdict is GuardVerdict.REJECTED for reading, _ in known):
        return GuardVerdict.REJECTED
    waited = _foreign(
        _mean([(reading.pressure_share, seconds) for reading, seconds in known]),
        _mean([(reading.run_queue_wait_share, seconds) for reading, seconds in known]),
        _mean([(reading.others_busy_cores, seconds) for reading, seconds in known]),
        own_waits=bool(known) and all(reading.own_waits for reading, _ in known),
    )
    return verdict_of(
        _mean([(reading.steal_share, seconds) for reading, seconds in known]),
        *waited,
        throttled=any(reading.throttle_events for reading, _ in known),
    )


def _quiet(reading: GuardReading) -> bool:
    others = reading.others_busy_cores
    return reading.verdict is not GuardVerdict.NOISY and (others is None or others <= QUIET_OTHERS_BUSY_CORES)


def _throttle_events(start: Snapshot, end: Snapshot) -> int | None:
    if start.held_down or end.held_down:
        return 1
    if start.throttles is None or end.throttles is None:
        return None
    return max(0, end.throttles - start.throttles)


def _longest_wait(start: Snapshot, end: Snapshot, wall_s: float) -> float | None:
    if start.waits_s is None or end.waits_s is None:
        return None
    return min(1.0, max(total - start.waits_s.get(thread, 0.0) for thread, total in end.waits_s.items()) / wall_s)


def _difference(start: float | None, end: float | None) -> float | None:
    """Kernel counters of idle CPUs have been seen to step back; that is no time at all."""
    return None if start is None or end is None else max(0.0, end - start)


def _mean(weighted: list[tuple[float | None, float]]) -> float | None:
    if not weighted or any(share is None for share, _ in weighted):
        return None
    return sum((share or 0.0) * seconds for share, seconds in weighted) / sum(seconds for _, seconds in weighted)
