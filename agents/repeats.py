"""The timed repeats of a model: until they are stable, with pauses to cool down, and once more where other work was in
the way.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from agents.child_messages import MeasureOrder
from agents.cooling import Cooldown, thermometer_of
from agents.energy.base import EnergySource
from agents.guard import Guard
from agents.progress import Progress
from agents.steadiness import series_warnings
from agents.timing import Timed, interval_share, repeat_seconds, timed_repeat, verdict
from agents.workloads.base import Workload
from leaderboard.protocol import GuardVerdict, MeasuringProtocol, Phase, Thermal

WARM, TIMED = 0.45, 0.75
"""Where the repeats begin and end on the way of a measurement from 0 to 1."""
_SHARE_FOR_REPEATS = 0.8  # of the time that is left; pauses to cool down and the last idle window take the rest


@dataclass
class Repeats:
    """What is odd about the repeats is added to `warnings`, which are those of the measurement."""

    order: MeasureOrder
    guard: Guard
    progress: Progress
    warnings: list[str]
    cooldown: Cooldown | None = None

    @property
    def protocol(self) -> MeasuringProtocol:
        return self.order.spec.protocol

    def thermal(self) -> Thermal | None:
        return self.cooldown.thermal() if self.cooldown else None

    def timed(self, workload: Workload, sources: Sequence[EnergySource]) -> tuple[list[Timed], bool]:
        """A series of repeats; a disturbed one is measured once more if there is time, and then stands as it is."""
        timed, stable = self._series(workload, sources)
        enough_left = self._left_s() * _SHARE_FOR_REPEATS >= sum(one.repeat.seconds for one in timed)
        if verdict(timed) in (GuardVerdict.NOISY, GuardVerdict.REJECTED) and enough_left:
            self.progress.log(Phase.MEASURING, WARM, "other work disturbed the repeats: measuring once more")
            timed, stable = self._series(workload, sources)
        if not stable:
            self.warnings.append("unstable")
        self.warnings += series_warnings([one.repeat for one in timed])
        return timed, stable

    def _series(self, workload: Workload, sources: Sequence[EnergySource]) -> tuple[list[Timed], bool]:
        protocol = self.protocol
        min_s = repeat_seconds(protocol, sources)
        timed: list[Timed] = []
        stable = False
        most = most_repeats(protocol, min_s, self._left_s())
        while not stable and len(timed) < most:
            self._cool_down(len(timed) + 1)
            timed.append(
                timed_repeat(
                    lambda: workload.window(protocol.repeat_min_calls, min_s),
                    workload.batch,
                    self.guard,
                    sources,
                    workload.streamed,
                )
            )
            self._say_repeat(timed, most)
            enough = len(timed) >= protocol.repeats
            stable = enough and interval_share([one.repeat for one in timed]) < protocol.stable_share
        return timed, stable

    def _left_s(self) -> float:
        now = time.monotonic()
        return self.order.spec.limits.wall_s - (now - (self.progress.phases.origin_s or now))

    def _cool_down(self, number: int) -> None:
        """Before every repeat; what it waits for is the temperature at the first one's start."""
        if self.cooldown is None:
            spec = self.order.spec
            thermometer = thermometer_of(spec.device_key)
            self.cooldown = Cooldown(thermometer, self.protocol, spec.limits.wall_s)
            if thermometer is None:
                self.progress.log(Phase.MEASURING, WARM, "no temperature can be read here: no pauses to cool down")
        if waited_s := self.cooldown.before_repeat():
            self.progress.log(Phase.MEASURING, WARM, f"cooled down for {waited_s:.0f} s before repeat {number}")

    def _say_repeat(self, timed: Sequence[Timed], most: int) -> None:
        """With how many there are to be; that is more than the least only where they are not stable by then."""
        number, least = len(timed), self.protocol.repeats
        of = f"{least}" if number <= least else f"at most {most}"
        line = f"repeat {number} of {of}: {timed[-1].in_words()}"
        share = min(1.0, number / self.protocol.repeats)
        self.progress.log(Phase.MEASURING, WARM + share * (TIMED - WARM), line)


def most_repeats(protocol: MeasuringProtocol, min_s: float, left_s: float) -> int:
    """How many repeats a series may have: no more than the time that is left allows, and never fewer than it needs."""
    fitting = int(_SHARE_FOR_REPEATS * left_s / min_s) if min_s > 0 else protocol.repeats_max
    return max(protocol.repeats, min(protocol.repeats_max, fitting))
