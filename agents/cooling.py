"""Pauses between repeats, until the device is as cool as it was when the first one began.

Temperatures come from Linux's hwmon and thermal trees, or from the card. A machine that tells none gets no pauses, and
its report no temperature.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from agents.fingerprint import SYS
from leaderboard.protocol import MeasuringProtocol, Thermal

_LOOK_EVERY_S = 1.0
_SHARE_OF_WALL = 0.25  # of the attempt's time limit, for all pauses: a hot room must not end as a time-out of the model
_PROCESSOR = ("x86_pkg_temp", "cpu", "soc", "coretemp", "k10temp", "zenpower", "tctl", "big", "little")


@dataclass(frozen=True)
class Thermometer:
    sensor: str
    read_c: Callable[[], float | None]


def thermometer_of(device_key: str, sys_root: Path = SYS) -> Thermometer | None:
    """The hottest sensor of the processor, or the card's own; `None` where nothing can be read now."""
    if device_key.startswith("gpu"):
        from agents.energy.nvml import temperature_c

        index = int(device_key.removeprefix("gpu") or 0)
        found = Thermometer("nvml", lambda: temperature_c(index))
    else:
        sensors = dict(_sensors(sys_root))
        found = Thermometer(", ".join(sorted(set(sensors.values())))[:200], lambda: _hottest_c(list(sensors)))
    return None if found.read_c() is None else found


class Cooldown:
    """Asked before each repeat; the first one sets what the others wait for."""

    def __init__(
        self,
        thermometer: Thermometer | None,
        protocol: MeasuringProtocol,
        wall_s: float,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._thermometer = thermometer
        self._protocol = protocol
        self._left_s = _SHARE_OF_WALL * wall_s
        self._sleep = sleep
        self._first_c: float | None = None
        self._last_c: float | None = None
        self._waited_s = 0.0

    def before_repeat(self) -> float:
        """Sleep until it is cool enough or long enough; how long, in s."""
        waited_s, limit_s = 0.0, min(self._protocol.cooldown_s, self._left_s)
        now_c = self._read_c()
        if self._first_c is None:
            self._first_c = now_c
        while self._is_hot(now_c) and waited_s + _LOOK_EVERY_S <= limit_s:
            self._sleep(_LOOK_EVERY_S)
            waited_s += _LOOK_EVERY_S
            now_c = self._read_c()
        self._last_c = self._last_c if now_c is None else now_c
        self._left_s -= waited_s
        self._waited_s += waited_s
        return waited_s

    def thermal(self) -> Thermal | None:
        if self._thermometer is None or self._first_c is None or self._last_c is None:
            return None
        return Thermal(
            sensor=self._thermometer.sensor, first_c=self._first_c, last_c=self._last_c, waited_s=self._waited_s
        )

    def _read_c(self) -> float | None:
        return None if self._thermometer is None else self._thermometer.read_c()

    def _is_hot(self, now_c: float | None) -> bool:
        return now_c is not None and self._first_c is not None and now_c > self._first_c + self._protocol.cooldown_c


def _sensors(sys_root: Path) -> Iterator[tuple[Path, str]]:
    """Files that hold a temperature of the processor in thousandths of a degree, and the name of each."""
    for zone in sorted(sys_root.glob("class/thermal/thermal_zone*")):
        if (name := _text(zone / "type").lower()).startswith(_PROCESSOR):
            yield zone / "temp", name
    for chip in sorted(sys_root.glob("class/hwmon/hwmon*")):
        if (name := _text(chip / "name").lower()).startswith(_PROCESSOR):
            yield from ((path, name) for path in sorted(chip.glob("temp*_input")))


def _hottest_c(paths: list[Path]) -> float | None:
    found = []
    for path in paths:
        with contextlib.suppress(ValueError):
            found.append(int(_text(path)) / 1e3)
    return max(found, default=None)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
