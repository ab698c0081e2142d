"""Power rails behind Texas Instruments' monitors (INA3221, INA219 and their kin), through Linux's hwmon tree.

A rail is a labelled channel: `inN_input` in mV times `currN_input` in mA, or `powerN_input` in uW where the driver
multiplies itself. Only a rail that feeds everything else is a source, with scope `soc`: on a Jetson VDD_IN, the input
of the module, without its carrier board. Rails behind it are named and never added to it. An INA3221 has three
channels; what its driver lists beyond them are shunt voltages and the sum of some currents, and no rails.
Source: Documentation/hwmon/ina3221.rst and sysfs-interface.rst of the Linux kernel; NVIDIA's developer guide for rails.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from agents.energy.base import RawTrace, SourceError, reading
from agents.energy.windows import power_fault, power_j, sampled_too_seldom
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

HWMON = Path("/sys/class/hwmon")
KEY = "ina3221"
REFUSED_UNDER_S = 2.0

_CHIP = re.compile(r"ina\d(\d\d|xx)\d?")
_WHOLE = ("VDD_IN", "POM_5V_IN")  # the input of a Jetson module; of the first Nano's
_CHANNELS = range(1, 4)
_SAMPLE_PERIOD_S = 0.05
_HIGHEST_W = 1000.0  # of a board; the sensors themselves end far below


@dataclass(frozen=True)
class Rail:
    chip: Path
    channel: int
    label: str

    def power_w(self) -> float:
        """Raises OSError where a file cannot be read, ValueError where it holds no power."""
        direct = self.chip / f"power{self.channel}_input"
        if direct.exists():
            watts = _number(direct) / 1e6
        else:
            millivolts = _number(self.chip / f"in{self.channel}_input")
            watts = millivolts * _number(self.chip / f"curr{self.channel}_input") / 1e6
        if not 0 <= watts <= _HIGHEST_W:
            raise ValueError(f"{self.label} says {watts:g} W, which no board draws")
        return watts


class Ina3221Source:
    """The rail that feeds the board, its power sampled and integrated."""

    window_s = 0.0

    def __init__(self, info: EnergySourceInfo, rail: Rail) -> None:
        self.info = info
        self._rail = rail
        self._sampler = Sampler(lambda: (_power_w(rail),), _SAMPLE_PERIOD_S)
        self._power = Series((), (), at_ends=False)

    def prepare(self) -> None:
        try:
            self._rail.power_w()
        except (OSError, ValueError) as error:
            raise SourceError(f"{self.info.key}: {error}") from error

    def start(self) -> None:
        self._sampler.start()

    def stop(self) -> EnergyReading:
        samples = self._sampler.stop()
        seconds = samples.times_s[-1] - samples.times_s[0]
        self._power = samples.column(0)
        missing = self._fault(seconds)
        return reading(
            self.info,
            seconds=seconds,
            joules=None if missing else power_j(self._power),
            missing=missing,
            samples=len(self._power.values),
        )

    def traces(self) -> tuple[RawTrace, ...]:
        return (RawTrace(TraceKind.POWER_W, self._power, part=self._rail.label),) if self._power.values else ()

    def close(self) -> None:
        pass

    def _fault(self, seconds: float) -> MissingReason | None:
        if seconds < REFUSED_UNDER_S:
            return MissingReason.WINDOW_TOO_SHORT
        return power_fault(self._power, seconds) or sampled_too_seldom(self._power, seconds, _SAMPLE_PERIOD_S)


def rails(root: Path = HWMON) -> tuple[Rail, ...]:
    """Every labelled rail of every such monitor, in the order of the tree."""
    return tuple(rail for chip in sorted(root.glob("hwmon*")) for rail in _rails_of(chip))


def probe(root: Path = HWMON) -> EnergySourceInfo:
    known = rails(root)
    whole = _whole(known)
    if whole is None:
        return _absent(root, known)
    behind = [rail.label for rail in known if rail != whole]
    detail = f"{whole.label} at 20 Hz: all that the module draws, its carrier board not included"
    detail += f"; part of it, never added: {', '.join(behind)}" if behind else ""
    try:
        whole.power_w()
    except PermissionError as error:
        return _describe(detail, f"{error.filename} cannot be read", f"sudo chmod a+r {whole.chip}/*_input")
    except (OSError, ValueError) as error:
        fix = "look at `dmesg | grep ina`: the sensor, its driver or its entry in the device tree is at fault"
        return _describe(detail, f"{whole.chip}: {error}", fix)
    return _describe(detail)


def sources(root: Path = HWMON) -> list[Ina3221Source]:
    info, whole = probe(root), _whole(rails(root))
    return [Ina3221Source(info, whole)] if info.present and whole is not None else []


def _rails_of(chip: Path) -> Iterator[Rail]:
    if not _CHIP.fullmatch(_text(chip / "name")):
        return
    for channel in _CHANNELS:
        names = (_text(chip / f"{kind}{channel}_label") for kind in ("in", "power", "curr"))
        label = next((name for name in names if name and name != "NC"), None)
        if label and _text(chip / f"in{channel}_enable") != "0":
            yield Rail(chip, channel, label[:100])


def _whole(known: Sequence[Rail]) -> Rail | None:
    return next((rail for name in _WHOLE for rail in known if rail.label == name), None)


def _absent(root: Path, known: Sequence[Rail]) -> EnergySourceInfo:
    if known:
        names = ", ".join(rail.label for rail in known)
        why = f"none of the rails {names} is known to feed the whole board, and their sum may count power twice"
    else:
        why = f"{root} has no labelled rail of an INA3221 or its kin"
    return _describe("", why, "nothing to do on a machine without such a sensor; elsewhere attach a wall meter")


def _describe(detail: str, why: str | None = None, fix: str | None = None) -> EnergySourceInfo:
    return EnergySourceInfo(
        key=KEY,
        scope=Scope.SOC,
        provenance=Provenance.MEASURED,
        method=EnergyMethod.POWER_INTEGRAL,
        present=why is None,
        detail=detail,
        why_absent=why,
        fix=fix,
        resolution_s=_SAMPLE_PERIOD_S,
    )


def _power_w(rail: Rail) -> float | None:
    try:
        return rail.power_w()
    except (OSError, ValueError):
        return None


def _number(path: Path) -> int:
    return int(path.read_text(encoding="ascii"))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
