"""What is said while a model is measured: how far it is, a line for the log, and what was seen of power."""

import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

from agents.child_messages import Event, PhaseLog
from agents.live_power import Watched
from leaderboard.protocol import LivePower, Phase

Say = Callable[[Event], None]


@dataclass
class Progress:
    """Speaks between two windows, never within one; shares of the way never go back."""

    say: Say
    watched: Watched
    phases: PhaseLog = field(default_factory=PhaseLog)
    furthest: float = 0.0

    def tell(self, phase: Phase, share: float, detail: str) -> None:
        self._say(Event(phase=phase, progress=self._onward(share), detail=detail))

    def log(self, phase: Phase, share: float, line: str) -> None:
        self._say(Event(phase=phase, progress=self._onward(share), detail=line[:200], log=line))

    def _say(self, event: Event) -> None:
        """With what was seen of power in the windows that ended."""
        power = self._power()
        self.phases.saw(event.phase, time.monotonic())
        self.say(event.model_copy(update={"power": power}) if power else event)

    def _power(self) -> LivePower | None:
        try:
            return self.watched.news(self.phases.now, self.phases.origin_s)
        except Exception:  # noqa: BLE001 -- what is shown meanwhile is never worth the measurement
            traceback.print_exc()
            return None

    def _onward(self, share: float) -> float:
        self.furthest = max(self.furthest, share)
        return self.furthest
