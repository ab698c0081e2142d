"""Running average power limit: the energy counters of Intel and AMD processors, through Linux's powercap tree.

`energy_uj` counts microjoules since some past moment and starts again at 0 after `max_energy_range_uj`. Packages are
added up (scope `cpu_package`); `psys`, where it exists, is a source of its own for the whole platform (scope `soc`).
DRAM is not part of a package's counter on servers and part of it on some clients, so it is named and never added.
Source: Documentation/power/powercap/powercap.rst of the Linux kernel.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agents.energy.base import RawTrace, SourceError, reading
from agents.energy.windows import counted_j, counter_fault, wraps
from agents.fingerprint import PROC, is_virtual
from agents.sampling import Sampler, Series
from leaderboard.protocol import (
    EnergyMethod,
    EnergyReading,
    EnergySourceInfo,
    MissingReason,
    Provenance,
    Scope,
    TraceKind,
)

POWERCAP = Path("/sys/class/powercap")

_ZONE = re.compile(r"intel-rapl:\d+(:\d+)?")  # intel-rapl-mmio:* mirrors the same counters
_STEP_S = 0.001  # the counters advance about once a millisecond
_SHORTEST_S = 0.1  # ten per cent of a thousand steps is trusted, less than a hundred steps is not
_SAMPLE_PERIOD_S = 0.1  # for the trace; a read costs 10 to 30 us


@dataclass(frozen=True)
class Zone:
    path: Path
    name: str
    range_uj: int

    @property
    def range_j(self) -> float:
        return self.range_uj / 1e6

    def energy_uj(self) -> int:
        """Raises OSError where the file cannot be read."""
        return int((self.path / "energy_uj").read_text(encoding="ascii"))


class RaplSource:
    """Its value is the difference of the ends; the samples between them show wraps, resets and standstills."""

    window_s = 0.0

    def __init__(self, info: EnergySourceInfo, zones: Sequence[Zone]) -> None:
        self.info = info
        self._zones = tuple(zones)
        self._sampler = Sampler(self._read, _SAMPLE_PERIOD_S)
        self._counters: tuple[Series, ...] = ()

    def prepare(self) -> None:
        try:
            for zone in self._zones:
                zone.energy_uj()
        except (OSError, ValueError) as error:
            raise SourceError(f"{self.info.key}: {error}") from error

    def start(self) -> None:
        self._sampler.start()

    def stop(self) -> EnergyReading:
        samples = self._sampler.stop()
        seconds = samples.times_s[-1] - samples.times_s[0]
        self._counters = tuple(samples.column(index) for index in range(len(self._zones)))
        missing = self._fault(seconds)
        joules = None if missing else sum(counted_j(one, zone.range_j) for one, zone in self._pairs())
        return reading(
            self.info,
            seconds=seconds,
            joules=joules,
            missing=missing,
            samples=len(samples.times_s),
            warnings=("counter_wrapped",) if not missing and any(map(wraps, self._counters)) else (),
            counters_j=self._ends(),
        )

    def traces(self) -> tuple[RawTrace, ...]:
        return tuple(
            RawTrace(TraceKind.COUNTER_J, series, part=zone.name, range_j=zone.range_j)
            for series, zone in self._pairs()
        )

    def close(self) -> None:
        pass

    def _pairs(self) -> list[tuple[Series, Zone]]:
        return list(zip(self._counters, self._zones, strict=False))

    def _fault(self, seconds: float) -> MissingReason | None:
        faults = [counter_fault(series, zone.range_j) for series, zone in self._pairs()]
        if MissingReason.SENSOR_STOPPED not in faults and seconds < _SHORTEST_S:
            return MissingReason.WINDOW_TOO_SHORT
        return next((fault for fault in faults if fault is not None), None)

    def _ends(self) -> tuple[float, float] | None:
        if not all(series.at_ends for series in self._counters):
            return None
        return sum(series.values[0] for series in self._counters), sum(series.values[-1] for series in self._counters)

    def _read(self) -> tuple[float | None, ...]:
        return tuple(_energy_j(zone) for zone in self._zones)


def _energy_j(zone: Zone) -> float | None:
    try:
        return zone.energy_uj() / 1e6
    except (OSError, ValueError):
        return None


def zones(root: Path = POWERCAP) -> tuple[Zone, ...]:
    found = []
    for path in sorted(root.glob("intel-rapl:*")):
        if _ZONE.fullmatch(path.name):
            name = (path / "name").read_text(encoding="ascii").strip()
            range_uj = int((path / "max_energy_range_uj").read_text(encoding="ascii"))
            found.append(Zone(path, name, range_uj))
    return tuple(found)


def probe(root: Path = POWERCAP, proc: Path = PROC) -> tuple[EnergySourceInfo, ...]:
    """The package source, present or not, and psys where the machine has it."""
    known = zones(root)
    packages = [zone for zone in known if zone.name.startswith("package")]
    psys = [zone for zone in known if zone.name == "psys"]
    infos = [_info("rapl", Scope.CPU_PACKAGE, packages, known) if packages else _absent(root, proc)]
    if psys:
        infos.append(_info("rapl-psys", Scope.SOC, psys, known))
    return tuple(infos)


def sources(root: Path = POWERCAP) -> list[RaplSource]:
    """The sources that can be read now."""
    known = zones(root)
    names = {"rapl": "package", "rapl-psys": "psys"}
    return [
        RaplSource(info, [zone for zone in known if zone.name.startswith(names[info.key])])
        for info in probe(root)
        if info.present
    ]


def _info(key: str, scope: Scope, parts: Sequence[Zone], known: Sequence[Zone]) -> EnergySourceInfo:
    beside = [zone.name for zone in known if zone.name == "dram"]
    detail = " + ".join(zone.name for zone in parts)
    if beside and scope is Scope.CPU_PACKAGE:
        detail += "; dram has a counter of its own and is not included"
    try:
        for zone in parts:
            zone.energy_uj()
        why = fix = None
    except OSError as error:
        why = f"{error.filename} cannot be read: {error.strerror}"
        fix = f"sudo chmod a+r {parts[0].path.parent}/intel-rapl*/energy_uj (lasts until the next boot)"
    return _describe(key, scope, detail, why, fix)


def _absent(root: Path, proc: Path) -> EnergySourceInfo:
    if is_virtual(proc):
        why = "this is a virtual machine, and its host does not pass the processor's energy counters on"
        fix = "run the agent on the host itself, or attach a wall meter"
    elif root.is_dir():
        why = f"{root} has no RAPL zone: the processor has no counters, or their driver is not loaded"
        fix = "sudo modprobe intel_rapl_msr"
    else:
        why = f"{root} does not exist: the kernel is built without powercap, or is not Linux"
        fix = "use a kernel with CONFIG_POWERCAP and CONFIG_INTEL_RAPL, or attach a wall meter"
    return _describe("rapl", Scope.CPU_PACKAGE, "", why, fix)


def _describe(key: str, scope: Scope, detail: str, why: str | None, fix: str | None) -> EnergySourceInfo:
    return EnergySourceInfo(
        key=key,
        scope=scope,
        provenance=Provenance.COUNTER,
        method=EnergyMethod.COUNTER_DIFFERENCE,
        present=why is None,
        detail=detail,
        why_absent=why,
        fix=fix,
        resolution_s=_STEP_S,
    )
