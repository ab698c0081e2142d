"""NVIDIA GPUs through NVML: the cumulative energy counter, or integrated power where a card has none.

The counter (mJ, Volta and later) steps every 20 to 100 ms: with a 20 ms step a 10 ms window read 278 W for a true
150 W. So windows under 2 s are refused and windows under 10 s flagged.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

from agents.energy.base import RawTrace, SourceError, reading
from agents.energy.nvml_watch import CardWatch, IsOurs, is_own
from agents.energy.windows import counted_j, counter_fault, power_fault, power_j, warnings_of_both
from agents.sampling import Sampler, Series
from leaderboard.protocol import (
    DeviceInfo,
    DeviceKind,
    EnergyMethod,
    EnergyReading,
    EnergySourceInfo,
    MissingReason,
    Provenance,
    Scope,
    TraceKind,
)

REFUSED_UNDER_S = 2.0
FLAGGED_UNDER_S = 10.0

_COUNTER_STEP_S = 0.1
_SAMPLE_PERIOD_S = 0.05
_READS_PER_LOOK = 20  # what else goes on on the card is asked once a second


class NvmlSource:
    """The energy of one card; `info.method` says whether its counter is read or its power integrated.

    Both are sampled where the card has both: the one that is not the value is the witness beside it.
    """

    window_s = 0.0

    def __init__(self, info: EnergySourceInfo, index: int, is_ours: IsOurs = is_own) -> None:
        self.info = info
        self._index = index
        self._handle: Any = None
        self._read_power_w = _power_w
        self._watch = CardWatch(_READS_PER_LOOK, is_ours)
        self._sampler = Sampler(self._read, _SAMPLE_PERIOD_S)
        self._counter = self._power = Series((), (), at_ends=False)

    def prepare(self) -> None:
        import pynvml

        try:
            pynvml.nvmlInit()
            self._handle = pynvml.nvmlDeviceGetHandleByIndex(self._index)
        except pynvml.NVMLError as error:
            raise SourceError(f"nvml: {error}") from error
        # Power of the moment where the card tells it; the older call is a mean over a second on newer cards.
        self._read_power_w = _power_w if _instant_power_w(self._handle) is None else _instant_power_w

    def start(self) -> None:
        self._watch.start()
        self._sampler.start()

    def stop(self) -> EnergyReading:
        samples = self._sampler.stop()
        seconds = samples.times_s[-1] - samples.times_s[0]
        self._counter, self._power = samples.column(0), samples.column(1)
        missing = MissingReason.WINDOW_TOO_SHORT if seconds < REFUSED_UNDER_S else self._fault(seconds)
        return reading(
            self.info,
            seconds=seconds,
            joules=None if missing else self._joules(),
            missing=missing,
            samples=len(self._counter.values if self._counts else self._power.values),
            warnings=self._warnings(seconds, missing),
            counters_j=(self._counter.values[0], self._counter.values[-1]) if self._counter.at_ends else None,
        )

    def traces(self) -> tuple[RawTrace, ...]:
        counter, power = RawTrace(TraceKind.COUNTER_J, self._counter), RawTrace(TraceKind.POWER_W, self._power)
        return tuple(trace for trace in (counter, power) if trace.series.values)

    def close(self) -> None:
        import pynvml

        with contextlib.suppress(pynvml.NVMLError):
            pynvml.nvmlShutdown()

    @property
    def _counts(self) -> bool:
        return self.info.method is EnergyMethod.COUNTER_DIFFERENCE

    def _fault(self, seconds: float) -> MissingReason | None:
        return counter_fault(self._counter) if self._counts else power_fault(self._power, seconds)

    def _joules(self) -> float:
        return counted_j(self._counter, None) if self._counts else power_j(self._power)

    def _warnings(self, seconds: float, missing: MissingReason | None) -> tuple[str, ...]:
        told = ["short_window"] if seconds < FLAGGED_UNDER_S else []
        told += self._watch.warnings()
        both = self._counts and missing is None and power_fault(self._power, seconds) is None
        if both and (counter_j := self._joules()) > 0 and (integral_j := power_j(self._power)) > 0:
            told += warnings_of_both(counter_j, integral_j)
        return tuple(told)

    def _read(self) -> tuple[float | None, float | None]:
        self._watch.saw_read(self._handle)
        energy_mj = _energy_mj(self._handle) if self._counts else None
        return None if energy_mj is None else energy_mj / 1e3, self._read_power_w(self._handle)


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


def sources(device_key: str, is_ours: IsOurs = is_own) -> list[NvmlSource]:
    """The source of the card `gpuN`; empty where the card or its readings are not there."""
    return [
        NvmlSource(info, index, is_ours)
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


def _instant_power_w(handle: Any) -> float | None:
    import pynvml

    try:
        (field,) = pynvml.nvmlDeviceGetFieldValues(handle, [pynvml.NVML_FI_DEV_POWER_INSTANT])
    except pynvml.NVMLError:
        return None
    return field.value.uiVal / 1e3 if field.nvmlReturn == pynvml.NVML_SUCCESS else None


def temperature_c(index: int) -> float | None:
    """The temperature of card `index`; `None` where there is none or it does not say."""
    import pynvml

    try:
        with _session():
            handle = pynvml.nvmlDeviceGetHandleByIndex(index)
            return float(pynvml.nvmlDeviceGetTemperature(handle, pynvml.NVML_TEMPERATURE_GPU))
    except pynvml.NVMLError:
        return None


def _mig_enabled(handle: Any) -> bool:
    import pynvml

    try:
        return bool(pynvml.nvmlDeviceGetMigMode(handle)[0])
    except pynvml.NVMLError:
        return False


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
