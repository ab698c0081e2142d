"""The agent's side of `/agent/v1`: one method per call, typed both ways."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import BinaryIO, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

import httpx
from pydantic import BaseModel, SecretStr, ValidationError

from agents import http
from agents.backoff import Backoff
from agents.errors import EXIT_SUPERSEDED, BadBlobError, Exit, RefusedError, StopAgent, UnreachableError
from leaderboard.protocol import (
    CLAIM_KEY_HEADER,
    EPOCH_HEADER,
    AbandonRequest,
    ArtefactAnswer,
    ArtefactRef,
    AttemptSpec,
    BlobRef,
    ClaimRequest,
    DoctorReport,
    EnrolAnswer,
    EnrolRequest,
    HeartbeatAnswer,
    HeartbeatRequest,
    HelloAnswer,
    ResultAnswer,
    ResultRequest,
    SyncAnswer,
    SyncRequest,
    TicketAnswer,
)

log = logging.getLogger(__name__)

TICKET_WAIT_S = 20
STOPPING_TIMEOUT = httpx.Timeout(2)  # an agent that was told to stop does not keep its supervisor waiting
CHUNK_BYTES = 1024 * 1024
SUPERSEDED = "superseded"
_REPLACED = (
    "A newer instance of this agent is running; this one stops. If nobody started one here, the agent's folder was"
    " copied to another machine, as with a cloned card: there, move the folder away and enrol that machine by itself."
)

Answer = TypeVar("Answer", bound=BaseModel)
Got = TypeVar("Got")


@dataclass(frozen=True)
class Piece:
    """`content` begins `offset` bytes into the file that `ref` describes."""

    ref: ArtefactRef
    offset: int
    content: bytes


class AgentClient:
    """Every call may be repeated. `tries` is how often a call that got no answer is sent before it is given up.

    Raises RefusedError, UnreachableError, or StopAgent when this agent is no longer wanted.
    """

    def __init__(
        self, url: str, secret: SecretStr, *, stop: threading.Event | None = None, ca_file: str | None = None
    ) -> None:
        self.url = http.checked_url(url)
        self.stop = stop or threading.Event()
        self.epoch: int | None = None
        self._http = http.open_client(
            f"{self.url}/agent/v1/", {"Authorization": f"Bearer {secret.get_secret_value()}"}, ca_file=ca_file
        )

    def __repr__(self) -> str:
        return f"<AgentClient of {self.url}>"

    def close(self) -> None:
        self._http.close()

    def hello(self) -> HelloAnswer:
        """What the server says of itself and of us; the one call that needs neither enrolment nor session."""
        return self._parse(self._send("GET", "hello"), HelloAnswer)

    def enrol(self, request: EnrolRequest, *, tries: int = 5) -> EnrolAnswer:
        return self._post("enrol", request, EnrolAnswer, tries=tries)

    def tell_doctor(self, report: DoctorReport) -> None:
        self._send("POST", "doctor", content=report.model_dump_json())

    def sync(self, request: SyncRequest, *, tries: int = 1) -> SyncAnswer:
        return self._post("sync", request, SyncAnswer, tries=tries)

    def ticket(self, *, wait_s: int = TICKET_WAIT_S) -> TicketAnswer | None:
        timeout = httpx.Timeout(**(http.TIMEOUT.as_dict() | {"read": wait_s + 10}))
        response = self._send("GET", "tickets", params={"wait": wait_s}, timeout=timeout)
        return None if response.status_code == httpx.codes.NO_CONTENT else self._parse(response, TicketAnswer)

    def claim(self, attempt_id: UUID, claim_key: UUID, *, tries: int = 5) -> AttemptSpec:
        return self._post(f"attempts/{attempt_id}/claim", ClaimRequest(claim_key=claim_key), AttemptSpec, tries=tries)

    def heartbeat(self, attempt_id: UUID, request: HeartbeatRequest, *, tries: int = 1) -> HeartbeatAnswer:
        return self._post(f"attempts/{attempt_id}/heartbeat", request, HeartbeatAnswer, tries=tries)

    def put_result(self, attempt_id: UUID, request: ResultRequest) -> ResultAnswer:
        response = self._send("PUT", f"attempts/{attempt_id}/result", content=request.model_dump_json())
        return self._parse(response, ResultAnswer)

    def put_piece(self, attempt_id: UUID, claim_key: UUID, piece: Piece) -> ArtefactAnswer:
        """Send a part of a file of an attempt; an empty one only asks how much has arrived."""
        path = f"attempts/{attempt_id}/artefacts/{piece.ref.name}"
        query: dict[str, str | int] = {
            "offset": piece.offset,
            "size_bytes": piece.ref.size_bytes,
            "sha256": piece.ref.sha256,
        }
        headers = {CLAIM_KEY_HEADER: str(claim_key), "Content-Type": "application/octet-stream"}
        response = self._send("PUT", path, content=piece.content, params=query, headers=headers)
        return self._parse(response, ArtefactAnswer)

    def abandon(self, attempt_id: UUID, request: AbandonRequest, *, tries: int = 3) -> None:
        path = f"attempts/{attempt_id}/abandon"
        timeout = STOPPING_TIMEOUT if self.stop.is_set() else http.TIMEOUT
        self._try(lambda: self._send("POST", path, content=request.model_dump_json(), timeout=timeout), tries)

    def download(self, blob: BlobRef, into: BinaryIO, *, on_bytes: Callable[[int], None] | None = None) -> None:
        """Stream a file of the server's own origin; the caller checks the digest of what came.

        Raises BadBlobError for a reference elsewhere, or when more comes than was promised.
        """
        received = 0
        with self._stream(self._own(blob.path)) as chunks:
            for chunk in chunks:
                received += len(chunk)
                if received > blob.size_bytes:
                    raise BadBlobError(f"{blob.path} is longer than the {blob.size_bytes} bytes it should have")
                into.write(chunk)
                if on_bytes is not None:
                    on_bytes(received)

    def _own(self, path: str) -> str:
        # The secret goes along with the request, so it must never leave the server this agent enrolled at.
        if not path.startswith("/") or path.startswith("//") or "\\" in path:
            raise BadBlobError(f"{path!r} is not a path on the server")
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}{path}"

    @contextmanager
    def _stream(self, url: str) -> Iterator[Iterator[bytes]]:
        try:
            with self._http.stream("GET", url, headers=self._session()) as response:
                self._check(response)
                yield response.iter_bytes(CHUNK_BYTES)
        except httpx.HTTPError as error:
            raise http.unreachable(error, self.url) from None

    def _post(self, path: str, request: BaseModel, answer: type[Answer], *, tries: int) -> Answer:
        body = request.model_dump_json()
        return self._try(lambda: self._parse(self._send("POST", path, content=body), answer), tries)

    def _try(self, call: Callable[[], Got], tries: int) -> Got:
        backoff = Backoff(self.stop, cap_s=8)
        for left in range(tries - 1, -1, -1):
            try:
                return call()
            except UnreachableError as error:
                if not left or not backoff.pause(error.retry_after_s):
                    raise
                log.info("%s; trying again", error)
        raise AssertionError("at least one try")

    def _session(self) -> dict[str, str]:
        return {} if self.epoch is None else {EPOCH_HEADER: str(self.epoch)}

    def _send(
        self,
        method: str,
        path: str,
        *,
        content: str | bytes | None = None,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
        timeout: httpx.Timeout = http.TIMEOUT,
    ) -> httpx.Response:
        kind = {"Content-Type": "application/json"} if content is not None else {}
        headers = {**self._session(), **kind, **headers}
        try:
            response = self._http.request(
                method, path, content=content, params=params, headers=headers, timeout=timeout
            )
        except httpx.HTTPError as error:
            raise http.unreachable(error, self.url) from None
        return self._check(response)

    def _check(self, response: httpx.Response) -> httpx.Response:
        try:
            return http.check(response)
        except RefusedError as refused:
            if refused.problem.code == SUPERSEDED:
                raise StopAgent(_REPLACED, exit_code=EXIT_SUPERSEDED) from None
            if response.status_code == httpx.codes.UNAUTHORIZED and not response.request.url.path.endswith("/enrol"):
                sentence = f"{self.url} does not know this agent any more; enrol it again in a new folder (--home)."
                raise StopAgent(sentence, exit_code=Exit.INVALID) from None
            raise

    def _parse(self, response: httpx.Response, answer: type[Answer]) -> Answer:
        try:
            return answer.model_validate_json(response.content)
        except ValidationError:
            # No detail: it would quote the body, and what answered is not known to be our server.
            raise UnreachableError(f"{self.url} answered something that is not the agent protocol") from None
