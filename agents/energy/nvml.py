"""NVIDIA GPUs through NVML: the cumulative energy counter, or integrated power where a card has none.

The counter (mJ, Volta and later) steps every 20 to 100 ms: with a 20 ms step a 10 ms window read 278 W for a true
150 W. So windows under 2 s are refused and windows under 10 s flagged.
"""

import contextlib
import time
from collections.abc import Iterator
from typing import Any

from agents.energy.base import SourceError, reading
from agents.sampling import PowerSampler
from leaderboard.protocol import (
    DeviceInfo,
    DeviceKind,
    EnergyMethod,
    EnergyReading,
    EnergySourceInfo,
    MissingReason,
    Provenance,
    Scope,
)

REFUSED_UNDER_S = 2.0
FLAGGED_UNDER_S = 10.0

_COUNTER_STEP_S = 0.1
_SAMPLE_PERIOD_S = 0.05
_FEWEST_SAMPLES = 10


class NvmlSource:
    """The energy of one card; `info.method` says whether its counter is read or its power integrated."""

    def __init__(self, info: EnergySourceInfo, index: int) -> None:
        self.info = info
        self._index = index
        self._handle: Any = None
        self._started_ns = 0
        self._before_mj: int | None = None
        self._sampler = PowerSampler(self._power_w, _SAMPLE_PERIOD_S)

    def prepare(self) -> None:
        import pynvml

        try:
            pynvml.nvmlInit()
            self._handle = pynvml.nvmlDeviceGetHandleByIndex(self._index)
        except pynvml.NVMLError as error:
            raise SourceError(f"nvml: {error}") from error

    def start(self) -> None:
        self._started_ns = time.monotonic_ns()
        if self.info.method is EnergyMethod.COUNTER_DIFFERENCE:
            self._before_mj = _energy_mj(self._handle)
        else:
            self._sampler.start()

    def stop(self) -> EnergyReading:
        answer = self._stop_counter if self.info.method is EnergyMethod.COUNTER_DIFFERENCE else self._stop_sampler
        return answer()

    def close(self) -> None:
        import pynvml

        with contextlib.suppress(pynvml.NVMLError):
            pynvml.nvmlShutdown()

    def _stop_counter(self) -> EnergyReading:
        before_mj, after_mj = self._before_mj, _energy_mj(self._handle)
        seconds = self._seconds()
        if before_mj is None or after_mj is None:
            return reading(self.info, seconds=seconds, joules=None, missing=MissingReason.FAILED)
        raw = (before_mj / 1e3, after_mj / 1e3)
        missing = _refusal(seconds)
        if after_mj < before_mj:
            missing = MissingReason.COUNTER_WENT_BACKWARDS
        joules = None if missing else (after_mj - before_mj) / 1e3
        return reading(
            self.info,
            seconds=seconds,
            joules=joules,
            missing=missing,
            samples=2,
            warnings=_flags(seconds),
            counters_j=raw,
        )

    def _stop_sampler(self) -> EnergyReading:
        trace = self._sampler.stop()
        seconds = self._seconds()
        missing = _refusal(seconds)
        if len(trace.times_s) < _FEWEST_SAMPLES:
            missing = missing or MissingReason.TOO_FEW_SAMPLES
        joules = None if missing else trace.joules()
        samples = len(trace.times_s)
        return reading(
            self.info, seconds=seconds, joules=joules, missing=missing, samples=samples, warnings=_flags(seconds)
        )

    def _seconds(self) -> float:
        return (time.monotonic_ns() - self._started_ns) / 1e9

    def _power_w(self) -> float | None:
        return _power_w(self._handle)


def absent() -> EnergySourceInfo | None:
    """Why NVML is of no use here; `None` where it answers for at least one card."""
    import pynvml

    why = "the driver answers, and finds no card"
    try:
        with _session():
            if pynvml.nvmlDeviceGetCount() > 0:
                return None
    except pynvml.NVMLError_LibraryNotFound:
        why = "libnvidia-ml.so.1 is not here: this machine has no NVIDIA driver"
    except pynvml.NVMLError as error:
        why = f"the driver does not answer: {error}"
    fix = "nothing to do without an NVIDIA GPU; with one, install its driver"
    return _info(EnergyMethod.COUNTER_DIFFERENCE, "", why, fix)


def devices() -> tuple[DeviceInfo, ...]:
    """One device per card that the driver names; none where there is no driver."""
    import pynvml

    try:
        with _session():
            return tuple(_device(index) for index in range(pynvml.nvmlDeviceGetCount()))
    except pynvml.NVMLError:
        return ()


def sources(device_key: str) -> list[NvmlSource]:
    """The source of the card `gpuN`; empty where the card or its readings are not there."""
    return [
        NvmlSource(info, index)
        for index, device in enumerate(devices())
        if device.key == device_key
        for info in device.energy_sources
        if info.present
    ]


def _device(index: int) -> DeviceInfo:
    import pynvml

    handle = pynvml.nvmlDeviceGetHandleByIndex(index)
    memory_bytes = None
    with contextlib.suppress(pynvml.NVMLError):
        memory_bytes = int(pynvml.nvmlDeviceGetMemoryInfo(handle).total)
    facts = {"driver": _text(pynvml.nvmlSystemGetDriverVersion())}
    with contextlib.suppress(pynvml.NVMLError):
        facts["uuid"] = _text(pynvml.nvmlDeviceGetUUID(handle))
    return DeviceInfo(
        key=f"gpu{index}",
        kind=DeviceKind.GPU,
        name=_text(pynvml.nvmlDeviceGetName(handle)),
        vendor="NVIDIA",
        memory_bytes=memory_bytes,
        energy_sources=(_source_info(handle),),
        facts=facts,
    )


def _source_info(handle: Any) -> EnergySourceInfo:
    detail = "the whole card, also where it is shared" if _mig_enabled(handle) else ""
    if _energy_mj(handle) is not None:
        return _info(EnergyMethod.COUNTER_DIFFERENCE, detail or "energy counter of the card")
    if _power_w(handle) is not None:
        return _info(EnergyMethod.POWER_INTEGRAL, detail or "power of the card, sampled at 20 Hz")
    why = "the card reports neither energy nor power"
    return _info(EnergyMethod.COUNTER_DIFFERENCE, "", why, "attach a wall meter")


def _info(method: EnergyMethod, detail: str, why: str | None = None, fix: str | None = None) -> EnergySourceInfo:
    return EnergySourceInfo(
        key="nvml",
        scope=Scope.ACCELERATOR,
        provenance=Provenance.COUNTER,
        method=method,
        present=why is None,
        detail=detail,
        why_absent=why,
        fix=fix,
        resolution_s=_COUNTER_STEP_S if method is EnergyMethod.COUNTER_DIFFERENCE else _SAMPLE_PERIOD_S,
    )


def _energy_mj(handle: Any) -> int | None:
    import pynvml

    try:
        return int(pynvml.nvmlDeviceGetTotalEnergyConsumption(handle))
    except pynvml.NVMLError:
        return None


def _power_w(handle: Any) -> float | None:
    import pynvml

    try:
        return float(pynvml.nvmlDeviceGetPowerUsage(handle)) / 1e3
    except pynvml.NVMLError:
        return None


def _mig_enabled(handle: Any) -> bool:
    import pynvml

    try:
        return bool(pynvml.nvmlDeviceGetMigMode(handle)[0])
    except pynvml.NVMLError:
        return False


def _refusal(seconds: float) -> MissingReason | None:
    return MissingReason.WINDOW_TOO_SHORT if seconds < REFUSED_UNDER_S else None


def _flags(seconds: float) -> tuple[str, ...]:
    return ("short_window",) if seconds < FLAGGED_UNDER_S else ()


@contextlib.contextmanager
def _session() -> Iterator[None]:
    import pynvml

    pynvml.nvmlInit()
    try:
        yield
    finally:
        pynvml.nvmlShutdown()


def _text(value: str | bytes) -> str:
    return (value.decode(errors="replace") if isinstance(value, bytes) else value)[:200]
