"""A wall meter on the network: everything that the machine draws, scope `wall`.

Its power is integrated over the actual sample times, or its counter read at both ends, as its entry in `meters.json`
says; whichever is not the value is the witness beside it. A plug tells a new number about once a second, so a repeat
takes 60 s for it: at either end one second of 60 may belong to what was before.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from agents.energy.base import RawTrace, SourceError, reading
from agents.energy.meter_reading import MeterError, MeterReader, layout_of
from agents.energy.polling import STALE_PERIODS, Poller
from agents.energy.windows import (
    FEWEST_SAMPLES,
    counted_j,
    power_fault,
    power_j,
    sampled_too_seldom,
    steps,
    warnings_of_both,
)
from agents.errors import UserError
from agents.meters import Meter
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

KEY = "meter"
REFUSED_UNDER_S = 2.0


class HttpMeterSource:
    def __init__(self, info: EnergySourceInfo, meter: Meter) -> None:
        self.info = info
        self.window_s = meter.window_s
        self._period_s = meter.period_s
        self._reader = MeterReader(meter)
        self._poller = Poller(self._reader.read, meter.period_s)
        self._power = self._counter = Series((), (), at_ends=False)

    def prepare(self) -> None:
        try:
            self._reader.unlock()
            self._reader.ask()
        except (UserError, MeterError) as error:
            raise SourceError(f"{self.info.key}: {error}") from error
        self._poller.open()

    def start(self) -> None:
        self._poller.start()

    def stop(self) -> EnergyReading:
        samples = self._poller.stop()
        seconds = samples.times_s[-1] - samples.times_s[0]
        self._power, self._counter = samples.column(0), samples.column(1)
        missing = MissingReason.WINDOW_TOO_SHORT if seconds < REFUSED_UNDER_S else self._fault(seconds)
        value = self._counter if self._counts else self._power
        return reading(
            self.info,
            seconds=seconds,
            joules=None if missing else self._joules(),
            missing=missing,
            samples=len(value.values),
            warnings=self._warnings(seconds, missing),
            counters_j=(self._counter.values[0], self._counter.values[-1]) if self._counter.at_ends else None,
        )

    def traces(self) -> tuple[RawTrace, ...]:
        power, counter = RawTrace(TraceKind.POWER_W, self._power), RawTrace(TraceKind.COUNTER_J, self._counter)
        return tuple(trace for trace in (power, counter) if trace.series.values)

    def close(self) -> None:
        self._poller.close()

    @property
    def _counts(self) -> bool:
        return self.info.method is EnergyMethod.COUNTER_DIFFERENCE

    def _joules(self) -> float:
        return counted_j(self._counter, None) if self._counts else power_j(self._power)

    def _fault(self, seconds: float) -> MissingReason | None:
        return self._counter_fault(seconds) if self._counts else self._power_fault(seconds)

    def _power_fault(self, seconds: float) -> MissingReason | None:
        return power_fault(self._power, seconds, self._period_s) or self._too_few(self._power, seconds)

    def _counter_fault(self, seconds: float) -> MissingReason | None:
        if not self._counter.at_ends:
            return MissingReason.SENSOR_STOPPED
        moved = steps(self._counter)
        if any(step_j < 0 for step_j in moved):
            return MissingReason.COUNTER_WENT_BACKWARDS
        if not moved:
            return MissingReason.SENSOR_STOPPED
        # Each end may be off by one step, so ten of them are known to a tenth.
        if len(moved) < FEWEST_SAMPLES:
            return MissingReason.TOO_FEW_SAMPLES
        return self._too_few(self._counter, seconds)

    def _too_few(self, series: Series, seconds: float) -> MissingReason | None:
        if series.longest_gap_s() > max(STALE_PERIODS * self._period_s, 1.0):
            return MissingReason.TOO_FEW_SAMPLES
        return sampled_too_seldom(series, seconds, self._period_s)

    def _warnings(self, seconds: float, missing: MissingReason | None) -> tuple[str, ...]:
        told = ["short_window"] if seconds < self.window_s else []
        witnessed = missing is None and not self._power_fault(seconds) and not self._counter_fault(seconds)
        if witnessed and (integral_j := power_j(self._power)) > 0:
            told += warnings_of_both(counted_j(self._counter, None), integral_j)
        return tuple(told)


@dataclass(frozen=True)
class Probed:
    """What each of the operator's meters said when it was asked."""

    meters: Mapping[str, Meter]
    infos: Mapping[str, EnergySourceInfo]

    def behind(self, device_key: str) -> tuple[EnergySourceInfo, ...]:
        """The meters that power this device."""
        return tuple(self.infos[name] for name, meter in self.meters.items() if _powers(meter, device_key))


def probe(meters: Mapping[str, Meter]) -> Probed:
    """Ask each meter once, all at the same time: present is what answers now."""
    if not meters:
        return Probed(meters, {})
    with ThreadPoolExecutor(max_workers=len(meters)) as pool:
        return Probed(meters, dict(zip(meters, pool.map(_info, *zip(*meters.items(), strict=True)), strict=True)))


def absent() -> EnergySourceInfo:
    """What stands in the list of a machine without a meter."""
    why = "no wall meter is named in the agent's meters.json"
    fix = "plug the machine into a meter with an HTTP interface and name it there; docs/operations.md says how"
    return _describe(KEY, EnergyMethod.POWER_INTEGRAL, "", why, fix)


def sources(meters: Mapping[str, Meter], device_key: str) -> list[HttpMeterSource]:
    """Not asked here: one that does not answer says so when it is prepared, and that is told with the result."""
    return [
        HttpMeterSource(_describe(f"{KEY}-{name}", method_of(meter), _detail(meter), period_s=meter.period_s), meter)
        for name, meter in meters.items()
        if _powers(meter, device_key)
    ]


def method_of(meter: Meter) -> EnergyMethod:
    tells_power = layout_of(meter).power_path is not None
    reads_power = tells_power if meter.kind == "json" else meter.read == "power"
    return EnergyMethod.POWER_INTEGRAL if reads_power else EnergyMethod.COUNTER_DIFFERENCE


def _powers(meter: Meter, device_key: str) -> bool:
    return meter.powers is None or device_key in meter.powers


def _detail(meter: Meter) -> str:
    what = "power" if method_of(meter) is EnergyMethod.POWER_INTEGRAL else "energy counter"
    return f"{meter.kind}: {what} of everything behind the meter, every {meter.period_s:g} s"


def _info(name: str, meter: Meter) -> EnergySourceInfo:
    why = fix = None
    reader = MeterReader(meter)
    try:
        reader.unlock()
        reader.ask()
    except (UserError, MeterError) as error:
        why, fix = str(error), f"check the entry {name!r} in the agent's meters.json, and the meter itself"
    return _describe(f"{KEY}-{name}", method_of(meter), _detail(meter), why, fix, period_s=meter.period_s)


def _describe(
    key: str,
    method: EnergyMethod,
    detail: str,
    why: str | None = None,
    fix: str | None = None,
    *,
    period_s: float = 1.0,
) -> EnergySourceInfo:
    return EnergySourceInfo(
        key=key,
        scope=Scope.WALL,
        provenance=Provenance.MEASURED,
        method=method,
        present=why is None,
        detail=detail,
        why_absent=why,
        fix=fix,
        resolution_s=period_s,
    )
