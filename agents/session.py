"""One life of the agent towards the server: the sync that begins it, and what earlier lives left unsettled."""

import logging
import threading
import time
from datetime import UTC, datetime

from agents.backoff import Backoff
from agents.child_process import end_leftover
from agents.client import AgentClient
from agents.errors import Exit, RefusedError, StopAgent, UnreachableError
from agents.journal import Entry, Journal, State
from agents.spool import Spool
from leaderboard.protocol import (
    PROTOCOL_VERSION,
    AbandonRequest,
    Code,
    Inventory,
    SyncAnswer,
    SyncRequest,
    SyncVerdict,
)

log = logging.getLogger(__name__)

IDLE_SYNC_S = 60.0
_REASON_CHARACTERS = 4000


class Session:
    """Not for use while an attempt runs: everything the journal holds is taken for unfinished business."""

    def __init__(self, client: AgentClient, journal: Journal, spool: Spool, inventory: Inventory) -> None:
        self._client = client
        self._journal = journal
        self._spool = spool
        self._inventory = inventory
        self._synced_at: float | None = None
        self._one_at_a_time = threading.Lock()
        self.queue = ""

    @property
    def stop(self) -> threading.Event:
        return self._client.stop

    def begin(self) -> bool:
        """End what a killed agent left, then sync until the server answers; False when stopped before it did."""
        for entry in self._journal.open_attempts():
            if entry.child and end_leftover(entry.child.pid, entry.child.pgid, entry.child.start_time):
                log.warning("ended what an earlier agent left running for attempt %s", entry.attempt_id)
        backoff = Backoff(self.stop)
        while not self.stop.is_set():
            try:
                self.sync()
            except UnreachableError as error:
                log.warning("%s; trying again", error)
                backoff.pause(error.retry_after_s)
            else:
                return True
        return False

    def sync(self) -> None:
        """Say what this agent still holds, hear what is to become of it, and do that.

        Raises UnreachableError, or StopAgent when this agent is not wanted.
        """
        with self._one_at_a_time:
            self._sync()

    def _sync(self) -> None:
        answer = self._ask()
        self._client.epoch = answer.session_epoch
        self.queue = answer.queue
        for attempt_id in self._spool.deliver(self._client, self.stop):
            self._journal.forget(attempt_id)
        verdicts = {item.attempt_id: item.verdict for item in answer.attempts}
        waiting = self._spool.attempts()
        for entry in self._journal.open_attempts():
            if entry.attempt_id not in waiting:
                self.give_back(_ended(entry, verdicts.get(entry.attempt_id)))
        self._spool.deliver_files(self._client, self.stop)
        self._synced_at = time.monotonic()

    def keep(self, *, at_most_s: float = IDLE_SYNC_S) -> None:
        """Sync again if the last one is older than that; what an idle agent calls between two polls."""
        if self._synced_at is None or time.monotonic() - self._synced_at >= at_most_s:
            self.sync()

    def give_back(self, entry: Entry, *, tries: int = 1) -> None:
        """Return an attempt to the server; one that cannot be returned now stays in the journal for the next sync."""
        code = entry.code or Code.AGENT_STOPPED
        request = AbandonRequest(claim_key=entry.claim_key, code=code, reason=entry.reason[:_REASON_CHARACTERS])
        try:
            self._client.abandon(entry.attempt_id, request, tries=tries)
        except UnreachableError as error:
            log.warning("attempt %s is given back later: %s", entry.attempt_id, error)
            self._journal.give_back(entry.attempt_id, code, entry.reason)
            return
        except RefusedError as refused:
            log.info("attempt %s was not ours to give back: %s", entry.attempt_id, refused)
        self._journal.forget(entry.attempt_id)

    def _ask(self) -> SyncAnswer:
        spooled = self._spool.attempts()
        running = tuple(e.attempt_id for e in self._journal.open_attempts() if e.attempt_id not in spooled)
        request = SyncRequest(
            protocol_version=PROTOCOL_VERSION,
            session_epoch=self._client.epoch,
            running=running,
            spooled=spooled,
            inventory=self._inventory,
            agent_time=datetime.now(UTC),
        )
        try:
            return self._client.sync(request)
        except RefusedError as refused:
            sentence = f"{self._client.url} refuses this agent: {refused}"
            raise StopAgent(sentence, exit_code=Exit.FAILED_SYSTEM) from None


def _ended(entry: Entry, verdict: SyncVerdict | None) -> Entry:
    """The same entry with why it ends: a measurement cannot be continued by a process that did not begin it."""
    if entry.state is State.GIVING_BACK:
        return entry
    code = Code.CANCELLED if verdict is SyncVerdict.CANCEL else Code.AGENT_STOPPED
    reason = "The agent was stopped before it had finished."
    return Entry(entry.attempt_id, entry.claim_key, State.GIVING_BACK, code=code, reason=reason)
