"""The heartbeat of one attempt: a thread that carries progress and log to the server, and its orders back."""

import contextlib
import logging
import threading
import time
from enum import StrEnum
from uuid import UUID

from agents.child_process import Event, RunningChild
from agents.client import AgentClient
from agents.errors import RefusedError, StopAgent, UnreachableError
from agents.live_runs import with_news
from leaderboard.protocol import HeartbeatRequest, LivePower, LogChunk, Phase

log = logging.getLogger(__name__)

BEAT_S = 10.0
LISTEN_S = 2.0  # a new phase is told this soon, without the server hearing from us all the time
LOG_MAX_CHARACTERS = 1_000_000
LOG_CHUNK_CHARACTERS = 65536
DETAIL_CHARACTERS = 200
_CUT = "\n... the log is longer than is kept; the rest is left out\n"


class Order(StrEnum):
    """What the server wants done with the attempt."""

    GO_ON = "go on"
    CANCEL = "cancel"
    LET_GO = "let go"  # it is not ours any more
    STOP_AGENT = "stop the agent"


class Pulse:
    """Beats from `start` to `stop`. A server that is away costs nothing but the beat: the measurement goes on."""

    def __init__(self, client: AgentClient, attempt_id: UUID, claim_key: UUID, *, every_s: float = BEAT_S) -> None:
        self._client = client
        self._attempt_id = attempt_id
        self._claim_key = claim_key
        self._every_s = every_s
        self._done = threading.Event()
        self._lock = threading.Lock()
        self._child: RunningChild | None = None
        self._now = Event(phase=Phase.PREPARING, progress=0)
        self._text = ""
        self._offset = 0
        self._told: Phase | None = None
        self._power: LivePower | None = None
        self._power_is_news = False
        self._thread = threading.Thread(target=self._beat_on, name="heartbeat", daemon=True)
        self.order = Order.GO_ON
        self.stopped_by: StopAgent | None = None

    def start(self) -> None:
        self._thread.start()

    def stop(self, *, within_s: float = 1.0) -> None:
        """End the thread; a beat in flight is waited for, but not for longer than `within_s`."""
        self._done.set()
        self._thread.join(within_s)

    def follow(self, child: RunningChild) -> None:
        with self._lock:
            self._child = child

    def say(self, event: Event) -> None:
        with self._lock:
            self._now = event
            self._append(event.log)

    def text(self) -> str:
        """The whole log so far."""
        self._listen()
        with self._lock:
            return self._text

    def beat(self) -> None:
        self._listen()
        with self._lock:
            now, offset = self._now, self._offset
            power = self._power if self._power_is_news else None
            text = self._text[offset : offset + LOG_CHUNK_CHARACTERS]
        request = HeartbeatRequest(
            claim_key=self._claim_key,
            phase=now.phase,
            progress=now.progress,
            detail=now.detail[:DETAIL_CHARACTERS],
            log=LogChunk(offset=offset, text=text) if text else None,
            power=power.model_dump(mode="json") if power else None,
        )
        answer = self._client.heartbeat(self._attempt_id, request)
        if answer.power_refused:
            log.warning("the server leaves live power out: %s", answer.power_refused)
        with self._lock:
            self._told = now.phase
            self._power_is_news = self._power is not power and self._power_is_news
            self._offset = min(max(answer.log_offset, 0), len(self._text))
        if answer.cancel:
            self.order = Order.CANCEL

    def send_rest(self) -> None:
        """Send what the server has not yet seen of the log, if it can be reached and still wants it."""
        sent = -1
        with contextlib.suppress(UnreachableError, RefusedError, StopAgent):
            while sent < self._offset < len(self.text()):
                sent = self._offset
                self.beat()

    def _beat_on(self) -> None:
        beaten_at = time.monotonic()
        while not self._done.wait(min(LISTEN_S, self._every_s)) and self.order is Order.GO_ON:
            try:
                if self._has_news() or time.monotonic() - beaten_at >= self._every_s:
                    beaten_at = time.monotonic()
                    self.beat()
            except UnreachableError as error:
                self._told = self._now.phase  # said again at the next beat, not at once
                log.warning("heartbeat: %s", error)
            except RefusedError as refused:
                log.warning("attempt %s is not ours any more: %s", self._attempt_id, refused)
                self.order = Order.LET_GO
            except StopAgent as stop:
                self.stopped_by, self.order = stop, Order.STOP_AGENT
            except Exception:
                # The measurement is worth more than its heartbeat: the lease can pass and still be extended.
                log.exception("heartbeat of %s", self._attempt_id)

    def _has_news(self) -> bool:
        self._listen()
        with self._lock:
            return self._now.phase != self._told

    def _listen(self) -> None:
        with self._lock:
            for event in self._child.events() if self._child else ():
                self._now = event
                self._append(event.log)
                if event.power is not None:
                    self._power, self._power_is_news = with_news(self._power, event.power), True

    def _append(self, line: str) -> None:
        if not line or len(self._text) >= LOG_MAX_CHARACTERS:
            return
        # A NUL is no text for a database.
        self._text += line.rstrip("\n").replace("\0", "\ufffd") + "\n"
        if len(self._text) >= LOG_MAX_CHARACTERS:
            self._text = self._text[: LOG_MAX_CHARACTERS - len(_CUT)] + _CUT
