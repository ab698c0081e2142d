"""Waiting between tries: longer each time, never in step with the other agents, and cut short by a stop."""

import random
import threading

FIRST_S = 0.5
CAP_S = 60.0


class Backoff:
    def __init__(self, stop: threading.Event, *, cap_s: float = CAP_S, believed_s: float | None = None) -> None:
        """`believed_s` is the longest time a server may ask for; without it that is the cap, `cap_s`."""
        self._stop = stop
        self._cap_s = cap_s
        self._believed_s = cap_s if believed_s is None else believed_s
        self._failures = 0
        # Of its own: a thread that waits must not move the generator that somebody else has seeded.
        self._random = random.Random()

    def next_delay_s(self, at_least_s: float | None = None) -> float:
        """Half fixed, half chance; `at_least_s` is what the server asked for, as far as it is believed."""
        ceiling_s = min(self._cap_s, FIRST_S * 2 ** min(self._failures, 16))
        self._failures += 1
        return max(self._random.uniform(ceiling_s / 2, ceiling_s), min(at_least_s or 0, self._believed_s))

    def pause(self, at_least_s: float | None = None) -> bool:
        """Wait for the next try; False when the agent is to stop instead."""
        return not self._stop.wait(self.next_delay_s(at_least_s))

    def reset(self) -> None:
        self._failures = 0
