"""The life of one attempt on this machine: claim, fetch, measure, report. Knows nothing of how tickets arrive."""

import logging
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from agents.cache import BlobCache
from agents.child_messages import ARTEFACT_FOLDER
from agents.child_process import Event, MeasureOrder, RunningChild, spawn
from agents.client import AgentClient
from agents.endpoints import Endpoint, endpoint_named
from agents.errors import GiveBack, NotOurs, RefusedError, StopAgent, UnreachableError, UserError
from agents.journal import Child, Entry, Journal, State
from agents.meters import Meter
from agents.pulse import BEAT_S, Order, Pulse
from agents.session import Session
from agents.spool import Spool, SpooledResult
from leaderboard.protocol import FAILURES, AttemptSpec, BlobRef, Code, FailureKind, Phase, Report, RuntimeName

log = logging.getLogger(__name__)

LOOK_UP_S = 0.5  # how long the sleeping main thread takes to notice a stop or an order of the server
GRACE_S = 2.0
STDERR_TITLE = "--- what the measuring process wrote to stderr last ---"


@dataclass(frozen=True)
class Holdings:
    """What this agent keeps on disk."""

    journal: Journal
    spool: Spool
    cache: BlobCache
    work: Path
    endpoints_path: Path | None = None
    meters: Mapping[str, Meter] = field(default_factory=dict)


class Core:
    """Handles one attempt at a time, on the thread that calls: the measuring child dies with that thread."""

    def __init__(
        self,
        client: AgentClient,
        session: Session,
        holdings: Holdings,
        *,
        start_child: Callable[[MeasureOrder], RunningChild] = spawn,
        beat_s: float = BEAT_S,
    ) -> None:
        self._client = client
        self._session = session
        self._journal = holdings.journal
        self._spool = holdings.spool
        self._cache = holdings.cache
        self._work = holdings.work
        self._meters = holdings.meters
        self._endpoints_path = holdings.endpoints_path
        self._start_child = start_child
        self._beat_s = beat_s

    def handle_attempt(self, attempt_id: UUID) -> None:
        """Turn a ticket into a settled attempt. A ticket that is late, doubled or not for us changes nothing.

        Raises StopAgent when this agent is not wanted any more; the attempt is then the server's to hand out again.
        """
        try:
            claim_key = self._journal.begin(attempt_id)
        except sqlite3.OperationalError as error:
            log.warning("attempt %s waits to be offered again: the journal cannot be written (%s)", attempt_id, error)
            return
        spec = self._claim(attempt_id, claim_key)
        if spec is not None:
            self._journal.claimed(attempt_id)
            self._settle(spec, claim_key)

    def _claim(self, attempt_id: UUID, claim_key: UUID) -> AttemptSpec | None:
        try:
            return self._client.claim(attempt_id, claim_key)
        except RefusedError as refused:
            log.info("attempt %s is not ours: %s", attempt_id, refused)
            self._journal.forget(attempt_id)
        except UnreachableError as error:
            # It may be ours without our knowing: it stays in the journal, and the next sync gives it back.
            log.warning("the claim of %s got no answer: %s", attempt_id, error)
        return None

    def _settle(self, spec: AttemptSpec, claim_key: UUID) -> None:
        pulse = Pulse(self._client, spec.attempt_id, claim_key, every_s=self._beat_s)
        pulse.start()
        try:
            report = self._measure(spec, pulse)
            pulse.stop()
            self._keep(SpooledResult.of(report, claim_key, log=pulse.text()))
        except NotOurs:
            self._journal.forget(spec.attempt_id)
        except StopAgent:
            raise
        except GiveBack as ending:
            self._give_back(spec, claim_key, ending, pulse)
        except Exception as fault:
            # Whatever it was, the server must not wait for this attempt.
            log.exception("attempt %s failed in the agent", spec.attempt_id)
            self._give_back(spec, claim_key, GiveBack(Code.AGENT_ERROR, f"{type(fault).__name__}: {fault}"), pulse)
        else:
            self._send()
        finally:
            pulse.stop()
        if pulse.stopped_by is not None:
            raise pulse.stopped_by

    def _measure(self, spec: AttemptSpec, pulse: Pulse) -> Report:
        order = self._fetch(spec, pulse)
        log.info("attempt %s: measuring %s on %s", spec.attempt_id, spec.model.name, spec.benchmark.slug)
        try:
            child = self._start_child(order)
        except OSError as error:
            raise GiveBack(Code.AGENT_ERROR, f"The measuring process could not be started: {error}") from error
        try:
            self._journal.child_started(spec.attempt_id, Child(child.pid, child.pgid, child.start_time))
            pulse.follow(child)
            report = self._watch(child, pulse)
        finally:
            if child.process.poll() is None:
                _end(child)
        if report.failed is not None:
            pulse.say(_last_words(child, report.failed.code))
            if FAILURES[report.failed.code].kind is not FailureKind.OUTCOME:
                raise GiveBack(report.failed.code, report.failed.message)
        return report

    def _fetch(self, spec: AttemptSpec, pulse: Pulse) -> MeasureOrder:
        needed = frozenset(blob.sha256 for blob in (spec.model.file, spec.benchmark.inputs) if blob is not None)

        def fetch(what: str, blob: BlobRef) -> Path:
            def so_far(share: float) -> None:
                pulse.say(Event(phase=Phase.PREPARING, progress=0, detail=f"fetching the {what} ({share:.0%})"))
                self._check(pulse)

            so_far(0)
            return self._cache.fetch(self._client, blob, on_share=so_far, keep=needed)

        return MeasureOrder(
            spec=spec,
            model_path=None if spec.model.file is None else fetch("model", spec.model.file),
            inputs_path=fetch("items", spec.benchmark.inputs),
            endpoint=self._endpoint(spec),
            work_dir=self._work / str(spec.attempt_id),
            meters=self._meters,
        )

    def _endpoint(self, spec: AttemptSpec) -> Endpoint | None:
        if spec.runtime is not RuntimeName.OPENAI or self._endpoints_path is None:
            return None
        try:
            return endpoint_named(self._endpoints_path, spec.model.reference)
        except UserError as error:
            raise GiveBack(Code.UNHEALTHY, str(error)) from error

    def _watch(self, child: RunningChild, pulse: Pulse) -> Report:
        while (report := child.wait(LOOK_UP_S)) is None:
            self._check(pulse)
        return report

    def _check(self, pulse: Pulse) -> None:
        if pulse.order in (Order.LET_GO, Order.STOP_AGENT):
            raise NotOurs
        if pulse.order is Order.CANCEL:
            raise GiveBack(Code.CANCELLED, "The server asked for it; the measuring process is gone.")
        if self._client.stop.is_set():
            raise GiveBack(Code.AGENT_STOPPED, "The agent was told to stop.")

    def _keep(self, result: SpooledResult) -> None:
        try:
            self._spool.put(result, files=self._work / str(result.attempt_id) / ARTEFACT_FOLDER)
        except OSError as error:
            raise GiveBack(Code.DISK_FULL, f"The result could not be kept: {error.strerror}") from error

    def _send(self) -> None:
        for attempt_id in self._spool.deliver(self._client, self._client.stop):
            log.info("attempt %s: settled", attempt_id)
            self._journal.forget(attempt_id)
        self._spool.deliver_files(self._client, self._client.stop)

    def _give_back(self, spec: AttemptSpec, claim_key: UUID, ending: GiveBack, pulse: Pulse) -> None:
        log.warning("attempt %s is given back (%s): %s", spec.attempt_id, ending.code, ending.reason)
        pulse.stop()
        if not self._client.stop.is_set():
            pulse.send_rest()
        try:
            self._journal.give_back(spec.attempt_id, ending.code, ending.reason)
        except sqlite3.Error:
            log.exception("the journal cannot be written; attempt %s is given back all the same", spec.attempt_id)
        entry = Entry(spec.attempt_id, claim_key, State.GIVING_BACK, code=ending.code, reason=ending.reason)
        self._session.give_back(entry, tries=3)


def _end(child: RunningChild) -> None:
    if not child.end(GRACE_S):
        log.error("the process group %s could not be ended", child.pgid)
    child.wait(1.0)  # lets go of its pipes


def _last_words(child: RunningChild, code: Code) -> Event:
    tail = child.stderr_tail()
    text = f"{FAILURES[code].sentence}\n" + (f"{STDERR_TITLE}\n{tail}" if tail else "")
    return Event(phase=Phase.UPLOADING, progress=1, log=text)
