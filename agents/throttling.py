"""Whether heat or a weak supply held clocks down: counters of the kernel and of the board's firmware, where they exist.

x86: `thermal_throttle/*_count` of each CPU (Documentation/ABI/testing/sysfs-devices-system-cpu). Raspberry Pi: the
bits of `get_throttled` that say what holds now. Cards tell through NVML, as a warning of their energy reading.
"""

import contextlib
from functools import cached_property
from pathlib import Path

from agents.fingerprint import SYS

THROTTLED = "throttled"
"""The warning of an energy reading whose device was slowed within the window."""

_X86 = "devices/system/cpu/cpu[0-9]*/thermal_throttle/*_throttle_count"
_PI = "devices/platform/soc/soc:firmware/get_throttled"
_PI_NOW = 0b1111  # under-voltage, clock capped, throttled, soft temperature limit


class ThrottleCounts:
    """`sys_root` is another tree in tests."""

    def __init__(self, sys_root: Path = SYS) -> None:
        self._sys_root = sys_root

    def read(self) -> int | None:
        """How often so far; only a difference means anything. `None` where nothing here would tell."""
        if not self._counters:
            return None
        counts = [count for path in self._counters if (count := _number(path)) is not None]
        return sum(counts) if len(counts) == len(self._counters) else None

    def holds_now(self) -> bool:
        """Whether the board's firmware says so at this moment."""
        flags = _number(self._sys_root / _PI)
        return flags is not None and bool(flags & _PI_NOW)

    @cached_property
    def _counters(self) -> tuple[Path, ...]:
        return tuple(sorted(self._sys_root.glob(_X86)))


def _number(path: Path) -> int | None:
    with contextlib.suppress(OSError, ValueError):
        text = path.read_text(encoding="ascii").strip()
        return int(text, 16 if path.name == "get_throttled" else 10)
    return None
