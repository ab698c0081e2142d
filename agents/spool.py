"""Finished results on disk until the server has them: written before the first send, sent in order, for ever.

The files of an attempt lie in the spool before its result does and are sent after it, so that they hold nothing back;
see `spooled_files`.
"""

import logging
import threading
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from agents.backoff import Backoff
from agents.client import AgentClient
from agents.durable import move_durably, remove_durably, write_durably
from agents.errors import RefusedError, UnreachableError
from agents.spooled_files import SpooledFiles
from leaderboard.protocol import ArtefactName, HeartbeatRequest, LogChunk, Phase, Problem, Report, ResultRequest

log = logging.getLogger(__name__)

LOG_CHUNK_CHARACTERS = 65536


class SpooledResult(BaseModel):
    """Everything that sending takes. `payload` is the report's exact text, fixed here so that a repeat is the same."""

    model_config = ConfigDict(frozen=True)

    attempt_id: UUID
    claim_key: UUID
    payload: str
    log: str = ""
    files: tuple[ArtefactName, ...] = ()

    @classmethod
    def of(cls, report: Report, claim_key: UUID, *, log: str = "") -> "SpooledResult":
        return cls(
            attempt_id=report.attempt_id,
            claim_key=claim_key,
            payload=report.model_dump_json(),
            log=log,
            files=tuple(ref.name for ref in report.artefacts),
        )

    def request(self) -> ResultRequest:
        digest = sha256(self.payload.encode()).hexdigest()
        return ResultRequest(claim_key=self.claim_key, sha256=digest, payload=self.payload)


@dataclass(frozen=True)
class Waiting:
    path: Path
    result: SpooledResult


class Spool:
    """One agent's spool; only its own process writes here."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rejected = folder / "rejected"
        self._rejected.mkdir(mode=0o700, exist_ok=True)
        for part in folder.glob(".*.part"):  # never renamed, so never promised to anybody
            part.unlink()
        self._attempt_files = SpooledFiles(folder, self._rejected)
        self._attempt_files.forget_all_but(self.attempts())

    def put(self, result: SpooledResult, *, files: Path | None = None) -> None:
        """Return once the result would survive a power cut. An attempt that waits already keeps its first result.

        `files` is the folder with the files that the result names; it is taken over.
        """
        if result.attempt_id in self.attempts():
            return
        if files is not None and result.files:
            self._attempt_files.take_over(result.attempt_id, files)
        last = max((int(path.name.partition("-")[0]) for path in self._files()), default=0)
        path = self._folder / f"{last + 1:08}-{result.attempt_id}.json"
        try:
            write_durably(path, result.model_dump_json().encode())
        except OSError:
            # On a disk that is full the files of attempts make room: they are evidence, this is the result.
            if not self._attempt_files.drop_all():
                raise
            write_durably(path, result.model_dump_json().encode())

    def attempts(self) -> tuple[UUID, ...]:
        return tuple(waiting.result.attempt_id for waiting in self.waiting())

    def waiting(self) -> list[Waiting]:
        """Results not yet answered, oldest first; a file that cannot be read is moved aside."""
        found = []
        for path in self._files():
            try:
                found.append(Waiting(path, SpooledResult.model_validate_json(path.read_bytes())))
            except ValidationError:
                self._set_aside(path, Problem(title="The file cannot be read", status=0, code="unreadable"))
        return found

    def deliver(self, client: AgentClient, stop: threading.Event) -> list[UUID]:
        """Send all that waits and return the attempts that are settled. Only a stop ends this before all are."""
        settled = []
        for waiting in self.waiting():
            if not self._deliver_one(client, stop, waiting):
                break
            settled.append(waiting.result.attempt_id)
        return settled

    def deliver_files(self, client: AgentClient, stop: threading.Event) -> None:
        """Send the files of attempts whose result is settled; what the server cannot take now waits for a next call."""
        self._attempt_files.deliver(client, stop)

    def _deliver_one(self, client: AgentClient, stop: threading.Event, waiting: Waiting) -> bool:
        backoff = Backoff(stop)
        while not stop.is_set():
            try:
                _send(client, waiting.result)
            except RefusedError as refused:
                log.warning("the result of %s was refused: %s", waiting.result.attempt_id, refused)
                self._set_aside(waiting.path, refused.problem)
                return True
            except UnreachableError as error:
                log.warning("the result of %s waits: %s", waiting.result.attempt_id, error)
                backoff.pause(error.retry_after_s)
            else:
                self._attempt_files.release(waiting.result.attempt_id, waiting.result.claim_key, waiting.result.files)
                remove_durably(waiting.path)
                return True
        return False

    def _files(self) -> list[Path]:
        return sorted(path for path in self._folder.glob("*.json") if path.name.partition("-")[0].isdecimal())

    def _set_aside(self, path: Path, problem: Problem) -> None:
        reason = self._rejected / f"{path.stem}.reason"
        write_durably(reason, problem.model_dump_json(indent=2).encode())
        move_durably(path, self._rejected / path.name)
        self._attempt_files.set_aside(path.stem)


def _send(client: AgentClient, result: SpooledResult) -> None:
    _send_log(client, result)
    client.put_result(result.attempt_id, result.request())


def _send_log(client: AgentClient, result: SpooledResult) -> None:
    """Bring the server's copy of the log up to the end, from wherever it is."""
    sent, chunk = -1, None
    while True:
        beat = HeartbeatRequest(claim_key=result.claim_key, phase=Phase.UPLOADING, progress=1, log=chunk)
        try:
            offset = client.heartbeat(result.attempt_id, beat).log_offset
        except RefusedError:
            return  # not ours any more: the answer to the result itself decides
        if not sent < offset < len(result.log):
            return
        sent = offset
        chunk = LogChunk(offset=offset, text=result.log[offset : offset + LOG_CHUNK_CHARACTERS])
