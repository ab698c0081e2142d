"""The Raspberry Pi 5's power chip: volts times amperes of every rail that it measures, asked of the firmware.

`vcgencmd pmic_read_adc` prints a line per channel, `VDD_CORE_A current(7)=1.08053000A` and
`VDD_CORE_V volt(15)=0.72178200V`; a rail is what has both. The sum leaves out what no channel measures: the 5 V that
USB devices, fans and HATs take directly, and the losses of the chip's own converters. EXT5V has a voltage and no
current, so the board's input power is not known: the sum compares a board with itself, and lies under a wall meter.

A call starts a process of some milliseconds, so it is made twice a second and in a thread of its own.
"""

import re
import shutil
import subprocess

from agents.energy.base import RawTrace, SourceError, reading
from agents.energy.polling import Poller
from agents.energy.windows import power_fault, power_j, sampled_too_seldom, stands_still
from agents.sampling import Row, Series
from leaderboard.protocol import (
    EnergyMethod,
    EnergyReading,
    EnergySourceInfo,
    MissingReason,
    Provenance,
    Scope,
    TraceKind,
)

VCGENCMD = "vcgencmd"
KEY = "pmic"
REFUSED_UNDER_S = 2.0

_CHANNEL = re.compile(r"(\w+)_(?:A current|V volt)\(\d+\)=(\d+\.\d+)([AV])")
_SAMPLE_PERIOD_S = 0.5
_TIMEOUT_S = 2.0
_HIGHEST_W = 100.0  # of a Pi, whose supply gives 27 W


class PmicSource:
    """All rails together, sampled and integrated."""

    window_s = 0.0

    def __init__(self, info: EnergySourceInfo, command: str) -> None:
        self.info = info
        self._command = command
        self._poller = Poller(self._read, _SAMPLE_PERIOD_S)
        self._power = Series((), (), at_ends=False)

    def prepare(self) -> None:
        try:
            board_power_w(self._command)
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            raise SourceError(f"{self.info.key}: {why(error)}") from error
        self._poller.open()

    def start(self) -> None:
        self._poller.start()

    def stop(self) -> EnergyReading:
        samples = self._poller.stop()
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
        return (RawTrace(TraceKind.POWER_W, self._power, part="all rails"),) if self._power.values else ()

    def close(self) -> None:
        self._poller.close()

    def _fault(self, seconds: float) -> MissingReason | None:
        if seconds < REFUSED_UNDER_S:
            return MissingReason.WINDOW_TOO_SHORT
        fault = power_fault(self._power, seconds, _SAMPLE_PERIOD_S)
        fault = fault or sampled_too_seldom(self._power, seconds, _SAMPLE_PERIOD_S)
        # A dozen rails, each in steps of a milliampere and less, do not add up to the same for a whole window.
        return fault or (MissingReason.SENSOR_STOPPED if stands_still(self._power, seconds) else None)

    def _read(self) -> Row:
        try:
            return (board_power_w(self._command),)
        except (OSError, ValueError, subprocess.SubprocessError):
            return (None,)


def board_power_w(command: str = VCGENCMD) -> float:
    """Raises OSError or SubprocessError where the command does not work, ValueError where it says nothing usable."""
    done = subprocess.run(
        [command, "pmic_read_adc"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
        text=True,
        errors="replace",
        timeout=_TIMEOUT_S,
    )
    watts = sum(powers_w(done.stdout).values())
    if not 0 < watts <= _HIGHEST_W:
        raise ValueError(f"the rails add up to {watts:g} W, which no Pi draws")
    return watts


def powers_w(text: str) -> dict[str, float]:
    """Power of each rail that has both channels. Raises ValueError where one is named twice or none has both."""
    channels: dict[tuple[str, str], float] = {}
    for rail, number, unit in _CHANNEL.findall(text):
        if (rail, unit) in channels:
            raise ValueError(f"{rail} is in the output twice")
        channels[rail, unit] = float(number)
    powers = {
        rail: channels[rail, "V"] * amperes
        for (rail, unit), amperes in channels.items()
        if unit == "A" and (rail, "V") in channels
    }
    if not powers:
        raise ValueError("no rail with volts and amperes is in the output")
    return powers


def probe(command: str = VCGENCMD) -> EnergySourceInfo:
    if shutil.which(command) is None:
        return _describe("", f"{command} is not here", "nothing to do unless this is a Raspberry Pi 5")
    try:
        board_power_w(command)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        fix = "only a Pi 5 has this chip; on one, add the agent's user to the group video: sudo usermod -aG video USER"
        return _describe("", why(error), fix)
    return _describe("the measured rails of the board at 2 Hz; without USB and HAT power and conversion losses")


def sources(command: str = VCGENCMD) -> list[PmicSource]:
    info = probe(command)
    return [PmicSource(info, command)] if info.present else []


def why(error: Exception) -> str:
    if isinstance(error, subprocess.TimeoutExpired):
        return f"pmic_read_adc gave no answer within {_TIMEOUT_S:g} s"
    if isinstance(error, subprocess.CalledProcessError):
        return f"pmic_read_adc ended with code {error.returncode}: {(error.stderr or error.stdout or '').strip()[:100]}"
    return str(error)


def _describe(detail: str, why_absent: str | None = None, fix: str | None = None) -> EnergySourceInfo:
    return EnergySourceInfo(
        key=KEY,
        scope=Scope.SOC,
        provenance=Provenance.MEASURED,
        method=EnergyMethod.POWER_INTEGRAL,
        present=why_absent is None,
        detail=detail,
        why_absent=why_absent,
        fix=fix,
        resolution_s=_SAMPLE_PERIOD_S,
    )
