"""Memory of the measuring process: its peak, and the cap on what a model may take."""

import contextlib
import resource
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil

_STATUS = Path("/proc/self/status")
_CLEAR_REFS = Path("/proc/self/clear_refs")
_KEPT_FREE = 0.1  # of what is available, for the rest of the machine


class PeakMemory:
    """Resident bytes that were added at the highest point since it was made; `None` where the kernel does not say."""

    def __init__(self) -> None:
        self._before: int | None = None
        with contextlib.suppress(OSError):
            _CLEAR_REFS.write_text("5", encoding="ascii")  # proc(5): resets the high-water mark
            self._before = status_bytes("VmRSS")

    def added_bytes(self) -> int | None:
        peak = status_bytes("VmHWM")
        if self._before is None or peak is None or peak <= self._before:
            return None
        return peak - self._before


def status_bytes(name: str) -> int | None:
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in _STATUS.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) * 1024
    return None


class MemoryCap:
    """Refuses this process more than what it has now and `granted_bytes` beyond it.

    RLIMIT_DATA counts private writable memory, so what ONNX Runtime allocates but not the libraries and files that it
    maps (RLIMIT_AS would, and with them address space that glibc reserves per thread and never touches). Never more
    than nine tenths of what the machine has available: a refused allocation is an answer, a swapping machine is none.
    Where the kernel has no such count there is no cap.
    """

    def __init__(self, allowed_bytes: int) -> None:
        self.granted_bytes = min(allowed_bytes, int(psutil.virtual_memory().available * (1 - _KEPT_FREE)))
        self._base_bytes = status_bytes("VmData")
        self._before = resource.getrlimit(resource.RLIMIT_DATA)

    def apply(self) -> None:
        _, hard = self._before
        if sys.platform == "linux" and self._base_bytes is not None:
            limit = self._base_bytes + self.granted_bytes
            resource.setrlimit(resource.RLIMIT_DATA, (limit if hard < 0 else min(limit, hard), hard))

    def lift(self) -> None:
        resource.setrlimit(resource.RLIMIT_DATA, self._before)

    @contextlib.contextmanager
    def not_for_us(self) -> Iterator[None]:
        """What is allocated inside is the agent's own, and does not count against the model."""
        before = status_bytes("VmData") or 0
        self.lift()
        try:
            yield
        finally:
            if self._base_bytes is not None:
                self._base_bytes += max(0, (status_bytes("VmData") or 0) - before)
            self.apply()
