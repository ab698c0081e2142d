"""CodeCarbon's estimate of the CPU energy of this process: CPU seconds x rated power / logical CPUs.

What CodeCarbon does in `process` mode with `force_cpu_power`: load = CPU seconds of the process and its children over
the window / wall seconds / logical CPUs; power = rated power x load; energy = power x wall seconds. Wall time
cancels, so a busy thread costs the same whatever it computes. Only `cpu_energy` is used; the RAM figure beside it is
wall time x constant.

The offline tracker makes no network call (a test watches). Its 1 Hz sampling thread is stopped in every window: it
splits the window into readings of 10 ms CPU ticks taken under the interpreter lock, which put 2 s windows of a busy
process 25 to 75 % too high, and it would wake inside the timed loop. Without it the window is one exact difference.
"""

import contextlib
import importlib.metadata
import logging
import time
from importlib.util import find_spec
from typing import Any

import psutil

from agents.energy.base import RawTrace, SourceError, reading
from agents.energy.rated_power import RatedPower, rated_power
from agents.process_tree import ProcessTree
from agents.sampling import Series
from leaderboard.protocol import (
    EnergyMethod,
    EnergyReading,
    EnergySourceInfo,
    MissingReason,
    Provenance,
    Scope,
    TraceKind,
)

Moment = tuple[float, float]

_JOULES_PER_KWH = 3.6e6
_TICK_S = 0.01  # CPU time in /proc comes in ticks of 10 ms
_SHORTEST_S = 10 * _TICK_S
_DISAGREEMENT = 0.10  # of the tracker's joules with the CPU seconds it says that it counts
_COUNTRY = "USA"  # required by the tracker and used for nothing: grid intensity is applied on the server


class CodeCarbonSource:
    window_s = 0.0

    def __init__(self, info: EnergySourceInfo, rated: RatedPower, served_by: ProcessTree | None = None) -> None:
        self.info = info
        self._rated = rated
        self._served_by = served_by
        self._tracker: Any = None
        self._process = psutil.Process()
        self._watts_per_cpu = rated.watts / (psutil.cpu_count() or 1)
        self._started: Moment = (0.0, 0.0)
        self._spent = Series((), (), at_ends=False)

    def prepare(self) -> None:
        """Import, construct and run one empty task: 1.5 to 3 s, with subprocesses that look at the hardware."""
        logging.getLogger("codecarbon").disabled = True
        try:
            from codecarbon import OfflineEmissionsTracker

            self._tracker = OfflineEmissionsTracker(
                country_iso_code=_COUNTRY,
                tracking_mode="process",
                output_methods=[],
                force_cpu_power=self._rated.watts,
                pue=1.0,
                allow_multiple_runs=True,
                log_level="critical",
            )
            self.start()
            answer = self.stop()
            self._charge_the_server()
        except SourceError:
            raise
        except Exception as error:
            raise SourceError(f"codecarbon: {type(error).__name__}: {error}") from error
        if answer.missing is MissingReason.FAILED:
            raise SourceError("codecarbon: the tracker gives no reading; its own log says why")

    def start(self) -> None:
        self._tracker.start_task()
        self._tracker._scheduler_monitor_power.stop()  # noqa: SLF001 -- no option turns the sampling thread off
        self._started = self._cpu_so_far()

    def stop(self) -> EnergyReading:
        (began, before_s), (ended, after_s) = self._started, self._cpu_so_far()
        task = self._tracker.stop_task()
        self._spent = Series((began, ended), (before_s, after_s), at_ends=True)
        seconds = ended - began
        joules, missing = None, None
        if task is None or task.tracking_mode != "process":
            missing = MissingReason.FAILED
        elif seconds < _SHORTEST_S:
            missing = MissingReason.WINDOW_TOO_SHORT
        else:
            joules = task.cpu_energy * _JOULES_PER_KWH
            missing = self._disagreement(joules, max(0.0, after_s - before_s))
        return reading(
            self.info,
            seconds=seconds,
            joules=None if missing else joules,
            missing=missing,
            samples=2,
            warnings=self._rated.warnings,
        )

    def _charge_the_server(self) -> None:
        """Let the tracker count a process that is no child of this one as if it were; it exists after a first task."""
        if self._served_by is None:
            return
        counted = [part for part in self._tracker._hardware if hasattr(part, "_process")]  # noqa: SLF001 -- no option names processes
        if not counted:
            raise SourceError("codecarbon: this version cannot count the process that serves the model")
        for part in counted:
            part._process = _WithServer(part._process, self._served_by)  # noqa: SLF001 -- as above

    def traces(self) -> tuple[RawTrace, ...]:
        """All that there is: CPU seconds at both ends. The tracker reads nothing else either."""
        return (RawTrace(TraceKind.CPU_S, self._spent, watts=self._watts_per_cpu),) if self._spent.times_s else ()

    def _disagreement(self, joules: float, cpu_s: float) -> MissingReason | None:
        """The tracker divides by the wall clock: one that was set while it ran makes its answer worthless."""
        expected = cpu_s * self._watts_per_cpu
        allowed = max(_DISAGREEMENT * expected, 4 * _TICK_S * self._watts_per_cpu)
        return MissingReason.FAILED if abs(joules - expected) > allowed else None

    def _cpu_so_far(self) -> Moment:
        """When, and CPU seconds of all that the tracker counts, without its 10 ms ticks for this process itself."""
        spent_s = time.process_time()
        served_by = self._served_by.members() if self._served_by else []
        for child in [*self._process.children(recursive=True), *served_by]:
            with contextlib.suppress(psutil.Error):
                times = child.cpu_times()
                spent_s += times.user + times.system
        return time.monotonic_ns() / 1e9, spent_s

    def close(self) -> None:
        self._tracker = None


class _WithServer:
    """What CodeCarbon asks of the process that it tracks; a server's processes stand among its children."""

    def __init__(self, process: Any, served_by: ProcessTree) -> None:
        self._process = process
        self._served_by = served_by
        self.pid = process.pid

    def cpu_times(self) -> Any:
        return self._process.cpu_times()

    def children(self, *, recursive: bool) -> list[Any]:
        return [*self._process.children(recursive=recursive), *self._served_by.members()]


# An installed agent has no pip; the script that installed it adds what is missing.
INSTALL = "fetch install.sh from /agent/ of the server: sh install.sh --estimate"


def probe(operator_w: float | None = None) -> EnergySourceInfo:
    installed = find_spec("codecarbon") is not None
    rated = rated_power(operator_w) if installed else None
    return EnergySourceInfo(
        key="codecarbon",
        scope=Scope.PROCESS,
        provenance=Provenance.ESTIMATED,
        method=EnergyMethod.TIME_TIMES_CONSTANT,
        present=installed,
        detail=f"version {importlib.metadata.version('codecarbon')}: CPU time x rated power" if installed else "",
        why_absent=None if installed else "the package codecarbon is not installed",
        fix=None if installed else INSTALL,
        resolution_s=_TICK_S,
        rated_power_w=rated.watts if rated else None,
        rated_power_origin=rated.origin if rated else None,
    )


def sources(operator_w: float | None, served_by: ProcessTree | None = None) -> list[CodeCarbonSource]:
    info = probe(operator_w)
    return [CodeCarbonSource(info, rated_power(operator_w), served_by)] if info.present else []
